"""manage.py export_catalogs: the translators' files of locale/, from the database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.export import Catalog, export_catalog
from pages.languages import Language, target_languages
from pages.management.arguments import pages_by_slug, target_language
from pages.models import TreatmentPage


class Command(BaseCommand):
    help = "Write treatments.po and vocabulary.po of each language. Same state, same bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", type=target_language, action="append", help="Only this; repeatable."
        )
        parser.add_argument(
            "--page", action="append", metavar="SLUG", help="Only this page; repeatable."
        )
        parser.add_argument("--out", type=Path, help="The folder; without it, locale/.")
        parser.add_argument("--dry-run", action="store_true", help="Say it, and write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["page"] and options["out"] is None:
            raise CommandError(
                "--page needs --out FOLDER: the catalogues of locale/ hold every page."
            )
        folder = options["out"] or settings.BASE_DIR / "locale"
        pages = pages_by_slug(options["page"])
        catalogs = [Catalog.TREATMENTS] if options["page"] else list(Catalog)
        for language in options["language"] or target_languages():
            for catalog in catalogs:
                self._export(catalog, language, pages, folder, dry_run=options["dry_run"])

    def _export(
        self,
        catalog: Catalog,
        language: Language,
        pages: list[TreatmentPage],
        folder: Path,
        *,
        dry_run: bool,
    ) -> None:
        data, count = export_catalog(catalog, language, pages)
        path = folder / language.locale / "LC_MESSAGES" / f"{catalog.value}.po"
        try:
            changed = not path.exists() or path.read_bytes() != data
            if changed and not dry_run:
                path.parent.mkdir(parents=True, exist_ok=True)
                _replace(path, data)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        said = "unchanged" if not changed else "would be written" if dry_run else "written"
        self.stdout.write(f"{path}: {count} units, {said}")


def _replace(path: Path, data: bytes) -> None:
    """Write the whole file or leave the old one: translators' work may stand in it."""
    partial = path.with_suffix(".po.partial")
    partial.write_bytes(data)
    os.replace(partial, path)
