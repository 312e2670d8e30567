"""manage.py export_memory: approved translations as TMX, for other people's tools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.memory.tmx_write import write_tmx
from pages.languages import target_languages
from pages.management.arguments import target_language
from pages.management.output import replace_file


class Command(BaseCommand):
    help = (
        "Write the approved translations as TMX 1.4b. Nothing that waits for a review is in it. "
        "Same state, same bytes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, metavar="FILE", help="Such as memory.tmx.")
        parser.add_argument(
            "--language",
            type=target_language,
            action="append",
            help="Only this; repeatable. Without it, all in one file.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        written = write_tmx(options["language"] or target_languages())
        try:
            replace_file(options["out"], written.data)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}.") from error
        for fault in written.faults:
            self.stdout.write(f"  left out: {fault.at}: {fault.reason}")
        self.stdout.write(f"{options['out']}: {written.units} approved pairs")
