"""manage.py import_catalogs: translators' PO files back into the database."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.exchange import Acceptance, Report, Verdict, import_units, refused
from pages.catalog.export import Catalog
from pages.catalog.po import CatalogError, read_po
from pages.catalog.vocabulary import import_vocabulary
from pages.document.vocabulary import Origin
from pages.languages import Language, UnknownLanguage, read_language, target_languages
from pages.publishing.batch import together
from pages.publishing.editions import reconcile


def language_argument(value: str) -> Language:
    try:
        return read_language(value)
    except UnknownLanguage as error:
        raise ArgumentTypeError(str(error)) from None


class Command(BaseCommand):
    help = (
        "Read treatments.po and vocabulary.po of each language (or the FILES given). What comes "
        "back is stored as needs_review, and not served: files never approve. With "
        "--accept-approved --reviewer NAME, that person answers for the units without fuzzy flag."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path)
        parser.add_argument("--language", type=language_argument, action="append")
        parser.add_argument(
            "--from", dest="folder", type=Path, default=settings.BASE_DIR / "locale"
        )
        parser.add_argument("--by", default="translator", help="Who translated.")
        parser.add_argument("--accept-approved", action="store_true")
        parser.add_argument("--reviewer", default="", help="Who reviewed; not who translated.")
        parser.add_argument("--qualification", default="")
        parser.add_argument("--dry-run", action="store_true", help="Report, and store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        languages = options["language"] or list(target_languages())
        acceptance = _acceptance(options)
        failed = False
        for language, catalog, path in _files(options["files"], languages, options["folder"]):
            report = self._import(path, catalog, language, acceptance, dry_run=options["dry_run"])
            failed |= any(report.counts()[verdict] for verdict in _FAILURES)
        if failed:
            raise CommandError("Some units were not stored; the lines above say which and why.")

    def _import(
        self,
        path: Path,
        catalog: Catalog,
        language: Language,
        acceptance: Acceptance,
        *,
        dry_run: bool,
    ) -> Report:
        try:
            units = read_po(path.read_bytes(), language)
        except (CatalogError, OSError) as error:
            raise CommandError(f"{path}: {error} Nothing of it was stored.") from None
        with together():
            if catalog == Catalog.VOCABULARY:
                report = import_vocabulary(units, language, dry_run=dry_run)
            else:
                report = import_units(units, language, acceptance, dry_run=dry_run)
            if not dry_run:
                for page_id in sorted(report.pages):
                    reconcile(page_id)
        counts = report.counts()
        said = ", ".join(
            f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict]
        )
        self.stdout.write(f"{path}: {len(report.lines)} units: {said or 'nothing'}")
        for line in refused(report):
            self.stdout.write(
                f"  line {line.unit.line}: {line.verdict.value}: {line.message} ({line.unit.key})"
            )
        return report


_FAILURES = (Verdict.CONFLICT, Verdict.QUARANTINED, Verdict.REJECTED)


def _acceptance(options: dict[str, Any]) -> Acceptance:
    if options["accept_approved"] and not options["reviewer"]:
        raise CommandError("--accept-approved needs --reviewer NAME: a person answers for it.")
    if options["reviewer"] and options["reviewer"] == options["by"]:
        raise CommandError(f"--reviewer and --by are both {options['by']!r}: four eyes see more.")
    return Acceptance(
        by=options["by"],
        reviewer=options["reviewer"] if options["accept_approved"] else "",
        qualification=options["qualification"],
        origin=Origin.HUMAN,
    )


def _files(
    files: list[Path], languages: list[Language], folder: Path
) -> list[tuple[Language, Catalog, Path]]:
    if files:
        if len(languages) != 1:
            raise CommandError("With FILES, give the one --language that they are in.")
        return [(languages[0], _catalog(path), path) for path in files]
    found = [
        (language, catalog, path)
        for language in languages
        for catalog in Catalog
        if (path := folder / language.locale / "LC_MESSAGES" / f"{catalog.value}.po").exists()
    ]
    if not found:
        raise CommandError(f"No catalogue below {folder}. Write some with export_catalogs.")
    return found


def _catalog(path: Path) -> Catalog:
    return Catalog.VOCABULARY if path.stem.startswith("vocabulary") else Catalog.TREATMENTS
