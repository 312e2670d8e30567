"""manage.py export_glossary: the glossary as TBX, for other people's term bases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.tbx import DIALECTS, write_tbx
from pages.languages import target_languages
from pages.management.arguments import target_language
from pages.management.output import replace_file


class Command(BaseCommand):
    help = (
        "Write the glossary as TBX: terms and definitions in every language. Translations that "
        "were made for an older term are left out. Same state, same bytes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, metavar="FILE", help="Such as glossary.tbx.")
        parser.add_argument(
            "--language",
            type=target_language,
            action="append",
            help="Only this beside the source; repeatable.",
        )
        parser.add_argument(
            "--tbx-version",
            type=int,
            choices=sorted(DIALECTS),
            default=3,
            help="3 (ISO 30042:2019, the default), or 2 for Weblate and OmegaT.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        languages = options["language"] or target_languages()
        data, count = write_tbx(languages, options["tbx_version"])
        try:
            replace_file(options["out"], data)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}.") from error
        self.stdout.write(f"{options['out']}: {count} terms")
