"""manage.py import_treatment FILE: a text becomes a draft treatment page, no word lost."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pages.importing.formats import READERS
from pages.importing.refusal import MAX_BYTES, ImportRefused
from pages.importing.report import ImportReport
from pages.importing.treatment_import import find_parent, read_draft, save_draft, unsaved_page


class Command(BaseCommand):
    help = (
        f"Makes a draft treatment page of a text ({', '.join(READERS)}). Every word of the text "
        "is in the draft, or the import fails and creates nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--title", default="", help="Instead of the text's own title.")
        parser.add_argument("--parent", default="", help="Slug or id of the treatment index.")
        parser.add_argument("--dry-run", action="store_true", help="Report and create nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            draft, report = read_draft(_read(path), path.name, options["title"])
            unsaved_page(draft)
            self._print(report)
            if options["dry_run"]:
                self.stdout.write("Nothing was created (--dry-run).")
                return
            page = save_draft(draft, find_parent(options["parent"]))
        except ImportRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"Draft {page.pk} created: /admin/pages/{page.pk}/edit/ (slug {page.slug}, not live)"
        )

    def _print(self, report: ImportReport) -> None:
        table = [("block", "heading", "words", "why")]
        table += [(row.type, row.heading, str(row.words), row.why) for row in report.rows]
        widths = [min(max(len(row[column]) for row in table), 44) for column in range(3)]
        self.stdout.write(report.title)
        for cells in table:
            padded = [_short(cells[i], widths[i]).ljust(widths[i]) for i in range(3)]
            self.stdout.write("  ".join([*padded, cells[3]]).rstrip())
        checks = [(row, check) for row in report.rows for check in row.check]
        if checks:
            self.stdout.write("Please check:")
        for row, check in checks:
            self.stdout.write(f"  {row.type} {_short(row.heading, 44)!r}: {check}")
        for note in report.notes:
            self.stdout.write(f"Note: {note}")
        self.stdout.write(
            f"Coverage: {report.coverage.percent:.0f} % of {report.coverage.wanted} words; "
            f"{len(report.stayed_prose)} of {len(report.rows)} blocks are prose."
        )


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _read(path: Path) -> bytes:
    """Raises CommandError for what is no file. Reads no more than says that it is too large."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
