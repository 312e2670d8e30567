"""The base of the three-way merge: what a hand-off held for a unit when it went out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from pages.catalog.codecs.codec import ReadCatalog
from pages.catalog.codecs.registry import CODECS
from pages.digest import text_digest
from pages.languages import get_language
from pages.models import Handoff

# How many kept files are read for a unit at most, the newest first, and how many are thought of.
MOST_READ = 5
_MOST_KNOWN = 1000

_Held = Mapping[tuple[str, str], "BaseUnit"]


@dataclass(frozen=True, slots=True)
class BaseUnit:
    """What stood in the file. stale: `target` translated an older wording, and it said so."""

    target: str
    stale: bool


class Base(Protocol):
    def of(self, key: str, digest: str) -> BaseUnit | None:
        """What the hand-off held for this unit key and source digest; None: nothing tells."""


class NoBase:
    def of(self, key: str, digest: str) -> BaseUnit | None:
        return None


NO_BASE = NoBase()


class NamedBase:
    """The hand-off that the file names, or that somebody named for it."""

    def __init__(self, handoff: Handoff) -> None:
        self._held = _held(handoff)

    def of(self, key: str, digest: str) -> BaseUnit | None:
        return self._held.get((key, digest))


class NewestBase:
    """For a file without a name: the newest kept file that held the unit.

    Tools keep the date that a PO file was made from the data. Hand-offs of that date come
    first: a file that was exported before the newest one must not be taken for it.
    """

    def __init__(self, language: str, catalog: str, revised: datetime | None) -> None:
        handoffs = Handoff.objects.filter(language=language, catalog=catalog)
        newest = handoffs.order_by("-created_at", "-pk").defer("compressed")[:_MOST_KNOWN]
        self._known = sorted(newest, key=lambda handoff: not _is_of(handoff, revised))
        self._read = lru_cache(maxsize=None)(_held)
        self._covering = lru_cache(maxsize=None)(self._covering_uncached)

    def of(self, key: str, digest: str) -> BaseUnit | None:
        for handoff in self._covering(key.partition("/")[0]):
            if found := self._read(handoff).get((key, digest)):
                return found
        return None

    def _covering_uncached(self, document_id: str) -> Sequence[Handoff]:
        """The hand-offs to read for a unit of this document, which may be of a few pages only."""
        return [
            handoff
            for handoff in self._known
            if document_id in handoff.scope.get("documents", (document_id,))
        ][:MOST_READ]


def _is_of(handoff: Handoff, revised: datetime | None) -> bool:
    return revised is not None and handoff.scope.get("revised") == minute(revised)


def minute(moment: datetime) -> str:
    """As precise as a PO header is."""
    return moment.strftime("%Y-%m-%d %H:%M")


def _held(handoff: Handoff) -> _Held:
    read = CODECS[handoff.format].read(handoff.data, get_language(handoff.language))
    return dict(_units(read))


def _units(read: ReadCatalog) -> Iterator[tuple[tuple[str, str], BaseUnit]]:
    for unit in read.units:
        stale = unit.fuzzy and unit.previous_source is not None
        yield (unit.key, text_digest(unit.source)), BaseUnit(unit.target, stale)
