"""The units of the content catalogues, whole or only what one job is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Max

from pages.catalog.codecs.codec import Header
from pages.catalog.codecs.po import write_po
from pages.catalog.glossary import TermFinder, load_terms
from pages.catalog.units import Unit, UnitState, treatment_units
from pages.catalog.vocabulary import vocabulary_units
from pages.languages import Language
from pages.models import Target, TreatmentPage

_NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)


class Catalog(StrEnum):
    """One content catalogue per content type; the value is the file's name."""

    TREATMENTS = "treatments"
    VOCABULARY = "vocabulary"


@dataclass(frozen=True, slots=True)
class Scope:
    """What one job is about; as it is made, everything.

    slugs: of pages, none for all; category: the slug of one, or ""; states: none for all;
    drafts: pages as their newest draft has them, and not as they are live.
    """

    slugs: tuple[str, ...] = ()
    category: str = ""
    states: tuple[UnitState, ...] = ()
    drafts: bool = False

    @property
    def is_whole(self) -> bool:
        return not (self.slugs or self.category or self.states or self.drafts)

    def as_json(self) -> dict[str, Any]:
        return {
            "pages": list(self.slugs),
            "category": self.category,
            "states": [state.value for state in self.states],
            "drafts": self.drafts,
        }

    def pages(self) -> Iterator[TreatmentPage]:
        """By slug, a few in memory at a time."""
        pages = TreatmentPage.objects.filter(alias_of=None).order_by("slug")
        if self.slugs:
            pages = pages.filter(slug__in=self.slugs)
        if self.category:
            pages = pages.filter(category__slug=self.category)
        for page in pages.iterator(50):
            if self.drafts and page.has_unpublished_changes:
                yield page.get_latest_revision_as_object()
            else:
                yield page

    def units(self, catalog: Catalog, language: Language) -> Iterator[Unit]:
        found = catalog_units(catalog, language, self.pages())
        return (unit for unit in found if not self.states or unit.state in self.states)


def catalog_units(
    catalog: Catalog, language: Language, pages: Iterable[TreatmentPage]
) -> Iterator[Unit]:
    match catalog:
        case Catalog.TREATMENTS:
            return _hinted(treatment_units(pages, language), load_terms(language))
        case Catalog.VOCABULARY:
            return vocabulary_units(language)


def _hinted(units: Iterable[Unit], terms: TermFinder) -> Iterator[Unit]:
    """With the glossary's words for what each unit says: every translator's tool shows notes."""
    for unit in units:
        hints = terms.hints(unit.source, coded=unit.coded)
        yield replace(unit, hints=(*unit.hints, *hints)) if hints else unit


def export_catalog(
    catalog: Catalog, language: Language, pages: Iterable[TreatmentPage]
) -> tuple[bytes, int]:
    """(the PO file, how many units it has). The same state gives the same bytes."""
    units = list(catalog_units(catalog, language, pages))
    return write_po(units, Header(language, revised(language))), len(units)


def revised(language: Language) -> datetime:
    """The newest change of a target: from the data, so that exporting twice changes nothing."""
    of_pages = Target.objects.filter(language=language.code, page__isnull=False)
    newest = of_pages.aggregate(at=Max("updated_at"))["at"]
    return newest or _NOTHING_YET
