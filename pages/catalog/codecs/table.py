"""What the spreadsheet formats share: the columns of a catalogue, one unit a row.

A spreadsheet has no header of its own, so two names of columns carry it: `target (es)` is the
language, `key (hand-off …)` the hand-off. Rows may be sorted and columns moved; both stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pages.catalog.codecs.codec import CatalogError, Header, ReadCatalog, ReadUnit
from pages.catalog.units import Unit, UnitState
from pages.languages import Language, UnknownLanguage, read_language

COLUMNS = ("key", "where", "source", "target", "state", "comment", "previous source", "note")
REQUIRED = ("key", "source", "target")
# What a translator writes beside a finished target; files never approve.
TRANSLATED = "translated"
STATES = (*(state.value for state in UnitState), TRANSLATED)
MAX_ROWS = 200_000

_FINISHED = frozenset({UnitState.APPROVED.value, TRANSLATED})
_NAME = re.compile(rf"({'|'.join(COLUMNS)})(?:\s*\((.*)\))?", re.IGNORECASE | re.DOTALL)
_KEY = re.compile(r"[!-~]+")
_HANDOFF = "hand-off "

Row = tuple[int, Sequence[str]]
"""(number as a spreadsheet shows it, from 1; text of each cell)"""


# Writing


def head_cells(header: Header) -> list[str]:
    """The names of the columns."""
    names = {name: name for name in COLUMNS}
    names["target"] += f" ({header.language.code})"
    if header.handoff:
        names["key"] += f" ({_HANDOFF}{header.handoff})"
    return list(names.values())


def unit_cells(unit: Unit) -> list[str]:
    """The cells of `unit`, in the order of COLUMNS."""
    limit = [f"At most {unit.max_length} characters."] if unit.max_length else []
    return [
        unit.key,
        " › ".join(" ".join(crumb.split()) for crumb in unit.crumbs),
        unit.source,
        unit.target,
        unit.state.value,
        "",
        unit.previous_source or "",
        "\n".join([*limit, *unit.hints]),
    ]


# Reading


@dataclass(frozen=True, slots=True)
class Head:
    """at: the position of each column that there is, by name; width: how many have a name.

    language: as declared, or ""; handoff: likewise.
    """

    at: dict[str, int]
    width: int
    language: str
    handoff: str

    def cell(self, cells: Sequence[str], name: str) -> str:
        at = self.at.get(name)
        return cells[at] if at is not None and at < len(cells) else ""


def known_columns(cells: Sequence[str]) -> set[str]:
    """Which columns of a catalogue these cells name."""
    return {match[1].lower() for cell in cells if (match := _NAME.fullmatch(cell.strip()))}


def is_head(cells: Sequence[str]) -> bool:
    """Whether they name all that a unit needs."""
    return known_columns(cells).issuperset(REQUIRED)


def read_head(row: Row) -> Head:
    """Raises CatalogError: a column that is missing, unknown or stands twice."""
    number, cells = row
    at: dict[str, int] = {}
    said: dict[str, str] = {}
    for position, cell in enumerate(cells):
        if not (name := cell.strip()):
            continue
        match = _NAME.fullmatch(name)
        if match is None:
            raise CatalogError(
                f"Row {number}: column {name[:60]!r} is unknown. Allowed: {', '.join(COLUMNS)}."
            )
        column = match[1].lower()
        if column in at:
            raise CatalogError(f"Row {number}: column {column} stands twice. Allowed: once.")
        at[column], said[column] = position, (match[2] or "").strip()
    if missing := [name for name in REQUIRED if name not in at]:
        raise CatalogError(
            f"Row {number}: no column {', '.join(missing)}. Needed: {', '.join(REQUIRED)}. "
            f"Allowed: {', '.join(COLUMNS)}."
        )
    handoff = said["key"].removeprefix(_HANDOFF)
    return Head(at, max(at.values()) + 1, said["target"], handoff)


def read_table(rows: Iterable[Row], language: Language) -> ReadCatalog:
    """The units of a table in `language`; its first row that is not empty names the columns.

    Empty rows are left out. A unit is fuzzy unless its state is approved or translated. Raises
    CatalogError, which names row and column: an empty key or source, a key with white space, an
    unknown state, a cell beside the columns, one key and source with two targets, NUL, or more
    than MAX_ROWS rows.
    """
    filled = _filled(rows)
    first = next(filled, None)
    if first is None:
        raise CatalogError(f"Row 1: the table is empty. Needed: {', '.join(REQUIRED)}.")
    head = read_head(first)
    _check_language(first[0], head.language, language)
    units: list[ReadUnit] = []
    seen: dict[tuple[str, str], ReadUnit] = {}
    for number, cells in filled:
        unit = _read_unit(head, number, cells)
        earlier = seen.setdefault((unit.key, unit.source), unit)
        if earlier.target != unit.target:
            raise CatalogError(
                f"Row {number}, column target: {unit.key} has another target at {earlier.at}. "
                "Allowed: one."
            )
        units.append(unit)
    return ReadCatalog(units, head.handoff)


def _filled(rows: Iterable[Row]) -> Iterator[Row]:
    for number, cells in rows:
        if number > MAX_ROWS:
            raise CatalogError(f"Row {number}: too many rows. Allowed: at most {MAX_ROWS:,}.")
        if any(cell.strip() for cell in cells):
            yield number, cells


def _read_unit(head: Head, number: int, cells: Sequence[str]) -> ReadUnit:
    _check_cells(head, number, cells)
    key, source = head.cell(cells, "key"), head.cell(cells, "source")
    if not _KEY.fullmatch(key):
        raise CatalogError(
            f"Row {number}, column key: {key[:60]!r}. Allowed: a key as it was exported, which "
            "has no white space."
        )
    if not source.strip():
        raise CatalogError(f"Row {number}, column source: empty. Allowed: the source of {key}.")
    state = head.cell(cells, "state").strip().lower()
    if state and state not in STATES:
        raise CatalogError(
            f"Row {number}, column state: {state[:60]!r} is unknown. Allowed: {', '.join(STATES)}."
        )
    return ReadUnit(
        key=key,
        source=source,
        target=head.cell(cells, "target"),
        fuzzy=state not in _FINISHED,
        previous_source=head.cell(cells, "previous source") or None,
        at=f"row {number}",
        comment=head.cell(cells, "comment").strip(),
    )


def _check_cells(head: Head, number: int, cells: Sequence[str]) -> None:
    named = {position: name for name, position in head.at.items()}
    for position, cell in enumerate(cells):
        if position not in named and cell.strip():
            raise CatalogError(
                f"Row {number}: cell {position + 1} ({cell[:40]!r}) stands in no column. "
                f"Named here: {', '.join(head.at)}."
            )
        if "\x00" in cell:
            raise CatalogError(f"Row {number}, column {named[position]}: a NUL character.")


def _check_language(number: int, declared: str, language: Language) -> None:
    if not declared:
        return
    try:
        found = read_language(declared)
    except UnknownLanguage as error:
        raise CatalogError(f"Row {number}, column target: {error}") from None
    if found != language:
        raise CatalogError(
            f"Row {number}, column target: the file is in {declared!r}. "
            f"Allowed here: {language.code}."
        )
