"""What engines and the vocabulary share about words."""

from __future__ import annotations

from collections.abc import Sequence

from pages.folding import is_cut

# Of so many matching entries the best are sought: what a search costs is bounded by it.
MOST_MATCHES = 200
# Of those so many without any of the words in their headings, where headings are sought first.
MOST_ELSEWHERE = 100
# A shorter word begins too many others, and has too many neighbours.
SHORTEST = 4
LONGEST = 40


def prefixes(words: Sequence[str], *, stemmed: bool) -> set[str]:
    """Which of `words` also find words that go on after them: the last one typed may be
    unfinished, and where nothing is stemmed any may lack an ending."""
    may = words[-1:] if stemmed else words
    return {word for word in may if len(word) >= SHORTEST and not is_cut(word)}


def may_be_misspelt(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and not is_cut(word) and not word.isdecimal()


# Text search configurations that PostgreSQL comes with. The words of other languages are taken as
# they are: it has no stemmer for them.
_CONFIGURATIONS = {
    "ar": "arabic",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "ru": "russian",
}


UNSTEMMED = "simple"


def configuration(language_code: str) -> str:
    return _CONFIGURATIONS.get(language_code, UNSTEMMED)


def is_stemmed(language_code: str) -> bool:
    """On PostgreSQL; no other engine here has stemmers."""
    return language_code in _CONFIGURATIONS
