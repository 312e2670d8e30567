"""Which rule a heading or a lead-in matches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pages.importing.rules import DO, DONT, IMPERATIVES, NEGATIVE, RULES, Rule


@dataclass(frozen=True, slots=True)
class Match:
    rule: Rule
    phrase: str
    place: str  # "heading", "lead-in" or "parent heading"

    @property
    def why(self) -> str:
        return f"{self.place} says “{self.phrase.rstrip('$').replace(' * ', ' … ')}”"


_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\u00a0": " "})


def fold(text: str) -> str:
    """How phrases are compared: no case, one kind of apostrophe, single spaces."""
    return " ".join(text.translate(_APOSTROPHES).casefold().split())


@lru_cache(maxsize=1024)
def _pattern(phrase: str) -> re.Pattern[str]:
    end = r"[\s:.!?]*$" if phrase.endswith("$") else r"(?![\w])"
    words = [
        r"(?:\S+ ){0,6}?" if word == "*" else re.escape(word) + " "
        for word in phrase.rstrip("$").split()
    ]
    return re.compile(r"(?<!\w)" + "".join(words).removesuffix(" ") + end)


def says(text: str, phrases: tuple[str, ...]) -> str:
    """The first of `phrases` that is in `text`, "" for none."""
    folded = fold(text)
    return next((phrase for phrase in phrases if _pattern(phrase).search(folded)), "")


def begins(text: str, phrases: tuple[str, ...]) -> bool:
    """Does `text` begin with one of the phrases, as whole words?"""
    folded = fold(text)
    return any(
        (found := _pattern(phrase).search(folded)) is not None and found.start() == 0
        for phrase in phrases
    )


def is_one_of(text: str, names: tuple[str, ...]) -> bool:
    return fold(text).rstrip(": ") in names


def find_rule(text: str, place: str) -> Match | None:
    """The rule that `text` matches. "Benefits and risks" is no rule's: it needs a person."""
    found = [
        (rule, phrase)
        for rule in RULES
        if (rule.lead_in or place != "lead-in")
        and (phrase := says(text, rule.phrases))
        and not says(text, rule.unless)
    ]
    if not found:
        return None
    names = {rule.name for rule, _ in found}
    if {"benefits", "side effects"} <= names and not names & _FIRST:
        return None
    return Match(*found[0], place)


# With these in a heading too, "benefit" and "risk" say no more than a word of them.
_FIRST = frozenset({"when to get help", "who must not have it", "what it is used for"})


def names_a_section(text: str) -> bool:
    return bool(find_rule(text, "heading")) or is_one_of(text, DO) or is_one_of(text, DONT)


def is_negative(text: str) -> bool:
    """Does it tell the reader what not to do?"""
    return begins(text, NEGATIVE)


def tells(text: str) -> bool:
    """Does it tell the reader to do something? An adverb may stand first: "Regularly wash"."""
    words = fold(text).split()[:2]
    if len(words) == 2 and (words[0].endswith("ly") or words[0] in ("always", "then", "please")):
        words = words[1:]
    return bool(words) and words[0].strip(",.:;") in IMPERATIVES
