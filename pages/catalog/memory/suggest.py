"""Suggestions: what memory has for a text, exact or alike.

Candidates are the wordings of the language whose length allows the wanted similarity, read by
an index over (language, length); RapidFuzz compares their words. Trigram indexes were measured
and are slower here, and find less: docs/decisions/0009-memory-is-compared-in-full.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models.functions import Length
from rapidfuzz import fuzz, process

from pages.catalog.memory.entries import Entry, entries_of
from pages.catalog.memory.tags import Fit, is_coded, refit, words_of
from pages.catalog.segments import Segment
from pages.languages import Language
from pages.models import Target

THRESHOLD = 75  # percent
# Characters by which tags and escapes may make a coded source longer than its words.
_CODES = 24


class Kind(StrEnum):
    IN_CONTEXT = "in_context"  # the same words, on this page or in the block that was copied
    EXACT = "exact"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """score: percent; 100 is the same text with the same tags, and nothing else is 100.

    source: what `target` translates, as it was; target: made to fit, as `fit` says; blocked:
    whether it fails a check in the place where it stands; where_from: slug or name of a memory.
    """

    score: int
    kind: Kind
    source: str
    target: str
    fit: Fit
    state: str
    origin: str
    author: str
    reviewer: str
    where_from: str
    blocked: bool


def segment_suggestions(
    page_id: int | None, segment: Segment, language: Language, *, limit: int = 5
) -> tuple[Suggestion, ...]:
    """The suggestions for a segment of a page, without what stands there itself."""
    return suggestions(segment.text, language, limit=limit, exclude=(page_id, segment.key))


def suggestions(
    source_text: str,
    language: Language,
    *,
    limit: int = 5,
    exclude: tuple[int | None, str] | None = None,
    coded: bool | None = None,
) -> tuple[Suggestion, ...]:
    """At most `limit` different targets, best first. Two queries.

    exclude: (page id, key) of the segment itself; coded: whether source_text is coded text;
    without it, the key says so.
    """
    page_id, key = exclude or (None, "")
    if coded is None:
        coded = is_coded(key)
    scores = _similar(source_text, language, coded=coded)
    # Some may be the segment's own; more than a few of those there cannot be.
    best = sorted(scores, key=lambda digest: -scores[digest])[: limit + 10]
    found = [
        entry
        for entry in entries_of(best, [language.code])
        if exclude is None or (entry.page_id, entry.key) != exclude
    ]
    found.sort(key=lambda entry: (-scores[entry.text_digest], *entry.rank(page_id, key)))
    made = _different(
        _suggestion(entry, scores[entry.text_digest], source_text, page_id, key, coded=coded)
        for entry in found
    )
    return tuple(sorted(made, key=lambda suggestion: -suggestion.score)[:limit])


def _similar(source_text: str, language: Language, *, coded: bool) -> dict[str, float]:
    """Similarity in percent by digest, of what is at least THRESHOLD like it."""
    words = words_of(source_text, coded=coded).casefold()
    # The ratio is at most twice the shorter length over both lengths together.
    shortest = int(len(words) * THRESHOLD / (200 - THRESHOLD))
    longest = int(len(words) * (200 - THRESHOLD) / THRESHOLD) + 1 + _CODES
    rows = (
        Target.objects.standing()
        .alias(length=Length("source"))
        .filter(language=language.code, length__gte=shortest, length__lte=longest)
        .values_list("text_digest", "source", "key")
    )
    choices = {
        digest: words_of(source, coded=is_coded(other)).casefold()
        for digest, source, other in rows.order_by().iterator(chunk_size=20_000)
    }
    alike = process.extract(words, choices, scorer=fuzz.ratio, score_cutoff=THRESHOLD, limit=None)
    return {digest: score for _, score, digest in alike}


def _suggestion(
    entry: Entry, score: float, source_text: str, page_id: int | None, key: str, *, coded: bool
) -> Suggestion:
    fit, target = refit(
        source_text, entry.source, entry.text, coded=coded, remembered_coded=entry.coded
    )
    exact = entry.translates(source_text, coded=coded) and fit is Fit.WHOLE
    if not exact:
        kind = Kind.FUZZY
    else:
        kind = Kind.IN_CONTEXT if entry.in_context(page_id, key) else Kind.EXACT
    return Suggestion(
        score=100 if exact else min(99, int(score)),
        kind=kind,
        source=entry.source,
        target=target,
        fit=fit,
        state=entry.state,
        origin=entry.origin,
        author=entry.author,
        reviewer=entry.reviewer,
        where_from=entry.where_from,
        blocked=entry.blocked,
    )


def _different(made: Iterator[Suggestion]) -> list[Suggestion]:
    """Each target once, from the best place that has it."""
    kept: dict[str, Suggestion] = {}
    for suggestion in made:
        if (known := kept.get(suggestion.target)) is None or known.score < suggestion.score:
            kept[suggestion.target] = suggestion
    return list(kept.values())
