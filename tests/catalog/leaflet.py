"""The leaflet of Doctors of the World: a page, its eight translations, and what changes later."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from django.core.management import call_command
from wagtail.blocks import StreamValue

from pages.catalog.segments import page_segments
from pages.models import TreatmentPage
from tests import factory
from tests.catalog.alignment import align, lines_of
from tests.catalog.conftest import SHARED

LEAFLET: Path = SHARED / "dotw"
FILES = {
    "es": "spa",
    "fr": "fra",
    "pl": "pol",
    "ru": "rus",
    "zh-hans": "zh-cn",
    "ar": "ara",
    "bn": "ben",
    "ur": "urd",
    # No languages of the site as it comes: tests/test_add_language.py adds them.
    "zh-hant": "zh-tw",
    "yi": "yid",
}
# The clinic's own sentence: the leaflet has no dose.
DOSE = "Take 500 mg of paracetamol, no more than 4 times in 24 hours."
OWN = {
    "es": "Tome 500 mg de paracetamol, no más de 4 veces en 24 horas.",
    "fr": "Prenez 500 mg de paracétamol, pas plus de 4 fois en 24 heures.",
}
# Ten sentences by how they begin, and the numbers that change in each.
CHANGES: Mapping[str, Mapping[str, str]] = {
    "Take 500 mg": {"4": "3"},
    "Anyone with symptoms": {"7": "10"},
    "If you live with other people": {"14": "10"},
    "If you live with someone who is 70": {"14": "10"},
    "stay at least 2 metres": {"2": "3", "3": "4"},
    "You are strongly advised": {"12": "16"},
    "your symptoms do not get better": {"7": "5"},
    "Make sure you wash your hands": {"20": "30"},
    "If you think you fall into": {"29": "22"},
    "Version 3": {"3": "4"},
}
# Numbers that the Arabic leaflet writes as words, as its translator would once they change.
_AS_DIGITS = {"سبعة": "7", "مترين": "2 أمتار"}
_NUMBER = re.compile(r"(?<![\d.])\d+(?![\d.])")


def leaflet_page() -> TreatmentPage:
    """The English leaflet as it is imported and published, and then the clinic's own block."""
    if not LEAFLET.exists():
        pytest.skip("needs the leaflet of Doctors of the World beside the project")
    factory.index_page()
    call_command("import_treatment", str(LEAFLET / "eng.xml"), stdout=io.StringIO())
    page = TreatmentPage.objects.get()
    page = page.get_latest_revision_as_object()
    page.body.append(("prose_section", {"heading": "", "body": _rich(page, f"<p>{DOSE}</p>")}))
    page.save_revision().publish()
    return TreatmentPage.objects.get()


def _rich(page: TreatmentPage, html: str) -> object:
    block = page.body.stream_block.child_blocks["prose_section"].child_blocks["body"]
    return block.to_python(html)


@cache
def agency_pairs(code: str) -> Mapping[str, str]:
    """English line -> the line of the leaflet in `code`, where one has a clear partner."""
    pairs = align(lines_of(LEAFLET / "eng.xml"), lines_of(LEAFLET / f"{FILES[code]}.xml"))
    return {**pairs, DOSE: OWN[code]} if code in OWN else pairs


def changed(text: str, source: str) -> str:
    """`text`, the sentence `source` or its translation, with the numbers that change in it."""
    numbers = next(
        (numbers for start, numbers in CHANGES.items() if source.startswith(start)), None
    )
    if numbers is None:
        return text
    for word, digits in _AS_DIGITS.items():
        text = text.replace(word, digits)

    def renumbered(found: re.Match[str]) -> str:
        # In the digits that stand there; Arabic has its own.
        zero = ord(found[0][0]) - int(found[0][0])
        new = numbers.get(str(int(found[0])), "")
        return "".join(chr(zero + int(digit)) for digit in new) or found[0]

    return _NUMBER.sub(renumbered, text)


def changed_sources(page: TreatmentPage) -> dict[str, str]:
    """The ten sentences as they are -> as they become."""
    texts = {segment.text for segment in page_segments(page)}
    return {text: new for text in texts if (new := changed(text, text)) != text}


def edit_ten_sentences(page: TreatmentPage) -> TreatmentPage:
    """As an editor does it, block ids and paragraph keys staying what they are."""
    draft = page.get_latest_revision_as_object()
    raw = json.dumps(list(draft.body.raw_data), ensure_ascii=False)
    for old, new in changed_sources(page).items():
        assert raw.count(old) == 1, old
        raw = raw.replace(old, new)
    draft.body = StreamValue(draft.body.stream_block, json.loads(raw), is_lazy=True)
    draft.save_revision().publish()
    return TreatmentPage.objects.get(pk=page.pk)
