"""manage.py import_memory: TMX from elsewhere into the translation memory, and back out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.codecs.codec import MAX_BYTES, CatalogError
from pages.catalog.memory.incoming import NAME, MemoryReport, import_memory, retract_memory
from pages.catalog.memory.tmx_read import read_tmx
from pages.languages import target_languages
from pages.management.arguments import person, target_language


class Command(BaseCommand):
    help = (
        "Take the units of TMX files into the memory, where they are offered to translators and "
        "fill segments of the very same words. They are served nowhere and wait for a review "
        "wherever they are used. Importing a file twice is importing it once. Exit status 1 if a "
        "file was refused or any unit of it was not stored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument(
            "--name", help="What translators see as its origin; without it, the file's name."
        )
        parser.add_argument(
            "--language", type=target_language, action="append", help="Only this; repeatable."
        )
        parser.add_argument("--by", type=person, default="import_memory", help="Who imports it.")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Retract what this name brought before and the file has no more.",
        )
        parser.add_argument(
            "--retract", action="store_true", help="Retract all that --name brought. No FILE."
        )
        parser.add_argument("--dry-run", action="store_true", help="Say it, and store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["retract"]:
            self._retract(options)
            return
        if not options["files"]:
            raise CommandError("Give the FILES to import, or --retract --name NAME.")
        if options["name"] and len(options["files"]) > 1 and options["replace"]:
            raise CommandError("--replace with --name takes one FILE: each would replace the last.")
        lost = sum(self._import(path, options) for path in options["files"])
        if options["dry_run"]:
            self.stdout.write("Nothing was stored (--dry-run).")
        if lost:
            raise CommandError(f"{lost} files or units were not taken; the lines above say why.")

    def _retract(self, options: dict[str, Any]) -> None:
        if options["files"] or not options["name"] or options["dry_run"]:
            raise CommandError("--retract takes --name NAME, and neither FILE nor --dry-run.")
        languages = options["language"] or target_languages()
        count = retract_memory(options["name"], languages, by=options["by"])
        self.stdout.write(f"{options['name']}: {count} units retracted")

    def _import(self, path: Path, options: dict[str, Any]) -> int:
        """How much of the file was not taken: its units, or 1 for the file itself."""
        name = options["name"] or path.name.removesuffix(".tmx")
        if not NAME.fullmatch(name):
            raise CommandError(
                f"--name {name!r}: no name for a memory. Allowed: 1 to 80 of A-Z a-z 0-9 . _ -"
            )
        try:
            with path.open("rb") as stream:
                memory = read_tmx(stream.read(MAX_BYTES + 1))  # one more says: too large
        except (OSError, CatalogError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            self.stdout.write(f"{path}: refused: {reason}")
            return 1
        report = import_memory(
            memory,
            name,
            options["language"] or target_languages(),
            by=options["by"],
            replace=options["replace"],
            dry_run=options["dry_run"],
        )
        self._say(path, report)
        return len(report.rejected)

    def _say(self, path: Path, report: MemoryReport) -> None:
        counts = {
            "stored": report.stored,
            "unchanged": report.unchanged,
            "retracted": report.retracted,
            "of other languages": report.skipped,
            "rejected": len(report.rejected),
        }
        said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        self.stdout.write(f"{path}: {said or 'no units'}")
        for tag, count in sorted(report.others.items()):
            self.stdout.write(f"  {count} texts in {tag}, which is no language of this site")
        for fault in report.rejected:
            self.stdout.write(f"  {fault.at}: {fault.reason}")
