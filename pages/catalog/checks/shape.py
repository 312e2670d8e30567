"""How a target looks beside its source: length, the mark at its end, brackets, doubled words."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from pages.catalog.checks.lexicon import lexicon

RATIOS = Path(__file__).parent / "lexicon" / "length_ratio.toml"
LENGTHS = (20, 60)  # characters of the source: below, a ratio says nothing; from, it says more

_ENDS = {
    **dict.fromkeys(".。｡।۔։", "."),
    **dict.fromkeys("?？؟;", "?"),
    **dict.fromkeys("!！", "!"),
    **dict.fromkeys(":：", ":"),
    "…": "…",
}
_CLOSING = "\"'”’»)]）」』】 \u00a0\u200f\u200e"
_OPEN, _CLOSE = "([{（［【", ")]}）］】"
_DOUBLED = re.compile(r"(?<![\w'’-])([^\W\d_]{2,})[ \u00a0]+(\1)(?![\w'’-])", re.IGNORECASE)


@lru_cache(maxsize=1)
def length_ratios() -> dict[str, dict[str, tuple[float, float]]]:
    """language: {"short" or "long": (least, most) characters for one of English}."""
    data = tomllib.loads(RATIOS.read_text(encoding="utf-8"))
    return {
        language: {name: (low, high) for name, (low, high) in limits.items()}
        for language, limits in data.items()
    }


def length_ratio(source: str, target: str, language: str) -> tuple[float, float, float] | None:
    """(ratio, least, most) where the ratio is out of what translations have."""
    limits = length_ratios().get(language)
    if limits is None or len(source) < LENGTHS[0]:
        return None
    least, most = limits["long" if len(source) >= LENGTHS[1] else "short"]
    ratio = len(target) / len(source)
    return None if least <= ratio <= most else (ratio, least, most)


def end_mark(text: str) -> str:
    """The mark that a text ends with, as in English, or "" for none."""
    bare = text.rstrip().rstrip(_CLOSING)
    if bare.endswith(("...", "……")):
        return "…"
    return _ENDS.get(bare[-1:], "")


def brackets_differ(source: str, target: str) -> bool:
    """Whether the target leaves a bracket open that the source closes, or lost all of them."""
    if not _balanced(source):
        return False
    return not _balanced(target) or (_count(source) > 0 and _count(target) == 0)


def _count(text: str) -> int:
    return sum(text.count(each) for each in _OPEN)


def _balanced(text: str) -> bool:
    return _count(text) == sum(text.count(each) for each in _CLOSE)


def doubled_words(source: str, target: str, language: str) -> tuple[str, ...]:
    """Words that stand twice in a row. Not where a language says things twice on purpose."""
    if not lexicon(language).doubling_is_a_slip:
        return ()
    if _DOUBLED.search(source):
        return ()
    found = (match.group(1) for match in _DOUBLED.finditer(target))
    return tuple(word for word in found if word.lower() not in lexicon(language).doubled)
