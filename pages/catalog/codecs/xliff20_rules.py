"""What XLIFF 2.0 asks of a file, as far as it bears on the words, codes and states that are read.

Notes, modules and editing hints are not judged: tools that write them wrongly still bring back
sound translations. Section numbers are those of OASIS XLIFF 2.1. Each function raises ValueError
that names the element and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml import etree

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
N = f"{{{NAMESPACE}}}"

SEGMENTS = (f"{N}segment", f"{N}ignorable")
STATES = ("initial", "translated", "reviewed", "final")
_NAME_TOKEN = re.compile(r"[\w.:·-]+")  # Nmtoken of XML 1.0, a little wider
_SUB_STATE = re.compile(r"[^\s:]+:\S.*")
# XML 1.0, section 2.2, "Char": what is not among them, or discouraged (as in the Schematron).
_UNSPEAKABLE = re.compile(
    r"0*(?:[0-8bcef]|1[0-9a-f]|7f|8[0-46-9a-f]|9[0-9a-f]|d[89a-f][0-9a-f]{2}|fff[ef])",
    re.ASCII | re.IGNORECASE,
)
_IDENTIFIED = tuple(f"{N}{name}" for name in ("pc", "ph", "sc", "mrk", "sm"))
_DATA = ("dataRef", "dataRefStart", "dataRefEnd")
_PARTS_OF = {
    "xliff": ("file",),
    "file": ("skeleton", "notes", "group", "unit"),
    "group": ("notes", "group", "unit"),
    "unit": ("notes", "originalData", "segment", "ignorable"),
}


def check_id(element: etree._Element, seen: set[str]) -> str:
    """The id that file, group and unit need, once among those `seen`."""
    name = etree.QName(element).localname
    found = element.get("id", "")
    if not _NAME_TOKEN.fullmatch(found):
        raise ValueError(f"{name} has the id {found!r}. Allowed: an NMTOKEN.")
    if found in seen:
        raise ValueError(f"{name} {found!r} stands there already.")
    seen.add(found)
    return found


def check_parts(element: etree._Element) -> None:
    """Section 4.2.1, structure: only the elements that the core has there, or a module's."""
    allowed = _PARTS_OF[etree.QName(element).localname]
    for part in element:
        tag = str(part.tag)
        if tag.startswith(N) and tag.removeprefix(N) not in allowed:
            raise ValueError(
                f"line {part.sourceline}: {tag.removeprefix(N)} has no place here. "
                f"Allowed: {', '.join(allowed)}."
            )


def check_unit(unit: etree._Element, *, has_target_language: bool) -> None:
    check_parts(unit)
    segments = [part for part in unit if part.tag in SEGMENTS]
    if not any(part.tag == f"{N}segment" for part in segments):
        raise ValueError("it has no segment.")
    sources = [source for part in segments for source in _only(part, "source", least=1)]
    targets = [target for part in segments for target in _only(part, "target", least=0)]
    if targets and not has_target_language:
        raise ValueError("it has a target, and the file has no trgLang.")
    for part in segments:
        _check_state(part)
    _check_order(segments)
    part_ids = [part_id for part in segments if (part_id := part.get("id")) is not None]
    _check_once(part_ids)
    for part_id in part_ids:
        if not _NAME_TOKEN.fullmatch(part_id):
            raise ValueError(f"a segment has the id {part_id!r}. Allowed: an NMTOKEN.")
    data = [data.get("id", "") for data in unit.iter(f"{N}data")]
    _check_once(data)
    if any(len(element) for element in sources):
        codes = _check_codes(sources, data)
        _check_once([code_id for code in codes if (code_id := code.get("id")) is not None])
        _check_pairs(codes, "sc", "ec")
        _check_pairs(codes, "sm", "em")
    if any(len(element) for element in targets):
        # Codes that a translator has doubled or parted are for the import to reject, by the unit.
        _check_codes(targets, data)


def _only(part: etree._Element, name: str, *, least: int) -> list[etree._Element]:
    found = list(part.iterchildren(f"{N}{name}"))
    if not least <= len(found) <= 1:
        raise ValueError(f"line {part.sourceline}: {len(found)} elements {name}. Allowed: 1.")
    return found


def _check_state(segment: etree._Element) -> None:
    """Section 4.3.1, state and subState."""
    state, sub_state = segment.get("state"), segment.get("subState")
    if state is not None and state not in STATES:
        raise ValueError(f"the state {state!r}. Allowed: {', '.join(STATES)}.")
    if sub_state is not None and (state is None or not _SUB_STATE.fullmatch(sub_state)):
        raise ValueError(f"the subState {sub_state!r}. Allowed: prefix:value beside a state.")


def _check_order(segments: Iterable[etree._Element]) -> None:
    """Section 4.3.1, order: each target has one place, its own or the one that it names."""
    places = []
    for position, part in enumerate(segments, start=1):
        target = part.find(f"{N}target")
        place = str(position) if target is None else target.get("order", str(position))
        if not place.isascii() or not place.isdecimal():
            raise ValueError(f"the order {place!r}. Allowed: a number from 1.")
        if target is not None:
            places.append(place)
    _check_once(places, "order")


def _check_once(values: Iterable[str], name: str = "id") -> None:
    seen = set()
    for value in values:
        if value in seen:
            raise ValueError(f"the {name} {value!r} stands twice.")
        seen.add(value)


# Inline codes


def _check_codes(elements: Iterable[etree._Element], data: Sequence[str]) -> list[etree._Element]:
    """Section 4.2.3: each code has an id, and refers to what is there. Returns the codes."""
    codes = [code for element in elements for code in element.iterdescendants()]
    known = {code.get("id") for code in codes}
    for code in codes:
        for reference in _DATA:
            if code.get(reference) is not None and code.get(reference) not in data:
                raise ValueError(f"{reference} {code.get(reference)!r} is no data of the unit.")
        if code.get("copyOf") is not None and code.get("copyOf") not in known:
            raise ValueError(f"copyOf {code.get('copyOf')!r} is no code of the unit.")
        if code.tag == f"{N}cp" and not _UNSPEAKABLE.fullmatch(code.get("hex", "")):
            raise ValueError(f"cp {code.get('hex')!r}. Allowed: what XML cannot hold.")
        _check_code_id(code)
    return codes


def _check_code_id(code: etree._Element) -> None:
    name, found = str(code.tag).removeprefix(N), code.get("id")
    if name == "ec" and (code.get("isolated") == "yes") is not (found is not None):
        raise ValueError("an ec has an id where it is isolated, and only there.")
    if name == "ec" and found is None and not code.get("startRef"):
        raise ValueError("an ec has no startRef.")
    if code.tag in _IDENTIFIED and not _NAME_TOKEN.fullmatch(found or ""):
        raise ValueError(f"{name} has the id {found!r}. Allowed: an NMTOKEN.")


_ALIKE = ("canCopy", "canDelete", "canOverlap")


def _check_pairs(codes: Iterable[etree._Element], start: str, end: str) -> None:
    """Every start that is not isolated has one end after it, in the same language."""
    waiting: dict[str | None, etree._Element] = {}
    for code in codes:
        name = str(code.tag).removeprefix(N)
        if code.get("isolated", "no") not in ("yes", "no"):
            raise ValueError(f"isolated {code.get('isolated')!r}. Allowed: yes, no.")
        if name == start and code.get("isolated") != "yes":
            waiting[code.get("id")] = code
        elif name == end and code.get("isolated") != "yes":
            begun = waiting.pop(code.get("startRef"), None)
            if begun is None:
                raise ValueError(f"{end} ends {code.get('startRef')!r}, which has no {start}.")
            for hint in _ALIKE:
                if begun.get(hint) != code.get(hint):
                    raise ValueError(f"{hint} of {start} {begun.get('id')!r} and its {end} differ.")
    if waiting:
        raise ValueError(f"{start} {next(iter(waiting))!r} has no {end}.")
