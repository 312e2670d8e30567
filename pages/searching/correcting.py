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
_TRIED = 4


def corrected(
    words: tuple[str, ...], language_code: str, is_known: Callable[[str], bool]
) -> tuple[str, ...]:
    """`words` with each that finds nothing by itself replaced by the nearest that does, where one
    is near. is_known: whether a word finds something public."""
    found = []
    left = MOST_CORRECTED  # each takes some queries
    for word in words:
        if left and may_be_misspelt(word) and not is_known(word):
            left -= 1
            # A word of hidden pages alone is none: nothing may differ by it.
            known = (near for near in nearest(word, language_code) if is_known(near))
            word = next(known, word)
        found.append(word)
    return tuple(dict.fromkeys(found))


def nearest(word: str, language_code: str) -> list[str]:
    """The words of the vocabulary in fewest steps from `word`, nearest first; of several alike
    those with the same first letter, which is seldom the wrong one. Else those that go on after
    it: where words are stemmed, an unfinished one may be no beginning of its stem."""
    steps = 2 if len(word) >= _LONG else 1
    vocabulary = SearchWord.objects.filter(language=language_code)
    rows = vocabulary.filter(length__range=(len(word) - steps, len(word) + steps))
    near = process.extract(
        word,
        list(rows.values_list("word", flat=True)),
        scorer=OSA.distance,
        score_cutoff=steps,
        limit=None,
    )
    if not near:
        longer = vocabulary.filter(word__startswith=word).order_by("length", "word")
        return list(longer.values_list("word", flat=True)[:_TRIED])
    near.sort(key=lambda each: (each[1], each[0][0] != word[0], each[0]))
    return [each for each, *_ in near[:_TRIED]]
