"""Which characters the project's fonts have: others are printed as empty boxes, and are told."""

from __future__ import annotations

import unicodedata
from functools import cache

from fontTools.ttLib import TTFont

from pages.printing.fonts_file import FONTS

# Controls, marks of direction and joining, and spaces have no shape of their own.
_WITHOUT_SHAPE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def unprintable(text: str) -> list[str]:
    """The characters of `text` that no font has, each once, in the order of their numbers."""
    missing = {character for character in set(text) if ord(character) not in covered()}
    return sorted(each for each in missing if unicodedata.category(each) not in _WITHOUT_SHAPE)


@cache
def covered() -> frozenset[int]:
    found: set[int] = set()
    for path in FONTS.glob("*-Regular.ttf"):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)
