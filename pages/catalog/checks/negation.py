"""Whether one side negates and the other does not.

Words that negate ask for one on the other side. There, words that come near it will do as well
(unable, no puede), so what is alarming is "not" against a sentence with nothing of the kind.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from pages.catalog.checks.lexicon import Lexicon, lexicon
from pages.catalog.checks.words import folded

# Not after the point of a number or an abbreviation, which no space or capital follows.
_SENTENCE_END = re.compile(r"[.!?؟۔।]+[\s\"'»”)]+(?=\S)|[。！？]+|\n")


class Negation(IntEnum):
    NONE = 0
    NEAR = 1
    PLAIN = 2


def negation_differs(source: str, target: str, language: str) -> Negation | None:
    """The side that negates alone: PLAIN for the source, NONE for the target; None for neither.

    Sentence by sentence where both sides have as many, as a whole otherwise. source: English.
    A language whose words are not known is not judged.
    """
    if not lexicon(language).negates:
        return None
    wanted, found = negations(source, "en"), negations(target, language)
    if len(wanted) != len(found):
        wanted, found = (max(wanted, default=0),), (max(found, default=0),)
    for one, other in zip(wanted, found, strict=True):
        if {one, other} == {Negation.PLAIN, Negation.NONE}:
            return Negation(one)
    return None


@lru_cache(maxsize=8192)
def negations(text: str, language: str) -> tuple[int, ...]:
    """What each sentence says, as the number of a Negation."""
    known = lexicon(language)
    sentences = [each for each in _SENTENCE_END.split(folded(text.lower())) if each.strip()]
    return tuple(_negation(each, known) for each in sentences)


def _negation(sentence: str, known: Lexicon) -> Negation:
    bare = known.neutral.sub(" ", sentence)
    if known.explicit.search(bare):
        return Negation.PLAIN
    if bare != sentence or known.implicit.search(sentence):
        return Negation.NEAR
    return Negation.NONE
