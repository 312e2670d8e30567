"""A <unit> of XLIFF 2.0 as our unit, with all its segments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote

from lxml import etree

from pages.catalog.codecs.codec import ReadUnit
from pages.catalog.codecs.xliff20_rules import SEGMENTS, N
from pages.catalog.codecs.xliff_inline import Code, Part, read_inline
from pages.catalog.codecs.xliff_units import check_language, check_source_language, sorted_notes
from pages.catalog.codecs.xml_reading import XML, inherited
from pages.catalog.units import is_coded
from pages.languages import Language

UNREVIEWED = "polyclinic:needs_review"
_FINISHED = frozenset({"translated", "reviewed", "final"})

# Ids


def id_of(key: str) -> str:
    """`key` as an NMTOKEN, with `:` for percent-encoding's `%`: a/b#c is a:2Fb:23c."""
    return quote(key, safe="").replace("~", "%7E").replace("%", ":")


_ESCAPED_ID = re.compile(r"(?:[\w.-]|:[0-9A-F]{2})+", re.ASCII)


def key_of(unit_id: str) -> str:
    """The key that `id_of` made `unit_id` of; the id of another's unit as it is."""
    if ":" in unit_id and _ESCAPED_ID.fullmatch(unit_id):
        return unquote(unit_id.replace(":", "%"))
    return unit_id


# Segments


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
        return found[0] in _FINISHED and found != ("translated", UNREVIEWED)


def read_unit(element: etree._Element, language: Language) -> ReadUnit:
    """Raises ValueError."""
    key = key_of(element.get("id", ""))
    coded = is_coded(key)
    segments = [_segment(part, language) for part in element if part.tag in SEGMENTS]
    notes = [note.text or "" for note in element.iter(f"{N}note")]
    previous, comment = sorted_notes(notes)
    target, is_finished = "", True
    if any(part.target is not None for part in segments):
        target = _joined(_in_target_order(segments), coded=coded)
        is_finished = all(part.is_finished for part in segments if not part.is_ignorable)
    if any(part.target is None and not part.is_ignorable for part in segments) and target:
        # A sentence in part is no translation, and nothing that came back is dropped.
        comment = "\n".join(filter(None, (comment, f"Translated in part: {target}")))
        target = ""
    return ReadUnit(
        key=key,
        source=_joined([part.source for part in segments], coded=coded),
        target=target,
        fuzzy=bool(target) and not is_finished,
        previous_source=previous,
        at=f"unit {key}, line {element.sourceline}",
        comment=comment,
    )


def _segment(element: etree._Element, language: Language) -> _Segment:
    source, target = element.find(f"{N}source"), element.find(f"{N}target")
    if source is None:
        raise ValueError("a segment has no source.")
    check_source_language(inherited(source, f"{XML}lang"), "xml:lang of its source")
    if target is not None:
        check_language(inherited(target, f"{XML}lang"), language, "xml:lang of its target")
    return _Segment(element, source, target)


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
    return read_inline([part for element in elements for part in _parts(element)], coded=coded)


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
