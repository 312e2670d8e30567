"""The lines of a page in which it was found, as spans: nothing is markup, so nothing can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from django.db import connections

from pages.document.bidi import isolate
from pages.document.nodes import Direction
from pages.folding import folded_words, is_cut, written_words
from pages.languages import get_language
from pages.models import Passage
from pages.reading import reading_alias
from pages.searching.terms import is_stemmed, prefixes

SNIPPETS = 2
# Characters of a snippet; a line is cut only where it is longer than that and a half more.
LENGTH = 160
_LONGEST = LENGTH * 3 // 2
_ELLIPSIS = "…"
# Letters by which words of one stem may be told from others without asking the engine.
_STEM = 3

Passages: TypeAlias = Sequence[Passage]
# Words of pages, each with those asked for that find it.
Found: TypeAlias = Mapping[str, AbstractSet[str]]


@dataclass(frozen=True, slots=True)
class SnippetSpan:
    text: str
    match: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """A line in the language that it is really in. The texts of its spans, joined, are the line.

    block: the id of its block, None for the page's summary. A line of a critical block is whole.
    """

    block: str | None
    lang: str
    dir: Direction
    translation_status: str
    critical: bool
    spans: tuple[SnippetSpan, ...]


def snippets(
    pages: Mapping[str, Passages], asked: Sequence[str], language_code: str
) -> dict[str, tuple[Snippet, ...]]:
    """By the same keys: of each page the lines with most of the words, in the page's order; none
    where only its heading has them. asked: folded words, as pages.folding cuts them."""
    whole = [word for word in asked if not is_cut(word)]
    near = _nearby(whole)
    words = {
        key: [near.findall(f" {each.folded}") if whole else [] for each in passages]
        for key, passages in pages.items()
    }
    all_words = {word for lines in words.values() for line in lines for word in line}
    # Pairs of characters find themselves.
    found: dict[str, set[str]] = {word: {word} for word in asked if is_cut(word)}
    for word, one in _alike(all_words, whole, language_code):
        found.setdefault(word, set()).add(one)
    cut = [word for word in asked if is_cut(word)]
    return {
        key: _of_page(passages, words[key], cut, found, language_code)
        for key, passages in pages.items()
    }


def _nearby(asked: Sequence[str]) -> re.Pattern[str]:
    """Words that may be forms of those asked for: they begin alike."""
    starts = "|".join({re.escape(word[:_STEM]) for word in asked})
    return re.compile(f" ((?:{starts})[^ ]*)")


def _alike(
    words: AbstractSet[str], asked: Sequence[str], language_code: str
) -> Iterator[tuple[str, str]]:
    """(word, asked word) for each of `words` that a search for one of `asked` finds."""
    stemmed = connections[reading_alias()].vendor == "postgresql" and is_stemmed(language_code)
    if stemmed:
        from pages.searching.postgresql import lexemes

        stems = lexemes([*words, *asked], language_code)
    else:
        stems = {word: word for word in (*words, *asked)}
    unfinished = prefixes(asked, stemmed=stemmed)
    for one in asked:
        # A word that the engine leaves out is marked where it stands like that.
        stem = stems.get(one, one)
        for word in words:
            found = stems.get(word, word)
            if found == stem or (one in unfinished and found.startswith(stem)):
                yield word, one


def _of_page(
    passages: Passages,
    words: Sequence[Sequence[str]],
    cut: Sequence[str],
    found: Found,
    language_code: str,
) -> tuple[Snippet, ...]:
    best: list[tuple[int, int]] = []  # how many of the words, minus the line's place
    for place, passage in enumerate(passages):
        ones = {one for word in words[place] for one in found.get(word, ())}
        ones.update(pair for pair in cut if pair in passage.folded)
        if ones:
            best.append((len(ones), -place))
    places = sorted(-place for _, place in sorted(best, reverse=True)[:SNIPPETS])
    snippets = (_snippet(passages[place], found, language_code) for place in places)
    return tuple(each for each in snippets if each is not None)


def _matches(
    text: str, found: Found, language_code: str
) -> Iterator[tuple[int, int, AbstractSet[str]]]:
    """(start, end, words that were asked for) of what was found in `text`, in its order."""
    for start, word in written_words(text):
        if is_cut(word):
            for offset in range(len(word)):
                for length in (2, 1):
                    part = word[offset : offset + length]
                    if len(part) == length and part in found:
                        yield start + offset, start + offset + length, found[part]
            continue
        for folded in folded_words(word, language_code):
            if folded in found:
                yield start, start + len(word), found[folded]


def _snippet(passage: Passage, found: Found, language_code: str) -> Snippet | None:
    text = passage.text
    ranges = _joined((start, end) for start, end, _ in _matches(text, found, language_code))
    if not ranges:  # a word that is folded otherwise in its line
        return None
    # A warning without its beginning may say the opposite.
    first, last = (0, len(text)) if passage.critical else _window(text, *ranges[0])
    direction = get_language(passage.lang).dir
    spans = [SnippetSpan(_ELLIPSIS if first else "", False)]
    position = first
    for start, end in ranges:
        if end <= last:
            spans.append(SnippetSpan(_shown(text[position:start], direction), False))
            spans.append(SnippetSpan(_shown(text[start:end], direction), True))
            position = end
    rest = _shown(text[position:last], direction) + (_ELLIPSIS if last < len(text) else "")
    spans.append(SnippetSpan(rest, False))
    return Snippet(
        block=passage.block or None,
        lang=passage.lang,
        dir=direction,
        translation_status=passage.status,
        critical=passage.critical,
        spans=tuple(span for span in spans if span.text),
    )


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without overlaps, which pairs of characters have."""
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """What of a long line is shown: around its first match, cut between words."""
    if len(text) <= _LONGEST:
        return 0, len(text)
    first = max(0, min(start - LENGTH // 4, len(text) - LENGTH))
    last = max(end, min(first + LENGTH, len(text)))
    if first and (space := text.find(" ", first, start)) >= 0:
        first = space + 1
    if last < len(text) and (space := text.rfind(" ", end, last)) >= 0:
        last = space
    return first, last


def _shown(text: str, direction: Direction) -> str:
    """In a line from right to left a phone number or a dose keeps its own direction."""
    return isolate(text) if direction == "rtl" else text
