"""Remembered words in another place: whether their tags fit there."""

from __future__ import annotations

import re
from enum import StrEnum
from html import escape, unescape

_TAG = re.compile(r"<(/?)(b|i|a|g|br)(\d+)(/?)>")


class Fit(StrEnum):
    """How a remembered target was made to fit."""

    WHOLE = "whole"  # as it stands
    ADAPTED = "adapted"  # the same kinds of tags in the same order, numbered anew
    WORDS = "words"  # its words alone: the tags are other ones, and somebody has to set them


def is_coded(key: str) -> bool:
    """Whether the texts under this key are coded text: a paragraph of rich text."""
    return "#" in key


def words_of(text: str, *, coded: bool) -> str:
    """What a reader sees, in one line. coded: the text has tags, and & < > are escaped."""
    if not coded:
        return text
    if "<" in text:
        text = _TAG.sub(lambda found: " " if found[2] == "br" else "", text)
    return unescape(text) if "&" in text else text


def refit(
    source: str, remembered_source: str, text: str, *, coded: bool, remembered_coded: bool
) -> tuple[Fit, str]:
    """`text`, which translates `remembered_source`, as a target of `source`."""
    wanted = _tags(source, coded=coded)
    given = _tags(remembered_source, coded=remembered_coded)
    found = _tags(text, coded=remembered_coded)
    if not wanted and not found:
        return Fit.WHOLE, _converted(text, coded=coded, remembered_coded=remembered_coded)
    if sorted(found) == sorted(wanted):
        return Fit.WHOLE, text
    if sorted(found) == sorted(given) and _kinds(given) == _kinds(wanted):
        return Fit.ADAPTED, _renumbered(text, dict(zip(given, wanted, strict=True)))
    words = words_of(text, coded=remembered_coded)
    return Fit.WORDS, escape(words, quote=False) if coded else words


def _tags(text: str, *, coded: bool) -> list[str]:
    """Names of the tags in the order in which they open: b1, a2, br3."""
    if not coded or "<" not in text:
        return []
    return [f"{kind}{number}" for end, kind, number, _ in _TAG.findall(text) if not end]


def _kinds(names: list[str]) -> list[str]:
    return [name.rstrip("0123456789") for name in names]


def _renumbered(text: str, names: dict[str, str]) -> str:
    return _TAG.sub(lambda found: f"<{found[1]}{names[found[2] + found[3]]}{found[4]}>", text)


def _converted(text: str, *, coded: bool, remembered_coded: bool) -> str:
    if coded == remembered_coded:
        return text
    return escape(text, quote=False) if coded else unescape(text)
