"""Writing TMX 1.4b: approved translations for other people's tools.

Specification: LISA OSCAR, "TMX 1.4b Specification". The same targets give the same bytes. Tags
of coded text are native codes, <bpt>, <ept> and <ph>, whose content is the tag itself, so that
our own reader gets it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import NamedTuple

from django.db.models import Q
from lxml import etree

from pages.catalog.memory.tags import is_coded
from pages.catalog.memory.tmx_read import Fault
from pages.languages import Language, get_language, source_language
from pages.models import Target
from pages.models.target import TargetState

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODE = re.compile(r"(<(/?)(b|i|a|g|br)(\d+)/?>)")
_TYPES = {"b": "bold", "i": "italic", "a": "link", "g": "x-term", "br": "lb"}
_HEADER = {
    "creationtool": "Polyclinic",
    "creationtoolversion": "1",
    "segtype": "paragraph",
    "o-tmf": "Polyclinic",
    "adminlang": "en",
    "datatype": "plaintext",
}


@dataclass(frozen=True, slots=True)
class WrittenMemory:
    """units: how many the file has; faults: those that XML cannot hold."""

    data: bytes
    units: int
    faults: tuple[Fault, ...]


class _Row(NamedTuple):
    language: str
    text_digest: str
    source: str
    text: str
    key: str
    state: str
    reviewed_at: datetime | None
    reviewer: str
    qualification: str
    page__slug: str | None


def write_tmx(languages: Iterable[Language]) -> WrittenMemory:
    """What was approved and passes its checks, each pair of texts once."""
    buffer, faults, count = BytesIO(), [], 0
    with etree.xmlfile(buffer, encoding="utf-8") as file:
        file.write_declaration()
        file.write_doctype('<!DOCTYPE tmx SYSTEM "tmx14.dtd">')
        with file.element("tmx", version="1.4"):
            file.write(_header(), "\n")
            with file.element("body"):
                for row in _approved(languages):
                    try:
                        unit = _unit(row)
                    except ValueError as error:  # lxml: characters that XML has not
                        faults.append(
                            Fault(f"{row.page__slug or row.key}, {row.language}", str(error))
                        )
                        continue
                    file.write("\n", unit)
                    count += 1
                file.write("\n")
    return WrittenMemory(buffer.getvalue() + b"\n", count, tuple(faults))


def _header() -> etree._Element:
    return etree.Element("header", _HEADER, srclang=_tag(source_language()))


def _approved(languages: Iterable[Language]) -> Iterator[_Row]:
    rows = (
        Target.objects.filter(
            Q(failed_checks=[]) | ~Q(waiver=""),
            state=TargetState.APPROVED,
            language__in=[language.code for language in languages],
        )
        .order_by("language", "text_digest", "text", "key", "-reviewed_at", "pk")
        .values_list(*_Row._fields)
    )
    seen: set[tuple[str, str, str]] = set()
    for row in map(_Row._make, rows):
        pair = (row.language, row.source, row.text)
        if pair not in seen:
            seen.add(pair)
            yield row


def _unit(row: _Row) -> etree._Element:
    """Raises ValueError for characters that XML has not."""
    unit = etree.Element("tu", tuid=row.text_digest, segtype="paragraph")
    if row.reviewed_at is not None:
        unit.set("changedate", f"{row.reviewed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    unit.set("changeid", row.reviewer)
    for name, value in (
        ("x-state", row.state),
        ("x-qualification", row.qualification),
        ("x-page", row.page__slug),
    ):
        if value:
            etree.SubElement(unit, "prop", type=name).text = value
    coded = is_coded(row.key)
    for language, text in (
        (source_language(), row.source),
        (get_language(row.language), row.text),
    ):
        variant = etree.SubElement(unit, "tuv", {_LANG: _tag(language)})
        _write_segment(etree.SubElement(variant, "seg"), text, coded=coded)
    return unit


def _write_segment(segment: etree._Element, text: str, *, coded: bool) -> None:
    if not coded:
        segment.text = text
        return
    # One group for the tag and three inside it: words, tag, its parts, words...
    words, *tagged = _CODE.split(text)
    segment.text = unescape(words)
    for tag, end, kind, number, after in zip(*[iter(tagged)] * 5, strict=True):
        if kind == "br":
            code = etree.SubElement(segment, "ph", x=number, type=_TYPES[kind])
        elif end:
            code = etree.SubElement(segment, "ept", i=number)
        else:
            code = etree.SubElement(segment, "bpt", i=number, x=number, type=_TYPES[kind])
        code.text, code.tail = tag, unescape(after)


def _tag(language: Language) -> str:
    """BCP 47 as people write it: zh-Hans."""
    return language.locale.replace("_", "-")
