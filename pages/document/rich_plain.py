"""Rich text as plain text: what `?rich=text` sends and the plain-text writer builds on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from pages.document.bidi import FSI, LRI, PDI
from pages.document.nodes import (
    Direction,
    Emphasis,
    GlossaryMark,
    Isolate,
    Link,
    Mark,
    Paragraph,
    RichList,
    RichText,
    Span,
    Strong,
)
from pages.document.spans import Closed, Opened, glossary_marks, span_events
from pages.document.wrap import islands_by_line

RLI = "\u2067"


def rich_text_plain(rich: RichText, *, dir: Direction) -> str:
    """Paragraphs parted by an empty line, list items one a line, nested ones indented.

    dir: that of the block around it. The address of a link follows its words in parentheses
    unless they say it, or it leads to a treatment of ours. Definitions of glossary terms follow
    the text, each once.
    """
    parts: list[str] = []
    for block in rich:
        match block:
            case Paragraph():
                parts.append(_inline(block.spans, dir))
            case RichList():
                parts.append("\n".join(_items(block, dir)))
            case _:
                assert_never(block)
    parts.append("\n".join(_definitions(rich, dir)))
    return islands_by_line("\n\n".join(part for part in parts if part))


def address_text(address: str, dir: Direction) -> str:
    """An address as people write it: a number without tel:, isolated in right-to-left text."""
    shown = address.removeprefix("tel:").removeprefix("mailto:")
    return f"{LRI}{shown}{PDI}" if shown and dir == "rtl" else shown


def _items(block: RichList, dir: Direction) -> Iterator[str]:
    numbers: list[int] = []
    for item in block.items:
        del numbers[item.depth + 1 :]
        numbers += [0] * (item.depth + 1 - len(numbers))
        numbers[item.depth] += 1
        marker = f"{numbers[item.depth]}. " if block.ordered else "• "
        yield f"{'  ' * item.depth}{marker}{_inline(item.spans, dir)}"


def _inline(spans: Iterable[Span], dir: Direction) -> str:
    parts: list[str] = []
    for event in span_events(spans):
        match event:
            case str():
                parts.append(event)
            case Opened():
                parts.append(_before(event.mark))
            case Closed():
                parts.append(_after(event.mark, event.words, dir))
            case _:
                assert_never(event)
    return "".join(parts)


def _before(mark: Mark) -> str:
    match mark:
        case Isolate():
            return LRI if mark.dir == "ltr" else RLI
        case Strong() | Emphasis() | Link() | GlossaryMark():
            return ""
        case _:
            assert_never(mark)


def _after(mark: Mark, words: str, dir: Direction) -> str:
    match mark:
        case Isolate():
            return PDI
        case Link():
            said = mark.treatment or _bare(address_text(mark.href, "ltr")) in _bare(words)
            return "" if said else f" ({address_text(mark.href, dir)})"
        case Strong() | Emphasis() | GlossaryMark():
            return ""
        case _:
            assert_never(mark)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _definitions(rich: RichText, dir: Direction) -> Iterator[str]:
    for mark in glossary_marks(rich):
        line = " — ".join(text for text in (mark.term, mark.definition) if text)
        yield line if mark.dir == dir else f"{FSI}{line}{PDI}"
