"""The content catalogues of locale/<language>/LC_MESSAGES/."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from django.db.models import Max

from pages.catalog.codecs.codec import Header
from pages.catalog.codecs.po import write_po
from pages.catalog.units import Unit, treatment_units
from pages.catalog.vocabulary import vocabulary_units
from pages.languages import Language
from pages.models import Target, TreatmentPage

_NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)


class Catalog(StrEnum):
    """One content catalogue per content type; the value is the file's name."""

    TREATMENTS = "treatments"
    VOCABULARY = "vocabulary"


def export_catalog(
    catalog: Catalog, language: Language, pages: Sequence[TreatmentPage]
) -> tuple[bytes, int]:
    """(the PO file, how many units it has). The same state gives the same bytes."""
    units: list[Unit]
    match catalog:
        case Catalog.TREATMENTS:
            units = list(treatment_units(pages, language))
        case Catalog.VOCABULARY:
            units = list(vocabulary_units(language))
    return write_po(units, Header(language, revised(language))), len(units)


def revised(language: Language) -> datetime:
    """The newest change of a target: from the data, so that exporting twice changes nothing."""
    newest = Target.objects.filter(language=language.code).aggregate(at=Max("updated_at"))["at"]
    return newest or _NOTHING_YET
