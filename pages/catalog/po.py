"""Gettext PO: the one place that reads and writes it.

Written: unwrapped, in document order, the same bytes for the same state; `msgcat --no-wrap` is
a fixpoint and `msgfmt -c` is clean. Read: strictly. No Python library is (polib reads an
unclosed quote as an empty translation), so every line is checked before polib sees the file.
Format: GNU gettext manual, "The Format of PO Files".
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polib

from pages.catalog.units import Unit, UnitState
from pages.languages import Language, UnknownLanguage, read_language

MAX_BYTES = 20 * 1024 * 1024
# A stale or unreviewed target is for the translator to look at, not to be compiled.
_FUZZY = frozenset({UnitState.STALE, UnitState.MACHINE, UnitState.NEEDS_REVIEW})
_PLURAL_FORMS = "nplurals=1; plural=0;"  # content has no plurals; msgfmt -c wants the header
_LINE = re.compile(
    r'^(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(?:[^"\\]|\\.)*"\s*$'
)


class CatalogError(ValueError):
    """The file is not a catalogue that may be read. The message names the line."""


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A unit as a file brings it back. line: where it stands in the file."""

    key: str
    source: str
    target: str
    fuzzy: bool
    previous_source: str | None
    line: int


def write_po(units: Iterable[Unit], language: Language, *, revised: str) -> bytes:
    """`units` as UTF-8 PO. revised: PO-Revision-Date, derived from data and not from a clock."""
    file = polib.POFile(wrapwidth=0)
    file.metadata = {
        "Project-Id-Version": "Polyclinic",
        "POT-Creation-Date": revised,
        "PO-Revision-Date": revised,
        "Last-Translator": "Polyclinic",
        "Language-Team": language.name,
        "Language": language.locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": _PLURAL_FORMS,
    }
    file.extend(_entry(unit) for unit in units)
    return f"{file}\n".encode().replace(b"\n\n\n", b"\n\n").rstrip(b"\n") + b"\n"


def _entry(unit: Unit) -> polib.POEntry:
    comments = [" › ".join(unit.crumbs)]
    if unit.max_length:
        comments.append(f"At most {unit.max_length} characters.")
    if unit.state in _FUZZY:
        comments.append(f"State: {unit.state.value}.")
    return polib.POEntry(
        msgctxt=unit.key,
        msgid=unit.source,
        msgstr=unit.target,
        comment="\n".join(comments),
        occurrences=[(unit.place, "")],
        flags=["fuzzy"] if unit.state in _FUZZY else [],
        previous_msgctxt=None,
        previous_msgid=unit.previous_source,
    )


def read_po(data: bytes, language: Language) -> Sequence[ReadUnit]:
    """The units of a PO file in `language`. Raises CatalogError for a file that is not sound."""
    text = _decoded(data)
    _check_lines(text)
    with tempfile.TemporaryDirectory() as folder:
        # From a file of our own: polib.pofile() opens whatever path a string names.
        path = Path(folder) / "catalogue.po"
        path.write_text(text, encoding="utf-8", newline="\n")
        try:
            file = polib.pofile(str(path), encoding="utf-8", wrapwidth=0)
        except (OSError, ValueError) as error:
            raise CatalogError(f"Not a PO file: {_without_path(error, path)}") from None
    _check_language(file, language)
    units = [_read_unit(entry) for entry in file if not entry.obsolete]
    _check_duplicates(units)
    return units


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise CatalogError(f"{len(data):,} bytes. Allowed: at most {MAX_BYTES:,}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CatalogError(
            f"Line {line}: not UTF-8. Allowed: UTF-8, with or without BOM."
        ) from None
    return text.replace("\r\n", "\n")


def _check_lines(text: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if "\x00" in line:
            raise CatalogError(f"Line {number}: a NUL character.")
        if line.strip() and not line.lstrip().startswith("#") and not _LINE.match(line.strip()):
            raise CatalogError(
                f"Line {number}: a keyword or a closed quote is missing: {line[:60]!r}"
            )


def _check_language(file: polib.POFile, language: Language) -> None:
    declared = file.metadata.get("Language", "")
    if not declared:
        return
    try:
        found = read_language(declared)
    except UnknownLanguage as error:
        raise CatalogError(f"Header Language: {error}") from None
    if found != language:
        raise CatalogError(f"Header Language is {declared!r}. Allowed here: {language.locale}.")


def _check_duplicates(units: Sequence[ReadUnit]) -> None:
    seen: dict[tuple[str, str], ReadUnit] = {}
    for unit in units:
        first = seen.setdefault((unit.key, unit.source), unit)
        if first is not unit:
            raise CatalogError(f"Line {unit.line}: {unit.key} stands at line {first.line} already.")


def _read_unit(entry: polib.POEntry) -> ReadUnit:
    return ReadUnit(
        key=entry.msgctxt or "",
        source=entry.msgid,
        target=entry.msgstr,
        fuzzy=entry.fuzzy,
        previous_source=entry.previous_msgid,
        line=entry.linenum or 0,
    )


def _without_path(error: Exception, path: Path) -> str:
    return str(error).replace(str(path), "the file")
