"""One search: what is asked for, in the words of one language, among what is public in it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from modelsearch.backends import get_search_backend
from modelsearch.query import PlainText

from pages.folding import asked_words
from pages.models import CurrentEdition, SearchEntry
from pages.searching.correcting import corrected
from pages.searching.outside import outside_keys
from pages.searching.terms import MOST_MATCHES, configuration

Words: TypeAlias = tuple[str, ...]
FACETS = ("category", "body_region")
# A sentence in Chinese is as many pairs as it has characters.
MOST_ASKED = 40


class Matched(StrEnum):
    """How the answer was found: what an app says above it."""

    ALL = "all"
    CORRECTED = "corrected"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Hit:
    """A public page that matches. key: of its SearchEntry."""

    key: str
    category: str
    body_region: str


@dataclass(frozen=True, slots=True)
class Found:
    """hits: best first, at most MOST_MATCHES. words: folded, that were found in the end.
    facets: for each, how many hits there are of a value, where the other facets stay as asked.
    is_capped: whether there may be more hits."""

    hits: tuple[Hit, ...]
    words: Words
    matched: Matched
    facets: Mapping[str, Mapping[str, int]]
    is_capped: bool


def search(text: str, language_code: str, facets: Mapping[str, str]) -> Found:
    """facets: values of FACETS that hits must have. None of `text` is logged."""
    asked = tuple(asked_words(text, language_code)[:MOST_ASKED])
    hits, words, matched = _attempts(asked, language_code)
    narrowed = [hit for hit in hits if _has(hit, facets)]
    if facets and len(hits) == MOST_MATCHES:
        narrowed = _hits(words, language_code, matched, facets)
    return Found(
        hits=tuple(narrowed),
        words=words,
        matched=matched,
        facets={name: _counts(name, hits, facets) for name in FACETS},
        is_capped=len(hits) == MOST_MATCHES,
    )


def _attempts(asked: Words, language_code: str) -> tuple[list[Hit], Words, Matched]:
    """All words; else all with the misspelt ones corrected; else any of them."""
    if not asked:
        return [], asked, Matched.ALL
    if hits := _hits(asked, language_code, Matched.ALL):
        return hits, asked, Matched.ALL

    def is_known(word: str) -> bool:
        return bool(_hits((word,), language_code, Matched.ALL))

    words = corrected(asked, language_code, is_known)
    if words != asked and (hits := _hits(words, language_code, Matched.CORRECTED)):
        return hits, words, Matched.CORRECTED
    if len(words) > 1 and (hits := _hits(words, language_code, Matched.ANY)):
        return hits, words, Matched.ANY
    return [], asked, Matched.ALL


def _hits(
    words: Words, language_code: str, matched: Matched, facets: Mapping[str, str] | None = None
) -> list[Hit]:
    """Of the engine's best matches those that are public now: it does not know the time."""
    keys = _matching_keys(words, language_code, matched, facets or {})
    rows = CurrentEdition.objects.visible(language_code).filter(search_entry__in=keys)
    public = {
        key: Hit(key, category, body_region)
        for key, category, body_region in rows.values_list(
            "search_entry", "search_entry__category", "search_entry__body_region"
        )
    }
    return [public[key] for key in keys if key in public]


def _matching_keys(
    words: Words, language_code: str, matched: Matched, facets: Mapping[str, str]
) -> list[str]:
    entries = SearchEntry.objects.filter(language=language_code, **facets).only("pk")
    wanted = PlainText(" ".join(words), operator="or" if matched is Matched.ANY else "and")
    outside = outside_keys(wanted, entries, fuzzy=matched is Matched.CORRECTED)
    if outside is not None:
        return outside
    engine = get_search_backend(SEARCH_CONFIG=configuration(language_code))
    return [entry.pk for entry in engine.search(wanted, entries)[:MOST_MATCHES]]


def _counts(name: str, hits: Sequence[Hit], facets: Mapping[str, str]) -> dict[str, int]:
    """How many hits have each value of this facet, where the other facets stay as asked."""
    others = {other: value for other, value in facets.items() if other != name}
    values = (getattr(hit, name) for hit in hits if _has(hit, others))
    counted = Counter(value for value in values if value)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _has(hit: Hit, facets: Mapping[str, str]) -> bool:
    return all(getattr(hit, name) == value for name, value in facets.items())
