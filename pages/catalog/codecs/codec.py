"""What every file format of a catalogue has in common.

A codec is one file of this folder: it writes units as bytes and reads bytes as units, and
knows no database. The same units and header give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pages.catalog.units import Unit
from pages.languages import Language

MAX_BYTES = 50 * 1024 * 1024


class CatalogError(ValueError):
    """The file is not a catalogue that may be read. The message names the line or unit."""


@dataclass(frozen=True, slots=True)
class Header:
    """revised: derived from data and not from a clock, in UTC.

    handoff: the id of the hand-off that the file is for, or "". Tools strip it (Pontoon does),
    so nothing depends on it.
    """

    language: Language
    revised: datetime
    handoff: str = ""


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A unit as a file brings it back.

    fuzzy: the file says that the target is not finished; previous_source: what the file says
    that `target` translates, where that is an older wording; comment: the translator's; at:
    where it stands in the file, for messages: "line 12", "unit u7", "row 3".
    """

    key: str
    source: str
    target: str
    fuzzy: bool
    previous_source: str | None
    at: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ReadCatalog:
    """handoff: the id that the file carries, unproved, or "". revised: the date of the data that
    it was made from, where it still says."""

    units: Sequence[ReadUnit]
    handoff: str = ""
    revised: datetime | None = None


@dataclass(frozen=True, slots=True)
class Codec:
    """name: what --format takes. read raises CatalogError and gives nothing of such a file."""

    name: str
    label: str
    suffix: str
    media_type: str
    write: Callable[[Iterable[Unit], Header], bytes]
    read: Callable[[bytes, Language], ReadCatalog]
