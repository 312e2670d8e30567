"""Terms of the glossary: those that stay as they are, and those that have one translation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pages.catalog.checks.lexicon import lexicon
from pages.catalog.checks.words import folded

_NOTHING = re.compile(r"(?!)")
_PARTS = re.compile(r"[()（）/;；]")

_LONG_VOWELS = str.maketrans("", "", "اویئؤآ")


@dataclass(frozen=True, slots=True)
class Term:
    """source and target as the glossary has them; target "" where there is no current one."""

    source: str
    target: str
    do_not_translate: bool = False


@dataclass(frozen=True, slots=True)
class Glossary:
    """terms: by each of their names, in lower case. `Glossary.of` makes one."""

    terms: Mapping[str, Term] = field(default_factory=dict)
    names: re.Pattern[str] = _NOTHING

    @classmethod
    def of(cls, terms: Iterable[Term]) -> Glossary:
        by_name = {
            name.lower(): term for term in terms for name in _parts(term.source) if len(name) > 1
        }
        if not by_name:
            return cls()
        longest_first = sorted(by_name, key=len, reverse=True)
        names = "|".join(re.escape(name) for name in longest_first)
        return cls(by_name, re.compile(rf"(?<!\w)({names})(?:e?s)?(?!\w)"))

    def in_source(self, source: str) -> Iterator[Term]:
        """Each term that the source uses, once; the longest where one holds another."""
        found = dict.fromkeys(match.group(1) for match in self.names.finditer(source.lower()))
        yield from dict.fromkeys(self.terms[name] for name in found)


def changed_terms(glossary: Glossary, source: str, target: str) -> Iterator[Term]:
    """Terms of the source that must stay as they are, and do not stand in the target."""
    for term in glossary.in_source(source):
        if term.do_not_translate:
            names = [name for name in _parts(term.source) if name.lower() in source.lower()]
            if not any(name.lower() in target.lower() for name in names):
                yield term


def other_terms(glossary: Glossary, source: str, target: str, language: str) -> Iterator[Term]:
    """Terms of the source whose translation does not stand in the target, however inflected."""
    words = folded(target.lower())
    for term in glossary.in_source(source):
        if term.do_not_translate or not term.target:
            continue
        if not any(_stands(part, words, language) for part in _parts(term.target)):
            yield term


def _parts(term: str) -> list[str]:
    """Names of one thing: "TENS (nerve stimulation)" is either."""
    return [part.strip() for part in _PARTS.split(term) if part.strip()]


def _stands(part: str, words: str, language: str) -> bool:
    wanted = folded(part.lower()).split()
    if language == "ar":  # مفاصل is the plural of مفصل: long vowels come and go
        words = words.translate(_LONG_VOWELS)
        wanted = [word.removeprefix("ال").translate(_LONG_VOWELS) for word in wanted]
    return all(_stem(word, language) in words for word in wanted)


def _stem(word: str, language: str) -> str:
    """What inflection leaves alone, roughly: two letters of three."""
    if lexicon(language).script in ("Han", "Hangul") or len(word) < 4:
        return word
    return word[: max(3, len(word) * 2 // 3)]
