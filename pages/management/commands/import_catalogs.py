"""manage.py import_catalogs: translators' PO files back into the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.codecs.codec import MAX_BYTES, CatalogError
from pages.catalog.codecs.po import CODEC as PO
from pages.catalog.export import Catalog
from pages.catalog.ledger import ReviewRefused
from pages.catalog.verdicts import NOT_STORED, UNNAMED, Acceptance, Report, Verdict
from pages.document.vocabulary import Origin
from pages.languages import Language, target_languages
from pages.management.arguments import pages_by_slug, person, target_language
from pages.publishing.returned_catalogs import ReturnedFile, import_file


class _File(NamedTuple):
    path: Path
    catalog: Catalog
    language: Language


class Command(BaseCommand):
    help = (
        "Read treatments.po and vocabulary.po of each language (or the FILES given). What comes "
        "back is stored as needs_review, and not served: files never approve. With "
        "--accept-approved --reviewer NAME, that person answers for the units without fuzzy flag. "
        "Exit status 1 if a file was refused or the words of any unit were not stored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument(
            "--language", type=target_language, action="append", help="Only this; repeatable."
        )
        parser.add_argument(
            "--page", action="append", metavar="SLUG", help="Only this page's units; repeatable."
        )
        parser.add_argument(
            "--from", dest="folder", type=Path, help="Where to look; without it, locale/."
        )
        parser.add_argument("--by", type=person, help="Who translated.", metavar="NAME")
        parser.add_argument("--accept-approved", action="store_true")
        parser.add_argument(
            "--reviewer", type=person, metavar="NAME", help="Who reviewed; not who translated."
        )
        parser.add_argument("--qualification", type=person, help="Of the reviewer: MD, PT...")
        parser.add_argument("--dry-run", action="store_true", help="Report, and store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        acceptance = _acceptance(options)
        keys = _keys(options["page"])
        refused = lost = 0
        for file in _files(options):
            if keys and file.catalog == Catalog.VOCABULARY:
                continue
            try:
                report = self._import(file, keys, acceptance, dry_run=options["dry_run"])
            except CatalogError as error:  # of this file; the others are read all the same
                self.stderr.write(f"{file.path}: {error}")
                refused += 1
            else:
                lost += sum(report.counts()[verdict] for verdict in NOT_STORED)
        if options["dry_run"]:
            self.stdout.write("Nothing was stored (--dry-run).")
        if refused or lost:
            raise CommandError(
                f"{refused} files were refused and {lost} units were not stored; the lines above "
                "say which and why. Their words are in the files alone: keep them."
            )

    def _import(
        self, file: _File, keys: Sequence[str], acceptance: Acceptance, *, dry_run: bool
    ) -> Report:
        """Raises CatalogError where nothing of the file was stored."""
        try:
            returned = ReturnedFile(file.path.name, _bytes(file.path), file.language, PO)
        except OSError as error:
            raise CatalogError(f"{error.strerror}.") from error
        imported = import_file(returned, acceptance, documents=keys, dry_run=dry_run)
        self._say(file.path, imported.report, others=imported.others)
        return imported.report

    def _say(self, path: Path, report: Report, *, others: int) -> None:
        counts = report.counts()
        said = [f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict]]
        if others:
            said.append(f"{others} of other pages were not looked at")
        self.stdout.write(f"{path}: {len(report.lines)} units: {', '.join(said) or 'nothing'}")
        for line in report.worth_a_look():
            self.stdout.write(
                f"  {line.unit.at}: {line.verdict.value}: {line.message} ({line.unit.key})"
            )


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)  # one more says that it is too large


def _acceptance(options: dict[str, Any]) -> Acceptance:
    reviewer = options["reviewer"]
    if options["accept_approved"] and not reviewer:
        raise CommandError("--accept-approved needs --reviewer NAME: a person answers for it.")
    if reviewer and not options["accept_approved"]:
        raise CommandError("--reviewer needs --accept-approved: without it nothing is approved.")
    try:
        return Acceptance(
            by=options["by"] or UNNAMED,
            reviewer=reviewer or "",
            qualification=options["qualification"] or "",
            # Where nobody says who translated, nobody says that it was a human.
            origin=Origin.HUMAN if options["by"] else Origin.IMPORT,
        )
    except ReviewRefused as error:
        raise CommandError(f"--reviewer and --by: {error}") from None


def _keys(slugs: list[str] | None) -> list[str]:
    """The document ids of these pages; empty for all."""
    return [str(page.translation_key) for page in pages_by_slug(slugs)] if slugs else []


def _files(options: dict[str, Any]) -> Iterator[_File]:
    languages = options["language"] or list(target_languages())
    if options["files"]:
        if options["folder"]:
            raise CommandError("Give FILES or --from, not both.")
        if len(languages) != 1:
            raise CommandError("With FILES, give the one --language that they are in.")
        for path in options["files"]:
            yield _File(path, _catalog(path), languages[0])
        return
    folder = options["folder"] or settings.BASE_DIR / "locale"
    found = [
        _File(path, catalog, language)
        for language in languages
        for catalog in Catalog
        if (path := folder / language.locale / "LC_MESSAGES" / f"{catalog.value}.po").exists()
    ]
    if not found:
        raise CommandError(f"No catalogue below {folder}. Write some with export_catalogs.")
    yield from found


def _catalog(path: Path) -> Catalog:
    return Catalog.VOCABULARY if path.stem.startswith("vocabulary") else Catalog.TREATMENTS
