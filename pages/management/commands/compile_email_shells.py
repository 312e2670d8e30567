"""manage.py compile_email_shells: MJML to the HTML that emails are filled into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.management.email_shells import FOLDER, SOURCE, FaultySource, compiled, source


class Command(BaseCommand):
    help = "Compile the MJML source of emails, pages/document/email/shell.mjml."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; exit 1 if a shell differs."
        )

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        folder = Path(settings.BASE_DIR, "pages", "document", FOLDER)
        try:
            shells = compiled(source())
        except FaultySource as error:
            raise CommandError(str(error)) from None
        except ImportError:
            raise CommandError(
                "This needs mrml: pip install -r requirements-dev.txt. The service does not."
            ) from None
        for name, html in shells.items():
            path = folder / name
            if not check:
                path.write_text(html, encoding="utf-8")
                self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}")
            elif not path.exists() or path.read_text(encoding="utf-8") != html:
                raise CommandError(
                    f"{path.relative_to(settings.BASE_DIR)} is not what {SOURCE} says: "
                    "run manage.py compile_email_shells and commit it."
                )
        if check:
            self.stdout.write("The shells are what the source says.")
