"""Units: segments with their targets as a catalogue shows them, whatever the file format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from pages.catalog.segments import Segment, page_segments
from pages.languages import Language
from pages.models import Target, TreatmentPage

_PAGES_AT_ONCE = 50


class UnitState(StrEnum):
    """What a catalogue says of a unit. Missing and stale are computed, the rest is stored."""

    MISSING = "missing"
    STALE = "stale"
    MACHINE = "machine"
    NEEDS_REVIEW = "needs_review"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Unit:
    """key: `<document id>/<segment key>`, ASCII without spaces. place: where it stands, stable.

    previous_source: for a stale unit, the wording that `target` translates. hints: for the
    translator, one line each: glossary, suggestions, comments.
    """

    key: str
    source: str
    target: str
    state: UnitState
    crumbs: tuple[str, ...]
    place: str
    previous_source: str | None = None
    max_length: int | None = None
    hints: tuple[str, ...] = ()

    @property
    def coded(self) -> bool:
        return is_coded(self.key)


def is_coded(key: str) -> bool:
    """Whether the unit's texts are coded text, with tags and references, and not plain text.

    The key says it, because a file that comes back says nothing else that may be relied on:
    a paragraph of rich text ends in `#<data-block-key>`, and nothing else has a `#`.
    """
    return "#" in key


def treatment_units(pages: Iterable[TreatmentPage], language: Language) -> Iterator[Unit]:
    """The units of `pages` as they are in memory, page by page in reading order.

    One query for some pages at a time: of a large site only they are in memory.
    """
    coming = iter(pages)
    while some := tuple(islice(coming, _PAGES_AT_ONCE)):
        current, newest = _stored(some, language)
        for page in some:
            for segment in page_segments(page):
                target = current.get((page.pk, segment.key, segment.digest))
                stale = newest.get((page.pk, segment.key)) if target is None else None
                yield _unit(page, segment, target, stale)


def _stored(
    pages: Sequence[TreatmentPage], language: Language
) -> tuple[dict[tuple[int, str, str], _Stored], dict[tuple[int, str], _Stored]]:
    """Targets by (page, key, digest), and the newest by (page, key) alone."""
    rows = (
        Target.objects.standing()
        .filter(page_id__in=[page.pk for page in pages], language=language.code)
        .order_by("updated_at", "pk")
    )
    current, newest = {}, {}
    for page_id, key, digest, *columns in rows.values_list(
        "page_id", "key", "text_digest", "source", "text", "state"
    ):
        stored = _Stored(*columns)
        current[page_id, key, digest] = stored
        newest[page_id, key] = stored
    return current, newest


class _Stored(NamedTuple):
    source: str
    text: str
    state: str


def _unit(
    page: TreatmentPage, segment: Segment, target: _Stored | None, stale: _Stored | None
) -> Unit:
    shown = target or stale
    if target is not None:
        state = UnitState(target.state)
    else:
        state = UnitState.STALE if stale else UnitState.MISSING
    return Unit(
        key=unit_key(page, segment.key),
        source=segment.text,
        target=shown.text if shown else "",
        state=state,
        crumbs=(page.heading_en or page.title, *segment.crumbs),
        place=f"treatments/{page.slug}",
        previous_source=stale.source if stale else None,
        max_length=segment.max_length,
    )


def unit_key(page: TreatmentPage, segment_key: str) -> str:
    """The page is part of the key: a copied page keeps the ids of its blocks."""
    return f"{page.translation_key}/{segment_key}"
