"""Whether a source changed what it says in numbers, units or negation.

For the stale echo: the translation of the old words comes back for the new ones.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from pages.catalog.checks.lexicon import lexicon
from pages.catalog.checks.numbers import plain_numbers, spoken_numbers
from pages.catalog.checks.units import measures
from pages.catalog.checks.words import folded, without_addresses, words_of


def meaning_changed(old_source: str, new_source: str, *, coded: bool = False) -> tuple[str, ...]:
    """Which of "numbers", "units" and "negation" differ between two English wordings.

    coded: rich text, with tags. Words that a number may be said in count as numbers.
    """
    old, new = (without_addresses(words_of(each, coded=coded)) for each in (old_source, new_source))
    changes = {
        "numbers": _numbers(old) != _numbers(new),
        "units": _units(old) != _units(new),
        "negation": _negations(old) != _negations(new),
    }
    return tuple(name for name, changed in changes.items() if changed)


def _numbers(text: str) -> Counter[Decimal]:
    return plain_numbers(text) + spoken_numbers(text)


def _units(text: str) -> Counter[str]:
    """Units of numbers; and units that stand alone (a few days, per kg), how often they do."""
    words = folded(text)
    alone = {
        code: sum(1 for _ in pattern.finditer(words))
        for code, pattern in lexicon("en").mentions.items()
    }
    return Counter(f"{each.value} {each.unit}" for each in measures(text, "en")) + Counter(alone)


def _negations(text: str) -> int:
    known = lexicon("en")
    bare = known.neutral.sub(" ", folded(text.lower()))
    return sum(1 for _ in known.explicit.finditer(bare))
