"""Misspelt words, corrected by the words that name the treatments there are."""

from __future__ import annotations

from collections.abc import Callable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from pages.models import SearchWord
from pages.searching.terms import may_be_misspelt

# So many letters may be wrong, missing, too many or changed with their neighbour.
_LONG = 8
MOST_CORRECTED = 5


def corrected(
    words: tuple[str, ...], language_code: str, is_known: Callable[[str], bool]
) -> tuple[str, ...]:
    """`words` with each that finds nothing by itself replaced by its nearest, where one is near.
    is_known: whether a word finds something public."""
    found = []
    left = MOST_CORRECTED  # each takes two queries
    for word in words:
        if left and may_be_misspelt(word) and not is_known(word):
            left -= 1
            word = nearest(word, language_code) or word
        found.append(word)
    return tuple(dict.fromkeys(found))


def nearest(word: str, language_code: str) -> str | None:
    """The word of the vocabulary in fewest steps, of several one with the same first letter: it
    is seldom the wrong one."""
    steps = 2 if len(word) >= _LONG else 1
    rows = SearchWord.objects.filter(
        language=language_code, length__range=(len(word) - steps, len(word) + steps)
    )
    near = process.extract(
        word,
        list(rows.values_list("word", flat=True)),
        scorer=OSA.distance,
        score_cutoff=steps,
        limit=None,
    )
    if not near:
        return None
    best: str = min(near, key=lambda each: (each[1], each[0][0] != word[0], each[0]))[0]
    return best
