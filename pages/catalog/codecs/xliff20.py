"""Units as XLIFF 2.0 core, and back.

Written: `version="2.0"`, which is valid under the schemas of 2.1 too and the only one that all
tools of 2.x take; no modules and no <mrk>, which tools lose. Read: 2.0 and 2.1, whatever tools
made of it; only ids are relied upon. Specification: OASIS XLIFF 2.1, 13 February 2018.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import quoteattr

from lxml import etree

from pages.catalog.codecs.codec import CatalogError, Codec, Header, ReadCatalog, ReadUnit
from pages.catalog.codecs.xliff20_rules import (
    NAMESPACE,
    N,
    check_id,
    check_parts,
    check_unit,
)
from pages.catalog.codecs.xliff20_units import UNREVIEWED, id_of, read_unit
from pages.catalog.codecs.xliff_inline import Dialect, write_text
from pages.catalog.codecs.xliff_units import (
    Collected,
    by_place,
    check_language,
    check_root,
    check_source_language,
    notes_of,
    tag_of,
    written,
)
from pages.catalog.codecs.xml_reading import forget, read_elements
from pages.catalog.units import Unit, UnitState
from pages.languages import Language, source_language

# Section 4.3.1.27, "state". A reviewer has to finish what is only translated; the sub-state says
# that nobody has touched it since, and a tool that changes the state has to drop it.
_STATES: Mapping[UnitState, str] = {
    UnitState.MISSING: 'state="initial"',
    UnitState.STALE: 'state="initial" subState="polyclinic:stale"',
    UnitState.MACHINE: 'state="initial" subState="polyclinic:machine"',
    UnitState.NEEDS_REVIEW: f'state="translated" subState="{UNREVIEWED}"',
    UnitState.APPROVED: 'state="final"',
}

_KEPT = 'canCopy="no" canDelete="no"'
_DIALECT = Dialect(
    start={
        "b": f'<pc id="{{id}}" type="fmt" subType="xlf:b" {_KEPT}>',
        "i": f'<pc id="{{id}}" type="fmt" subType="xlf:i" {_KEPT}>',
        "a": f'<pc id="{{id}}" type="link" {_KEPT}>',
        "g": f'<pc id="{{id}}" type="other" subType="polyclinic:term" {_KEPT}>',
    },
    end="</pc>",
    empty=f'<ph id="{{id}}" type="fmt" subType="xlf:lb" {_KEPT}/>',
    character='<cp hex="{hex}"/>',
)


# Writing


def write_xliff20(units: Iterable[Unit], header: Header) -> bytes:
    """`units` as UTF-8 XLIFF. Raises CatalogError for a unit whose coded text is not sound."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xliff xmlns="{NAMESPACE}" version="2.0" srcLang="{tag_of(source_language())}"'
        f' trgLang="{tag_of(header.language)}">',
    ]
    for number, (place, found) in enumerate(by_place(units), start=1):
        # Tools throw notes and original away, and keep ids.
        file_id = f"f{number}.{id_of(header.handoff)}" if header.handoff else f"f{number}"
        lines.append(f'  <file id="{file_id}" original={quoteattr(place)} canResegment="no">')
        for unit in found:
            lines += _unit(unit)
        lines.append("  </file>")
    lines.append("</xliff>")
    return "".join(f"{line}\n" for line in lines).encode()


def _unit(found: Unit) -> Iterator[str]:
    unit, source, target = written(found, _DIALECT)
    yield f'    <unit id="{id_of(unit.key)}" canResegment="no" xml:space="preserve">'
    yield "      <notes>"
    for note in notes_of(unit):
        yield f'        <note category="polyclinic">{write_text(note)}</note>'
    yield "      </notes>"
    yield f'      <segment id="s1" {_STATES[unit.state]}>'
    yield f"        <source>{source}</source>"
    if target:
        yield f"        <target>{target}</target>"
    yield "      </segment>"
    yield "    </unit>"


# Reading

_HANDOFF = re.compile(r"f[0-9]+\.(.+)")


def read_xliff20(data: bytes, language: Language) -> ReadCatalog:
    """The units of an XLIFF 2.0 or 2.1 file in `language`. Raises CatalogError if not sound.

    The segments of a <unit> are joined: tools may have split it. Modules are not looked at.
    """
    reading = _Reading(language)
    for event, element in read_elements(data):
        if event == "start":
            reading.start(element)
        elif element.tag in _STRUCTURE:
            reading.end(element)
    return reading.found.catalog()


_STRUCTURE = frozenset(f"{N}{name}" for name in ("xliff", "file", "group", "unit"))


class _Reading:
    """One pass over a file."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.found = Collected()
        self._file_ids: set[str] = set()
        self._group_ids: set[str] = set()
        self._unit_ids: set[str] = set()
        self._has_target_language = False

    def start(self, element: etree._Element) -> None:
        if element.getparent() is None:
            check_root(element, f"{N}xliff", "2.0", "2.1")
            self._has_target_language = element.get("trgLang") is not None
            line = f"Line {element.sourceline}: "
            if element.get("srcLang") is None:
                raise CatalogError(f"{line}the file has no srcLang.")
            check_source_language(element.get("srcLang"), f"{line}srcLang")
            check_language(element.get("trgLang"), self.language, f"{line}trgLang")
        elif element.tag == f"{N}file":
            self.found.begin_file()
            self._group_ids, self._unit_ids = set(), set()

    def end(self, element: etree._Element) -> None:
        name = str(element.tag).removeprefix(N)
        unit = None
        try:
            match name:
                case "unit":
                    unit = self._unit(element)
                case "group":
                    check_id(element, self._group_ids)
                    check_parts(element)
                case "file":
                    file_id = check_id(element, self._file_ids)
                    check_parts(element)
                    self.found.add_handoff(_HANDOFF.fullmatch(file_id))
                case _:
                    check_parts(element)
        except ValueError as error:
            where = f"{name.capitalize()} {element.get('id', 'without id')}"
            raise CatalogError(f"{where}, line {element.sourceline}: {error}") from None
        if unit is not None:
            self.found.add(unit)
        forget(element)

    def _unit(self, element: etree._Element) -> ReadUnit:
        check_id(element, self._unit_ids)
        check_unit(element, has_target_language=self._has_target_language)
        return read_unit(element, self.language)


CODEC = Codec(
    "xliff-2.0", "XLIFF 2.0", ".xlf", "application/xliff+xml", write_xliff20, read_xliff20
)
