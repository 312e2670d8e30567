"""A report's lines with the words that they are about, which stand in the kept file alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pages.admin.workspace.rows import anchor_of
from pages.catalog.codecs.codec import CatalogError, ReadUnit
from pages.catalog.codecs.registry import CODECS
from pages.catalog.verdicts import Verdict
from pages.languages import Language, get_language
from pages.models import TreatmentPage

VERDICTS: Mapping[Verdict, str] = {
    Verdict.APPLIED: "Stored as the translation of what the page says now.",
    Verdict.UNCHANGED: "Empty, untouched, or stored already.",
    Verdict.CONFLICT: "Somebody changed it meanwhile. Theirs stands, and the file's is kept "
    "beside it.",
    Verdict.SUGGESTION: "The source has changed since. Kept with the wording that it translates.",
    Verdict.QUARANTINED: "The page has no such text. The words stay in the file.",
    Verdict.REJECTED: "No translation may have this text. The words stay in the file.",
}
# Not a verdict: a unit is stored (applied, or unchanged) and held back.
_HELD_BACK, _HELD = "held back", "held"
_MEANINGS = {
    **{verdict.value: meaning for verdict, meaning in VERDICTS.items()},
    _HELD: "Of these: stored, and not served until the words are mended, or a reviewer says why "
    "they may pass.",
}

_TAG = re.compile(r"(</?[a-z]+\d+/?>)")


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A unit that is worth a look. chip: its verdict, or that it is held back; look: the name of
    the chip's colours; url: where it is translated, if anywhere."""

    at: str
    chip: str
    look: str
    message: str
    source: SafeString
    target: SafeString
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownReport:
    """counts: (chip, look, number, what it means), those above none."""

    file: str
    language: Language
    units: int
    counts: Sequence[tuple[str, str, int, str]]
    lines: Sequence[ShownLine]
    more_lines: int


def shown(report: Mapping[str, Any], name: str, codec: str, code: str, data: bytes) -> ShownReport:
    """The report of one catalogue, for people. data: the catalogue."""
    language = get_language(code)
    found = report.get("lines", [])
    units = _units(codec, data, language) if found else {}
    titles = _titles(line["key"] for line in found)
    return ShownReport(
        file=name,
        language=language,
        units=report.get("units", 0),
        counts=[(chip, look, number, _MEANINGS[look]) for chip, look, number in counted(report)],
        lines=[_line(line, units.get(line["at"]), titles, language) for line in found],
        more_lines=report.get("more_lines", 0),
    )


def counted(report: Mapping[str, Any]) -> Sequence[tuple[str, str, int]]:
    """(chip, look, number) of each verdict that a unit has, and of those that are held back."""
    counts = report.get("counts", {})
    found = [(each.value, each.value, counts.get(each.value, 0)) for each in VERDICTS]
    found.append((_HELD_BACK, _HELD, report.get("held", 0)))
    return [each for each in found if each[2]]


def _units(codec: str, data: bytes, language: Language) -> Mapping[str, ReadUnit]:
    try:
        return {unit.at: unit for unit in CODECS[codec].read(data, language).units}
    except CatalogError:  # an older version of ours read it
        return {}


def _titles(keys: Any) -> Mapping[str, tuple[int, str]]:
    """(id, title) of pages by document id."""
    documents = {key.partition("/")[0] for key in keys if "/" in key}
    pages = TreatmentPage.objects.filter(alias_of=None, translation_key__in=documents)
    return {
        str(document): (pk, title)
        for document, pk, title in pages.values_list("translation_key", "pk", "title")
    }


def _with_tags(text: str) -> SafeString:
    """Numbered tags as chips of their own direction: in Arabic they read backwards otherwise."""
    parts = (
        format_html('<code class="workspace-tag" dir="ltr">{}</code>', part)
        if _TAG.fullmatch(part)
        else part
        for part in _TAG.split(text)
    )
    return format_html_join("", "{}", ((part,) for part in parts))


def _line(
    line: Mapping[str, Any],
    unit: ReadUnit | None,
    titles: Mapping[str, tuple[int, str]],
    language: Language,
) -> ShownLine:
    document, _, key = line["key"].partition("/")
    page_id, title = titles.get(document, (0, line["key"]))
    url = ""
    if page_id and line["verdict"] != Verdict.QUARANTINED:
        url = f"{reverse('workspace', args=[language.code, page_id])}#{anchor_of(key)}"
    return ShownLine(
        at=line["at"],
        chip=_HELD_BACK if line.get("held") else line["verdict"],
        look=_HELD if line.get("held") else line["verdict"],
        message=line["message"],
        source=_with_tags(unit.source if unit else ""),
        target=_with_tags(unit.target if unit else ""),
        title=title,
        url=url,
    )
