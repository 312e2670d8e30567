"""A target that is its source, word for word."""

from __future__ import annotations

from pages.catalog.checks.words import without_addresses


def same_as_source(source: str, target: str) -> bool:
    words = without_addresses(source).split()
    # One or two words are often names or terms that are the same in both languages.
    return words == without_addresses(target).split() and sum(map(_has_letter, words)) > 2


def _has_letter(word: str) -> bool:
    return any(character.isalpha() for character in word)
