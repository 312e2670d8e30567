"""A translator's side of the exchange: export, fill in, send back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from pages.catalog.codecs.codec import ReadUnit
from pages.catalog.codecs.po import read_po
from pages.catalog.exchange import import_units
from pages.catalog.export import Catalog, export_catalog
from pages.catalog.units import Unit, treatment_units
from pages.catalog.verdicts import Acceptance, Report, Verdict
from pages.catalog.vocabulary import vocabulary_units
from pages.languages import Language, get_language, target_languages
from pages.models import Target, TreatmentPage

SHARED: Path = settings.BASE_DIR.parent / "shared" / "content"
SPANISH = get_language("es")
REVIEWED = Acceptance(by="Ana", reviewer="Dr. Luz", qualification="MD")
TRANSLATED = Acceptance(by="Ana")


def exported(page: TreatmentPage, language: Language = SPANISH) -> Sequence[ReadUnit]:
    """What a translator gets."""
    data, _ = export_catalog(Catalog.TREATMENTS, language, [page])
    return read_po(data, language).units


def filled(units: Sequence[ReadUnit], suffix: str = " (es)") -> list[ReadUnit]:
    """Every unit translated: a sentence with the same tags and numbers."""
    return [replace(unit, target=unit.source + suffix, fuzzy=False) for unit in units]


def only(units: Sequence[ReadUnit], name: str) -> ReadUnit:
    """The unit of a page's scalar, such as "heading", or of a paragraph, such as "#rest0"."""
    ending = name if name.startswith("#") else f"/{name}"
    (found,) = (unit for unit in units if unit.key.endswith(ending))
    return found


def take(
    units: Sequence[ReadUnit], acceptance: Acceptance = TRANSLATED, *, dry_run: bool = False
) -> Report:
    return import_units(units, SPANISH, acceptance, dry_run=dry_run)


def verdict(unit: ReadUnit, acceptance: Acceptance = TRANSLATED) -> tuple[Verdict, str]:
    (line,) = take([unit], acceptance).lines
    return line.verdict, line.message


def stored(name: str, **more: str) -> Target:
    lookup = "key__endswith" if name.startswith("#") else "key"
    return Target.objects.get(language="es", **{lookup: name}, **more)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back: one example of a property leaves nothing to the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def demo_units(
    django_db_setup, django_db_blocker, tmp_path_factory
) -> Mapping[str, Sequence[Unit]]:
    """Every unit of the demo, by language. Loading it takes ten seconds, and nothing stays.

    Its tests need the mark django_db.
    """
    files = tmp_path_factory.mktemp("demo")
    own_files = override_settings(VAR_DIR=files, MEDIA_ROOT=files / "media")
    with own_files, django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", quiet=True, stdout=StringIO())
        pages = list(TreatmentPage.objects.order_by("pk"))
        units = {
            language.code: [*treatment_units(pages, language), *vocabulary_units(language)]
            for language in target_languages()
        }
        transaction.set_rollback(True)
    return units
