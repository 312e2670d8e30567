"""Reading TMX 1.1 to 1.4b: translation memories of other people's tools.

The file is not trusted: 50 MB at most, nothing outside it is loaded, and one that declares
entities is refused. A DOCTYPE that names tmx14.dtd is normal, and not followed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO

from lxml import etree

from pages.catalog.codecs.codec import MAX_BYTES, CatalogError
from pages.languages import Language, UnknownLanguage, read_language, source_language
from pages.richtext import InlineCodeError, parse_coded

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Codes that we wrote ourselves: memory/tmx_write.py.
_OUR_CODE = re.compile(r"</?[biag]\d+>|<br\d+/>")
_LINE_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_NATIVE_CODES = ("bpt", "ept", "ph", "it", "ut")


@dataclass(frozen=True, slots=True)
class MemoryUnit:
    """A pair of texts. coded: both are coded text, with the same tags; at: where it stands."""

    language: Language
    source: str
    target: str
    coded: bool
    at: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A unit that was not taken, and why."""

    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadMemory:
    """others: how often a language occurs that is not one of the site's."""

    units: tuple[MemoryUnit, ...]
    faults: tuple[Fault, ...]
    others: Counter[str]


def read_tmx(data: bytes) -> ReadMemory:
    """Raises CatalogError where the file is not TMX, too large, or declares entities."""
    if len(data) > MAX_BYTES:
        raise CatalogError(
            f"More than {MAX_BYTES // 2**20} MB. Allowed: that much; split the file."
        )
    units: list[MemoryUnit] = []
    faults: list[Fault] = []
    others: Counter[str] = Counter()
    try:
        for number, (element, default) in enumerate(_entries(data), start=1):
            tuid = element.get("tuid")
            at = f"unit {number} ({tuid})" if tuid else f"unit {number}"
            for found in _unit(element, default, at, others):
                if isinstance(found, Fault):
                    faults.append(found)
                else:
                    units.append(found)
    except etree.XMLSyntaxError as error:
        raise CatalogError(f"Not well-formed XML: {error.msg}") from None
    return ReadMemory(tuple(units), tuple(faults), others)


def _entries(data: bytes) -> Iterator[tuple[etree._Element, str]]:
    """Each <tu> with the source language that the header gives; freed after use."""
    parsing = etree.iterparse(
        BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    default, root = "", None
    for event, element in parsing:
        if root is None:
            root = element
            _refuse_other_files(root)
        if event == "end" and element.tag == "header":
            default = element.get("srclang", "")
        elif event == "end" and element.tag == "tu":
            yield element, element.get("srclang", default)
            element.clear()
            if (before := element.getprevious()) is not None and before.tag == "tu":
                element.getparent().remove(before)  # type: ignore[union-attr]  # it has siblings


def _refuse_other_files(root: etree._Element) -> None:
    if root.tag != "tmx":
        raise CatalogError(f"The root element is <{root.tag!s}>. Allowed: <tmx>.")
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise CatalogError(
            "The file declares entities in its DOCTYPE. Allowed: none; have the tool write "
            "characters as they are."
        )


def _unit(
    element: etree._Element, source_tag: str, at: str, others: Counter[str]
) -> Iterator[MemoryUnit | Fault]:
    """A pair for each language of the site that the unit has beside the source."""
    sources: list[etree._Element] = []
    targets: list[tuple[Language, etree._Element]] = []
    for variant in element.iterfind("tuv"):
        tag = variant.get(_LANG) or variant.get("lang") or ""
        try:
            language = read_language(tag)
        except UnknownLanguage:
            others[tag or "no language"] += 1
            continue
        if language == source_language():
            sources.append(variant)
        else:
            targets.append((language, variant))
    if source_tag and source_tag != "*all*" and not _is_source(source_tag):
        yield Fault(
            at, f"Its source language is {source_tag!r}. Allowed: {source_language().code}."
        )
    elif not sources:
        yield Fault(at, f"It has no text in {source_language().name}.")
    else:
        for language, variant in targets:
            yield _pair(sources[0], variant, language, at)


def _is_source(tag: str) -> bool:
    try:
        return read_language(tag) == source_language()
    except UnknownLanguage:
        return False


def _pair(
    source: etree._Element, target: etree._Element, language: Language, at: str
) -> MemoryUnit | Fault:
    try:
        ours, theirs = _Text.of(source), _Text.of(target)
    except ValueError as error:
        return Fault(f"{at}, {language.code}", str(error))
    if not ours.words or not theirs.words:
        return Fault(f"{at}, {language.code}", "A text is empty.")
    coded = bool(ours.tags) and ours.tags == theirs.tags
    return MemoryUnit(
        language=language,
        source=ours.coded if coded else ours.words,
        target=theirs.coded if coded else theirs.words,
        coded=coded,
        at=f"{at}, {language.code}",
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """A segment's words, and as coded text with its tags where all of its codes are ours."""

    words: str
    coded: str
    tags: tuple[str, ...]

    @classmethod
    def of(cls, variant: etree._Element) -> _Text:
        """Raises ValueError where there is no segment, or an entity that nothing declares."""
        segment = variant.find("seg")
        if segment is None:
            raise ValueError("It has no <seg>.")
        words, coded, foreign = [], [], False
        for text, code in _pieces(segment):
            words.append(text)
            coded.append(escape(text, quote=False) + code)
            if code and not _OUR_CODE.fullmatch(code):
                foreign = True
            if _LINE_BREAK.match(code):
                words.append(" ")
        said = "".join(words).strip()
        tagged = "".join(coded).strip()
        return cls(said, tagged, () if foreign else _well_formed_tags(tagged))


def _well_formed_tags(coded: str) -> tuple[str, ...]:
    try:
        found = parse_coded(coded).iterdescendants()
    except InlineCodeError:
        return ()
    tags = sorted(str(element.tag) for element in found)
    return tuple(tags) if len(set(tags)) == len(tags) else ()


def _pieces(element: etree._Element) -> Iterator[tuple[str, str]]:
    """(text, the code after it): what is inside a native code is no text of the reader's."""
    yield element.text or "", ""
    for child in element:
        if not isinstance(child.tag, str):
            raise ValueError(f"The entity {child.text} is not declared.")
        if child.tag in _NATIVE_CODES:
            is_break = child.get("type") == "lb"
            content = "".join(child.itertext())
            yield "", content or ("<br>" if is_break else "<>")
        elif child.tag == "hi":
            yield from _pieces(child)
        else:
            raise ValueError(f"<{child.tag}> is no element of TMX inside <seg>.")
        yield child.tail or "", ""
