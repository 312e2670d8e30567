"""manage.py export_catalogs: the translators' files of locale/, from the database."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.export import Catalog, export_catalog
from pages.languages import Language, UnknownLanguage, read_language, target_languages
from pages.models import TreatmentPage


def language_argument(value: str) -> Language:
    try:
        return read_language(value)
    except UnknownLanguage as error:
        raise ArgumentTypeError(str(error)) from None


class Command(BaseCommand):
    help = "Write treatments.po and vocabulary.po of each language. Same state, same bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", type=language_argument, action="append", help="Only this; repeatable."
        )
        parser.add_argument("--page", action="append", help="Only this slug; repeatable.")
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "locale")

    def handle(self, *args: Any, **options: Any) -> None:
        pages = _pages(options["page"])
        for language in options["language"] or target_languages():
            folder = options["out"] / language.locale / "LC_MESSAGES"
            folder.mkdir(parents=True, exist_ok=True)
            for catalog in Catalog:
                if catalog == Catalog.VOCABULARY and options["page"]:
                    continue
                data, count = export_catalog(catalog, language, pages)
                path = folder / f"{catalog.value}.po"
                path.write_bytes(data)
                self.stdout.write(f"{path}: {count} units")


def _pages(slugs: list[str] | None) -> list[TreatmentPage]:
    pages = TreatmentPage.objects.filter(alias_of=None).order_by("slug")
    if slugs is None:
        return list(pages)
    found = list(pages.filter(slug__in=slugs))
    if unknown := set(slugs) - {page.slug for page in found}:
        allowed = ", ".join(pages.values_list("slug", flat=True))
        raise CommandError(f"--page {sorted(unknown)[0]!r}: no such page. Allowed: {allowed}.")
    return found
