"""Spans as the opening and closing of marks: how every writer with nested marks reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from pages.document.nodes import (
    GlossaryMark,
    Isolate,
    Mark,
    Paragraph,
    RichList,
    RichText,
    Span,
)


@dataclass(frozen=True, slots=True)
class Opened:
    mark: Mark


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of `mark`; `words` is everything that stood inside it."""

    mark: Mark
    words: str


SpanEvent: TypeAlias = Opened | Closed | str


def span_events(spans: Iterable[Span]) -> Iterator[SpanEvent]:
    """Words between well-nested Opened and Closed, in reading order.

    Neighbours that share their outer marks share one element: a link with a bold word in it is
    one link. Isolates are never shared: two phone numbers side by side are two isolates.
    """
    opened: list[tuple[Mark, list[str]]] = []
    for span in spans:
        shared = _shared([mark for mark, _ in opened], span.marks)
        yield from _close(opened, shared)
        for mark in span.marks[shared:]:
            opened.append((mark, []))
            yield Opened(mark)
        for _, words in opened:
            words.append(span.text)
        if span.text:
            yield span.text
    yield from _close(opened, 0)


def _shared(opened: Sequence[Mark], marks: Sequence[Mark]) -> int:
    count = 0
    for ours, theirs in zip(opened, marks, strict=False):
        if ours != theirs or isinstance(ours, Isolate):
            break
        count += 1
    return count


def _close(opened: list[tuple[Mark, list[str]]], keep: int) -> Iterator[SpanEvent]:
    while len(opened) > keep:
        mark, words = opened.pop()
        yield Closed(mark, "".join(words))


def glossary_marks(rich: RichText) -> tuple[GlossaryMark, ...]:
    """The terms explained in `rich`, each once, in reading order."""
    found = (mark for span in _spans(rich) for mark in span.marks if isinstance(mark, GlossaryMark))
    return tuple(dict.fromkeys(found))


def _spans(rich: RichText) -> Iterator[Span]:
    for block in rich:
        match block:
            case Paragraph():
                yield from block.spans
            case RichList():
                for item in block.items:
                    yield from item.spans
            case _:
                assert_never(block)
