"""manage.py export_print: every public page as PDF, for a shelf, a stick or a health record."""

from __future__ import annotations

import zipfile
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.document.print_page import Paper
from pages.languages import Language, UnknownLanguage, all_languages, read_language
from pages.management.output import replace_file
from pages.printing.export import exported, public_editions
from pages.printing.pool import PrintError
from pages.whole_file import whole_file

Put = Callable[[str, bytes], None]
# The first day that a zip can name: the same pages are the same zip on every day.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


class Command(BaseCommand):
    help = "Write every public page in every language as PDF, into a folder or a zip."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT", help="A folder, or a name in .zip.")
        parser.add_argument(
            "--language", type=_language, action="append", help="Only this; repeatable."
        )
        parser.add_argument("--paper", choices=list(Paper), help="Default: PRINT_PAPER.")
        parser.add_argument(
            "--openemr",
            action="store_true",
            help="Names as OpenEMR looks for them, such as icd10_m54.50_es.pdf.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        out, openemr = options["out"], options["openemr"]
        languages = options["language"] or all_languages()
        editions = public_editions([language.code for language in languages])
        paper = Paper(options["paper"] or settings.PRINT_PAPER)
        files = 0
        try:
            with _into(out) as put:
                for each in exported(editions, paper, openemr=openemr):
                    for name in each.names:
                        put(name, each.pdf)
                    files += len(each.names)
                    self._say_what_is_left_out(each.slug, each.names, each.without)
        except PrintError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}.") from error
        self.stdout.write(f"{out}: {files} files from {len(editions)} pages")

    def _say_what_is_left_out(
        self, slug: str, names: tuple[str, ...], without: tuple[str, ...]
    ) -> None:
        for name in without:
            self.stderr.write(f"{name} is another treatment's; {slug} is not in it.")
        if not names and not without:
            self.stderr.write(f"{slug} has no code, and so no file.")


def _language(value: str) -> Language:
    try:
        return read_language(value)
    except UnknownLanguage as error:
        raise ArgumentTypeError(str(error)) from None


@contextmanager
def _into(out: Path) -> Iterator[Put]:
    """Where files are put. A zip is there whole, or as it was before."""
    if out.suffix != ".zip":
        yield lambda name, pdf: _put_file(out / name, pdf)
        return
    with whole_file(out) as file, zipfile.ZipFile(file, "w") as archive:
        # Stored: PDFs are compressed already.
        yield lambda name, pdf: archive.writestr(zipfile.ZipInfo(name, _NO_DATE), pdf)


def _put_file(path: Path, pdf: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, pdf)
