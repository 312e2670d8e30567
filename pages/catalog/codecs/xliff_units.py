"""What the versions of XLIFF share beside inline codes: notes, languages, keys that stand once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from lxml import etree

from pages.catalog.codecs.codec import CatalogError, ReadCatalog, ReadUnit
from pages.catalog.codecs.xliff_inline import Dialect, write_inline
from pages.catalog.units import Unit, UnitState
from pages.languages import Language, UnknownLanguage, read_language, source_language

# How our notes begin: tools lose what says whose a note is, and keep its text.
_CONTEXT = "[context] "
_PREVIOUS_SOURCE = "[previous source] "


# Writing


def by_place(units: Iterable[Unit]) -> Iterator[tuple[str, list[Unit]]]:
    """The units of one page or term after the other: each is a <file>."""
    for place, found in groupby(units, key=lambda unit: unit.place):
        yield place, list(found)


def tag_of(language: Language) -> str:
    """BCP 47 as people write it: zh-Hans."""
    return language.locale.replace("_", "-")


def notes_of(unit: Unit) -> Iterator[str]:
    """What goes out with `unit` for the translator, a note each."""
    yield f"{_CONTEXT}{' › '.join(_one_line(crumb) for crumb in unit.crumbs)}"
    if unit.max_length:
        yield f"{_CONTEXT}At most {unit.max_length} characters."
    for hint in unit.hints:
        yield f"{_CONTEXT}{_one_line(hint)}"
    if unit.previous_source is not None:
        yield f"{_PREVIOUS_SOURCE}{unit.previous_source}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def written(unit: Unit, dialect: Dialect) -> tuple[Unit, str, str]:
    """(the unit as it goes out, the content of its source, the content of its target).

    A target kept for an older wording may have tags that are no codes of ours: it goes out in a
    note, so that one such target does not keep back a catalogue. Raises CatalogError for a source.
    """
    try:
        source = write_inline(unit.source, dialect, coded=unit.coded)
    except ValueError as error:
        raise CatalogError(f"Unit {unit.key}: {error} in {unit.source[:60]!r}.") from None
    try:
        return unit, source, write_inline(unit.target, dialect, coded=unit.coded)
    except ValueError as error:
        hint = f"Earlier translation, with tags that cannot be shown ({error}): {unit.target}"
        bare = replace(
            unit,
            target="",
            state=UnitState.MISSING,
            previous_source=None,
            hints=(*unit.hints, hint),
        )
        return bare, source, ""


# Reading


def sorted_notes(notes: Iterable[str]) -> tuple[str | None, str]:
    """(the previous source, the translator's comments): ours that came back are neither."""
    previous, comments = None, []
    for note in notes:
        if note.startswith(_PREVIOUS_SOURCE):
            previous = note.removeprefix(_PREVIOUS_SOURCE)
        elif not note.startswith(_CONTEXT) and note.strip():
            comments.append(note.strip())
    return previous, "\n".join(comments)


def check_language(declared: str | None, wanted: Language, where: str) -> None:
    """Raises CatalogError where a file declares another language than `wanted`."""
    if not declared or declared.lower() == wanted.code:
        return
    try:
        found = read_language(declared)
    except UnknownLanguage as error:
        raise CatalogError(f"{where}: {error}") from None
    if found != wanted:
        raise CatalogError(f"{where} is {declared!r}. Allowed here: {tag_of(wanted)}.")


def check_source_language(declared: str | None, where: str) -> None:
    """Any variety of the source language: tools make en-US of en."""
    if (declared or "").partition("-")[0].lower() != source_language().code:
        check_language(declared, source_language(), where)


def check_root(root: etree._Element, tag: str, *versions: str) -> None:
    """Raises CatalogError where the file is another kind of XML or another version."""
    if root.tag != tag or root.get("version") not in versions:
        wanted = etree.QName(tag)
        raise CatalogError(
            f"Line {root.sourceline}: the file is {root.tag!s} {root.get('version', '')!r}. "
            f"Allowed: {wanted.localname} in {wanted.namespace}, version {' or '.join(versions)}."
        )


# Of a treatment's segment, or a field of a term. Other files name their units as they like.
_KEY_OF_OURS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.+|[a-z]+\.[\w-]+\.[a-z_]+")


def is_key_of_ours(key: str) -> bool:
    return _KEY_OF_OURS.fullmatch(key) is not None


class Collected:
    """The units of a file as they are read, each key of ours once."""

    def __init__(self) -> None:
        self.units: list[ReadUnit] = []
        self._files = 0
        self._handoffs: set[str] = set()
        self._first: dict[str, tuple[int, str]] = {}

    def begin_file(self) -> None:
        """A <file>: ids need to be unique in it only, keys of ours in all of them."""
        self._files += 1

    def add_handoff(self, match: re.Match[str] | None) -> None:
        if match is not None:
            self._handoffs.add(match[1])

    def add(self, unit: ReadUnit) -> None:
        file, first = self._first.get(unit.key, (0, ""))
        if file == self._files or (file and is_key_of_ours(unit.key)):
            raise CatalogError(f"U{unit.at[1:]}: its key stands at {first} already.")
        self._first[unit.key] = self._files, unit.at
        self.units.append(unit)

    def catalog(self) -> ReadCatalog:
        """Two hand-offs in one file are none: nobody can say which one it brings back."""
        if not self._files:
            raise CatalogError("Line 1: there is no element file in it. Allowed: at least one.")
        handoff = next(iter(self._handoffs)) if len(self._handoffs) == 1 else ""
        return ReadCatalog(self.units, handoff)
