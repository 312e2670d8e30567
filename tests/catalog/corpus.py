"""Real translations, for measuring checks: what they say of good text is a false alarm.

TICO-19 (CC0): 3,071 segments of health text a language, translated by professionals. The checks
were made with the even half, and are measured on the odd one. The leaflet of Doctors of the
World: aligned by `alignment`, so a few lines stand beside another. The demo's catalogues: the
only text in Haitian Creole, Korean and Polish; the checks were made with it.
"""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from html import unescape
from pathlib import Path

import polib
import pytest
from django.conf import settings
from lxml import etree

from pages.catalog.checks import CheckContext
from pages.catalog.checks.glossary import Glossary, Term
from pages.catalog.segments import Segment
from pages.languages import get_language
from pages.richtext import parse
from tests.catalog.alignment import align, lines_of

SHARED: Path = settings.BASE_DIR.parent / "shared" / "content"
TICO19 = {
    "ar": "ar",
    "bn": "bn",
    "es": "es-LA",
    "fr": "fr",
    "ru": "ru",
    "ur": "ur",
    "zh-hans": "zh",
}
LEAFLETS = {
    "ar": "ara",
    "bn": "ben",
    "es": "spa",
    "fr": "fra",
    "pl": "pol",
    "ru": "rus",
    "ur": "urd",
    "zh-hans": "zh-cn",
}
# Here the French of TICO-19 belongs to other English sentences.
_MISALIGNED = {"fr": (*range(455, 735), *range(1080, 1125))}

Pair = tuple[str, str]


class Half(StrEnum):
    """Of the segments of TICO-19, by their place."""

    SEEN = "seen"  # even: the checks were made with it
    HELD_OUT = "held out"  # odd


def tico19(language: str, half: Half | None = None) -> Sequence[Pair]:
    """(English, translation); of one half, or of both."""
    wanted = {None: (0, 1), Half.SEEN: (0,), Half.HELD_OUT: (1,)}[half]
    misaligned = _MISALIGNED.get(language, ())
    return [
        pair
        for number, pair in enumerate(_tico19(language))
        if number % 2 in wanted and number not in misaligned
    ]


@lru_cache(maxsize=16)
def _tico19(language: str) -> Sequence[Pair]:
    path = SHARED / "tico19" / f"en-{TICO19[language]}.tmx.zip"
    if not path.exists():
        pytest.skip(f"needs {path.name} of TICO-19 beside the project")
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read(archive.namelist()[0]))
    pairs = []
    for unit in root.iter("tu"):
        source, target = (
            unicodedata.normalize("NFC", "".join(side.itertext()).strip())
            for side in unit.iter("seg")
        )
        pairs.append((source, target))
    return pairs


def leaflet(language: str) -> Sequence[Pair]:
    path = SHARED / "dotw" / f"{LEAFLETS[language]}.xml"
    if not path.exists():
        pytest.skip("needs the leaflet of Doctors of the World beside the project")
    english, target = lines_of(SHARED / "dotw" / "eng.xml"), lines_of(path)
    longer = sum(map(len, target)) / sum(map(len, english))
    return list(align(english, target, longer=longer).items())


def demo(language: str) -> Sequence[tuple[Segment, str]]:
    """The demo's translated segments: rich ones too, as the catalogue has them."""
    locale = get_language(language).locale
    path = settings.BASE_DIR / "locale" / locale / "LC_MESSAGES" / "treatments.po"
    return [
        (_segment(entry.msgctxt, entry.msgid), entry.msgstr)
        for entry in polib.pofile(str(path), encoding="utf-8")
        if entry.msgstr and not entry.fuzzy
    ]


def demo_context(language: str) -> CheckContext:
    """The demo's glossary, and all that the demo says, as if it stood on one page."""
    locale = get_language(language).locale
    path = settings.BASE_DIR / "locale" / locale / "LC_MESSAGES" / "vocabulary.po"
    terms = (
        Term(entry.msgid, entry.msgstr)
        for entry in polib.pofile(str(path), encoding="utf-8")
        if entry.msgctxt.startswith("glossaryterm.") and entry.msgctxt.endswith(".term")
    )
    said = ((segment.text, text) for segment, text in demo(language))
    return CheckContext(Glossary.of(terms)).of_page(said)


def _segment(key: str, source: str) -> Segment:
    if "#" not in key:
        return Segment(key, source, "", ())
    # Only that it is rich text matters to a check: tags go, and references are read.
    (paragraph,) = parse(f"<p>{unescape(source)}</p>") or (None,)
    assert paragraph is not None
    return Segment(key, source, "", (), paragraph=paragraph)


def plain(pair: Pair) -> tuple[Segment, str]:
    return Segment("", pair[0], "", ()), pair[1]
