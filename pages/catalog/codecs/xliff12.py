"""Units as XLIFF 1.2, strict, and back: the format that every tool takes.

Written: one <file> a page or term, one <trans-unit> a unit whose id is the key. Read: whatever
tools made of it; only ids are relied upon. Specification: OASIS XLIFF 1.2, 1 February 2008.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import quoteattr

from lxml import etree

from pages.catalog.codecs.codec import CatalogError, Codec, Header, ReadCatalog, ReadUnit
from pages.catalog.codecs.xliff_inline import (
    Code,
    Dialect,
    Part,
    read_inline,
    write_text,
)
from pages.catalog.codecs.xliff_units import (
    Collected,
    by_place,
    check_language,
    check_root,
    check_source_language,
    notes_of,
    sorted_notes,
    tag_of,
    written,
)
from pages.catalog.codecs.xml_reading import XML, forget, read_elements
from pages.catalog.units import Unit, UnitState, is_coded
from pages.languages import Language, source_language

_NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_N = f"{{{_NAMESPACE}}}"

# Section 2.3, "state". What is not finished has a state that tools show as such: Weblate takes
# needs-review-* for finished, so what is stale must be fixed and not only be looked at.
_STATES: Mapping[UnitState, str] = {
    UnitState.MISSING: 'state="needs-translation"',
    UnitState.STALE: 'state="needs-adaptation" state-qualifier="fuzzy-match"',
    UnitState.MACHINE: 'state="needs-review-translation" state-qualifier="leveraged-mt"',
    UnitState.NEEDS_REVIEW: 'state="needs-review-translation"',
    UnitState.APPROVED: 'state="final"',
}
_FINISHED = frozenset({"translated", "signed-off", "final"})
# OmegaT offers only what has a target: people copy the source there first. It says nothing yet.
_NOT_BEGUN = frozenset({"new", "needs-translation"})

_DIALECT = Dialect(
    start={
        "b": '<g id="{id}" ctype="bold">',
        "i": '<g id="{id}" ctype="italic">',
        "a": '<g id="{id}" ctype="link">',
        "g": '<g id="{id}" ctype="x-term">',
    },
    end="</g>",
    empty='<x id="{id}" ctype="lb"/>',
    character='<x id="U+{hex}" ctype="x-character"/>',
)


# Writing


def write_xliff12(units: Iterable[Unit], header: Header) -> bytes:
    """`units` as UTF-8 XLIFF. Raises CatalogError for a unit whose coded text is not sound."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xliff xmlns="{_NAMESPACE}" version="1.2">',
    ]
    for place, found in by_place(units):
        lines += [f"  <file {_file(place, header)}>", "    <body>"]
        for unit in found:
            lines += _trans_unit(unit)
        lines += ["    </body>", "  </file>"]
    lines.append("</xliff>")
    return "".join(f"{line}\n" for line in lines).encode()


def _file(place: str, header: Header) -> str:
    # Tools throw headers away, but keep the name of the original. No characters in it that a
    # tool could not use as the name of a file.
    original = f"handoff/{header.handoff}/{place}" if header.handoff else place
    return (
        f'original={quoteattr(original)} datatype="plaintext" '
        f'date="{header.revised:%Y-%m-%dT%H:%M:%SZ}" '
        f'source-language="{tag_of(source_language())}" '
        f'target-language="{tag_of(header.language)}"'
    )


def _trans_unit(found: Unit) -> Iterator[str]:
    unit, source, target = written(found, _DIALECT)
    approved = ' approved="yes"' if unit.state is UnitState.APPROVED else ""
    width = f' size-unit="char" maxwidth="{unit.max_length}"' if unit.max_length else ""
    yield f'      <trans-unit id={quoteattr(unit.key)}{approved}{width} xml:space="preserve">'
    yield f"        <source>{source}</source>"
    yield f"        <target {_STATES[unit.state]}>{target}</target>"
    for note in notes_of(unit):
        yield f'        <note from="Polyclinic">{write_text(note)}</note>'
    yield "      </trans-unit>"


# Reading

_HANDOFF = re.compile(r"handoff/([^/]+)/")
_FORGOTTEN = frozenset(f"{_N}{name}" for name in ("header", "bin-unit", "group", "file"))


def read_xliff12(data: bytes, language: Language) -> ReadCatalog:
    """The units of an XLIFF 1.2 file in `language`. Raises CatalogError where it is not sound.

    Every <trans-unit> is a unit, whatever group it is in; <bin-unit> and <alt-trans> are not.
    """
    found = Collected()
    for event, element in read_elements(data):
        if event == "start":
            if element.getparent() is None:
                check_root(element, f"{_N}xliff", "1.2")
            elif element.tag == f"{_N}file":
                found.begin_file()
                found.add_handoff(_HANDOFF.match(element.get("original", "")))
                _check_file(element, language)
        elif element.tag == f"{_N}trans-unit":
            found.add(_read_unit(element, language))
            forget(element)
        elif element.tag in _FORGOTTEN:
            forget(element)
    return found.catalog()


def _check_file(element: etree._Element, language: Language) -> None:
    line = f"Line {element.sourceline}: "
    check_source_language(element.get("source-language"), f"{line}source-language")
    check_language(element.get("target-language"), language, f"{line}target-language")


def _read_unit(element: etree._Element, language: Language) -> ReadUnit:
    key = element.get("id")
    if not key:
        raise CatalogError(f"Line {element.sourceline}: a trans-unit without id.")
    at = f"unit {key}, line {element.sourceline}"
    try:
        source, target = _only(element, "source"), _only(element, "target")
        if source is None:
            raise ValueError("it has no source.")
        words, translation = _text(source, key), ""
        is_finished = True
        if target is not None:
            check_language(target.get(f"{XML}lang"), language, "xml:lang of its target")
            translation = _text(target, key)
            if translation == words and target.get("state") in _NOT_BEGUN:
                translation = ""
            is_finished = _is_finished(element, target)
        previous, comment = sorted_notes(note.text or "" for note in element.iterchildren(_NOTE))
        return ReadUnit(
            key=key,
            source=words,
            target=translation,
            fuzzy=bool(translation) and not is_finished,
            previous_source=previous,
            at=at,
            comment=comment,
        )
    except ValueError as error:
        raise CatalogError(f"U{at[1:]}: {error}") from None


_NOTE = f"{_N}note"


def _only(unit: etree._Element, name: str) -> etree._Element | None:
    """Raises ValueError where there are several."""
    found = list(unit.iterchildren(f"{_N}{name}"))
    if len(found) > 1:
        raise ValueError(f"it has {len(found)} elements {name}.")
    return found[0] if found else None


def _is_finished(unit: etree._Element, target: etree._Element) -> bool:
    """Whether the file says so. A file that says nothing does not say that it is finished."""
    state = target.get("state")
    return state in _FINISHED if state else unit.get("approved") == "yes"


def _text(element: etree._Element, key: str) -> str:
    return read_inline(_parts(element, {}), coded=is_coded(key))


def _parts(element: etree._Element, pairs: dict[str, str]) -> Iterator[Part]:
    """pairs: the id of the start of each pair that is written as two elements."""
    if element.text:
        yield element.text
    for child in element:
        yield from _code(child, pairs)
        if child.tail:
            yield child.tail


def _code(child: etree._Element, pairs: dict[str, str]) -> Iterator[Part]:
    """Section 2.4. What stands inside a native code is not text."""
    name = str(child.tag).removeprefix(_N)
    if name == "mrk":
        yield from _parts(child, pairs)
        return
    code_id = child.get("id")
    if not code_id:
        raise ValueError(f"line {child.sourceline}: a {name} without id.")
    match name:
        case "g":
            yield Code("start", code_id, name)
            yield from _parts(child, pairs)
            yield Code("end", code_id, name)
        case "bpt" | "bx":
            pairs[child.get("rid", code_id)] = code_id
            yield Code("start", code_id, name)
        case "ept" | "ex":
            yield Code("end", pairs.get(child.get("rid", code_id), code_id), name)
        case "x" if child.get("ctype") == "x-character":
            yield _character(code_id)
        case "x" | "ph" | "it":
            yield Code("empty", code_id, name, is_break=child.get("ctype") == "lb")
        case _:
            raise ValueError(f"line {child.sourceline}: {name} has no place in a text.")


def _character(code_id: str) -> str:
    try:
        return chr(int(code_id.removeprefix("U+"), 16))
    except (ValueError, OverflowError):
        raise ValueError(f"{code_id!r} is no character. Allowed: such as U+000b.") from None


CODEC = Codec(
    "xliff-1.2", "XLIFF 1.2", ".xlf", "application/x-xliff+xml", write_xliff12, read_xliff12
)
