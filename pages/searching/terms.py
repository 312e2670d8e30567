"""What engines and the vocabulary share about words."""

from __future__ import annotations

from pages.folding import is_cut

# Of so many matching entries the best are sought: what a search costs is bounded by it.
MOST_MATCHES = 500
# A shorter word begins too many others, and has too many neighbours.
SHORTEST = 4
LONGEST = 40


def is_prefix(word: str) -> bool:
    """Whether `word` also finds words that go on after it: the last one typed may be unfinished,
    and a language without a stemmer has endings."""
    return len(word) >= SHORTEST and not is_cut(word)


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


def configuration(language_code: str) -> str:
    return _CONFIGURATIONS.get(language_code, "simple")


def is_stemmed(language_code: str) -> bool:
    """On PostgreSQL; no other engine here has stemmers."""
    return language_code in _CONFIGURATIONS


def same_word(word: str, asked: str) -> bool:
    """Whether `asked` finds `word` where nothing is stemmed."""
    return word == asked or (is_prefix(asked) and word.startswith(asked))
