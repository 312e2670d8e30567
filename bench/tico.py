"""TICO-19: 3,071 health sentences in seven of the site's languages, translated by people (CC0).

For Haitian Creole, Korean and Polish the corpus has terms only, so their targets are the demo's
own sentences in that language: right in script and length, wrong in meaning, which a measure of
time does not mind. Sentences with digits are left out: theirs would be blocked by the checks.
"""

from __future__ import annotations

import zipfile
from functools import cache

from lxml import etree

from bench import content
from bench.plan import TICO_19
from pages.languages import source_language, target_languages

NAMES = {
    "es": "es-LA",
    "zh-hans": "zh",
    **{code: code for code in ("ar", "bn", "fr", "ru", "ur")},
}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@cache
def sentences() -> dict[str, tuple[str, ...]]:
    """By language code; the same place in each is the same sentence."""
    pairs = {code: _pairs(name) for code, name in NAMES.items()}
    shared = sorted(set.intersection(*(set(found) for found in pairs.values())))
    texts = {source_language().code: tuple(shared)}
    for language in target_languages():
        code = language.code
        if code in pairs:
            texts[code] = tuple(pairs[code][english] for english in shared)
        else:
            own = [text for text in content.sentences()[code] if not _has_digit(text)]
            texts[code] = tuple(own[number % len(own)] for number in range(len(shared)))
    return texts


def _pairs(name: str) -> dict[str, str]:
    """Translations by English sentence."""
    with zipfile.ZipFile(TICO_19 / f"en-{name}.tmx.zip") as archive:
        tree = etree.fromstring(archive.read(archive.namelist()[0]))
    found = {}
    for unit in tree.iter("tu"):
        texts = {
            str(variant.get(_XML_LANG)): " ".join((variant.findtext("seg") or "").split())
            for variant in unit.iter("tuv")
        }
        english = texts.pop("en")
        (translation,) = texts.values()
        # What a field of a heading's length holds, in the longer of the two.
        fits = max(len(english), len(translation)) < 200
        if english and translation and fits and not _has_digit(english + translation):
            found[english] = translation
    return found


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)
