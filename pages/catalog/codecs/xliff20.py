"""Units as XLIFF 2.0 core, and back.

Written: `version="2.0"`, which is valid under the schemas of 2.1 too and the only one that all
tools of 2.x take; no modules and no <mrk>, which tools lose. Read: 2.0 and 2.1, whatever tools
made of it; only ids are relied upon. Specification: OASIS XLIFF 2.1, 13 February 2018.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote
from xml.sax.saxutils import quoteattr

from lxml import etree

from pages.catalog.codecs.codec import CatalogError, Codec, Header, ReadCatalog, ReadUnit
from pages.catalog.codecs.xliff20_rules import NAMESPACE, N, check_unit
from pages.catalog.codecs.xliff_inline import Code, Dialect, Part, folded, read_inline, write_text
from pages.catalog.codecs.xliff_units import (
    Collected,
    by_place,
    check_language,
    check_root,
    content,
    notes_of,
    sorted_notes,
    tag_of,
)
from pages.catalog.codecs.xml_reading import forget, preserves_space, read_elements
from pages.catalog.units import Unit, UnitState, is_coded
from pages.languages import Language, source_language

# Section 4.3.1.27, "state". A reviewer has to finish what is only translated; the sub-state says
# that nobody has touched it since, and a tool that changes the state has to drop it.
_UNREVIEWED = "polyclinic:needs_review"
_STATES: Mapping[UnitState, str] = {
    UnitState.MISSING: 'state="initial"',
    UnitState.STALE: 'state="initial" subState="polyclinic:stale"',
    UnitState.MACHINE: 'state="initial" subState="polyclinic:machine"',
    UnitState.NEEDS_REVIEW: f'state="translated" subState="{_UNREVIEWED}"',
    UnitState.APPROVED: 'state="final"',
}
_FINISHED = frozenset({"translated", "reviewed", "final"})

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
        file_id = f"f{number}.{_id(header.handoff)}" if header.handoff else f"f{number}"
        lines.append(
            f'  <file id="{file_id}" original={quoteattr(place)} canResegment="no"'
            ' xml:space="preserve">'
        )
        for unit in found:
            lines += _unit(unit)
        lines.append("  </file>")
    lines.append("</xliff>")
    return "".join(f"{line}\n" for line in lines).encode()


def _unit(unit: Unit) -> Iterator[str]:
    yield f'    <unit id="{_id(unit.key)}" canResegment="no">'
    yield "      <notes>"
    for category, text in notes_of(unit):
        yield f'        <note category="{category}">{write_text(text)}</note>'
    yield "      </notes>"
    yield f'      <segment id="s1" {_STATES[unit.state]}>'
    yield f"        <source>{content(unit, unit.source, _DIALECT)}</source>"
    if unit.target:
        yield f"        <target>{content(unit, unit.target, _DIALECT)}</target>"
    yield "      </segment>"
    yield "    </unit>"


def _id(key: str) -> str:
    """`key` as an NMTOKEN, with `:` for percent-encoding's `%`: a/b#c is a:2Fb:23c."""
    return quote(key, safe="").replace("~", "%7E").replace("%", ":")


# Reading

_ESCAPED_ID = re.compile(r"(?:[\w.-]|:[0-9A-F]{2})+", re.ASCII)
_HANDOFF = re.compile(r"f[0-9]+\.(.+)")


def read_xliff20(data: bytes, language: Language) -> ReadCatalog:
    """The units of an XLIFF 2.0 or 2.1 file in `language`. Raises CatalogError if not sound.

    The segments of a <unit> are joined: tools may have split it. Modules are not looked at.
    """
    found = Collected()
    for event, element in read_elements(data):
        if event == "start":
            if element.getparent() is None:
                check_root(element, f"{N}xliff", "2.0", "2.1")
                _check_languages(element, language)
        elif element.tag == f"{N}unit":
            found.add(_read_unit(element, language))
            forget(element)
        elif element.tag == f"{N}file":
            found.add_handoff(_HANDOFF.fullmatch(element.get("id", "")))
            forget(element)
    return found.catalog()


def _key(unit_id: str) -> str:
    """The key that `_id` made `unit_id` of; the id of another's unit as it is."""
    if ":" in unit_id and _ESCAPED_ID.fullmatch(unit_id):
        return unquote(unit_id.replace(":", "%"))
    return unit_id


def _check_languages(root: etree._Element, language: Language) -> None:
    line = f"Line {root.sourceline}: "
    check_language(root.get("srcLang"), source_language(), f"{line}srcLang")
    check_language(root.get("trgLang"), language, f"{line}trgLang")


class _Segment(NamedTuple):
    """A <segment>, or an <ignorable> between two: white space, or codes without words."""

    element: etree._Element
    source: etree._Element
    target: etree._Element | None

    @property
    def is_ignorable(self) -> bool:
        return self.element.tag == f"{N}ignorable"

    @property
    def is_finished(self) -> bool:
        """Whether the file says so. By the specification no state is "initial"."""
        found = self.element.get("state"), self.element.get("subState")
        return found[0] in _FINISHED and found != ("translated", _UNREVIEWED)


def _read_unit(element: etree._Element, language: Language) -> ReadUnit:
    at = f"unit {(unit_id := element.get('id', ''))}, line {element.sourceline}"
    try:
        check_unit(element)
        key = _key(unit_id)
        coded = is_coded(key)
        segments = [_segment(part) for part in element if part.tag in _SEGMENTS]
        notes = [(note.get("category", ""), note.text or "") for note in element.iter(f"{N}note")]
        previous, comment = sorted_notes(notes)
        translated = [part for part in segments if part.target is not None]
        target = _joined(_in_target_order(segments), coded=coded) if translated else ""
        if any(part.target is None and not part.is_ignorable for part in segments) and target:
            comment = "\n".join(filter(None, (comment, f"Translated in part: {target}")))
            target = ""
        return ReadUnit(
            key=key,
            source=_joined([part.source for part in segments], coded=coded),
            target=target,
            fuzzy=bool(target)
            and not all(part.is_finished for part in segments if not part.is_ignorable),
            previous_source=previous,
            at=f"unit {key}, line {element.sourceline}",
            comment=comment,
        )
    except ValueError as error:
        raise CatalogError(f"U{at[1:]}: {error}") from None


_SEGMENTS = (f"{N}segment", f"{N}ignorable")


def _segment(element: etree._Element) -> _Segment:
    source = element.find(f"{N}source")
    if source is None:
        raise ValueError(f"line {element.sourceline}: no source.")
    return _Segment(element, source, element.find(f"{N}target"))


def _in_target_order(segments: Sequence[_Segment]) -> list[etree._Element]:
    """Section 4.2.2.13, "order": where the target stands among the targets of the unit.

    What is between segments and has no target of its own is the same in both languages.
    """
    placed = [
        (int(part.target.get("order", position)) if part.target is not None else position, part)
        for position, part in enumerate(segments, start=1)
    ]
    placed.sort(key=lambda pair: pair[0])
    return [
        element
        for _, part in placed
        if (element := part.source if part.target is None and part.is_ignorable else part.target)
        is not None
    ]


def _joined(elements: Sequence[etree._Element], *, coded: bool) -> str:
    parts = [part for element in elements for part in _parts(element)]
    if not all(preserves_space(element) for element in elements):
        parts = folded(parts)
    return read_inline(parts, coded=coded)


def _parts(element: etree._Element) -> Iterator[Part]:
    if element.text:
        yield element.text
    for child in element:
        yield from _code(child)
        if child.tail:
            yield child.tail


def _code(child: etree._Element) -> Iterator[Part]:
    """Section 4.2.3. Annotations are left out, what they stand around is not."""
    name = str(child.tag).removeprefix(N)
    match name:
        case "pc":
            yield Code("start", child.get("id", ""), name)
            yield from _parts(child)
            yield Code("end", child.get("id", ""), name)
        case "sc" | "ec" if child.get("isolated") == "yes":
            yield Code("empty", child.get("id", ""), name)
        case "sc":
            yield Code("start", child.get("id", ""), name)
        case "ec":
            yield Code("end", child.get("startRef", ""), name)
        case "ph":
            is_break = child.get("subType") == "xlf:lb"
            yield Code("empty", child.get("id", ""), name, is_break)
        case "cp":
            yield chr(int(child.get("hex", ""), 16))
        case "mrk":
            yield from _parts(child)
        case "sm" | "em":
            pass
        case _:
            raise ValueError(f"line {child.sourceline}: {name} has no place in a text.")


CODEC = Codec(
    "xliff-2.0", "XLIFF 2.0", ".xlf", "application/xliff+xml", write_xliff20, read_xliff20
)
