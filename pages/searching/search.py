"""One search: what is asked for, in the words of one language, among what is public in it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from django.db import connections
from modelsearch.backends import get_search_backend
from modelsearch.query import PlainText

from pages.folding import asked_words
from pages.models import SearchEntry
from pages.models.edition import visible_q
from pages.reading import reading_alias
from pages.searching.correcting import corrected
from pages.searching.outside import outside_keys
from pages.searching.terms import MOST_ELSEWHERE, MOST_MATCHES, configuration, is_stemmed

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
    is_capped = len(hits) >= MOST_ELSEWHERE  # fewer are surely all
    narrowed = [hit for hit in hits if _has(hit, facets)]
    if facets and is_capped:
        narrowed = _hits(words, language_code, matched, facets)
    return Found(
        hits=tuple(narrowed),
        words=words,
        matched=matched,
        facets={name: _counts(name, hits, facets) for name in FACETS},
        is_capped=is_capped,
    )


def _attempts(asked: Words, language_code: str) -> tuple[list[Hit], Words, Matched]:
    """All words; else all with the misspelt ones corrected; else any of them."""
    if not asked:
        return [], asked, Matched.ALL
    if hits := _hits(asked, language_code, Matched.ALL):
        return hits, asked, Matched.ALL

    ignored = _ignored(asked, language_code)

    def is_known(word: str) -> bool:
        return word in ignored or bool(_hits((word,), language_code, Matched.ALL, most=1))

    if len(ignored) == len(asked):
        return [], asked, Matched.ALL
    words = corrected(asked, language_code, is_known)
    if words != asked and (hits := _hits(words, language_code, Matched.CORRECTED)):
        return hits, words, Matched.CORRECTED
    if len(words) > 1 and (hits := _hits(words, language_code, Matched.ANY)):
        return hits, words, Matched.ANY
    return [], asked, Matched.ALL


def _ignored(words: Words, language_code: str) -> Words:
    """Those that the database's engine leaves out, such as "the": they find nothing, and are not
    misspelt."""
    if connections[reading_alias()].vendor != "postgresql" or not is_stemmed(language_code):
        return ()
    from pages.searching.postgresql import lexemes

    known = lexemes(words, language_code)
    return tuple(word for word in words if word not in known)


def _hits(
    words: Words,
    language_code: str,
    matched: Matched,
    facets: Mapping[str, str] | None = None,
    most: int = MOST_MATCHES,
) -> list[Hit]:
    """At most so many that are public now, best first."""
    wanted = PlainText(" ".join(words), operator="or" if matched is Matched.ANY else "and")
    entries = SearchEntry.objects.filter(language=language_code, **(facets or {}))
    keys = outside_keys(wanted, entries, most)
    if keys is None:
        engine = get_search_backend(SEARCH_CONFIG=configuration(language_code))
        found = list(engine.search(wanted, entries.only("key", *FACETS))[:most])
    else:
        # It knows no time, and it may lag.
        by_key = entries.filter(visible_q(prefix="current__")).only("key", *FACETS).in_bulk(keys)
        found = [by_key[key] for key in keys if key in by_key]
    return [Hit(entry.key, entry.category, entry.body_region) for entry in found]


def _counts(name: str, hits: Sequence[Hit], facets: Mapping[str, str]) -> dict[str, int]:
    """How many hits have each value of this facet, where the other facets stay as asked."""
    others = {other: value for other, value in facets.items() if other != name}
    values = (getattr(hit, name) for hit in hits if _has(hit, others))
    counted = Counter(value for value in values if value)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _has(hit: Hit, facets: Mapping[str, str]) -> bool:
    return all(getattr(hit, name) == value for name, value in facets.items())
