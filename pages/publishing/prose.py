"""Rich text of one block in one language: paragraphs to spans with marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from pages.blocks.context import BlockContext
from pages.blocks.fields import is_safe_address
from pages.document.bidi import pieces
from pages.document.nodes import (
    Emphasis,
    Isolate,
    Link,
    Mark,
    Paragraph,
    RichBlock,
    RichItem,
    RichList,
    RichText,
    Span,
    Strong,
)
from pages.richtext import Break, Inline, Tagged, Text, TextBlock, parse


def compile_prose(value: str | Sequence[TextBlock], context: BlockContext) -> RichText:
    """Database HTML, or its paragraphs already translated, as nodes."""
    blocks = parse(value) if isinstance(value, str) else value
    return tuple(_rich_blocks(blocks, context))


def _rich_blocks(blocks: Sequence[TextBlock], context: BlockContext) -> Iterator[RichBlock]:
    position = 0
    while position < len(blocks):
        block = blocks[position]
        if block.tag == "p":
            yield Paragraph(spans=_spans(block, context))
            position += 1
            continue
        end = position
        while end < len(blocks) and blocks[end].tag != "p" and _same_list(block, blocks[end]):
            end += 1
        yield RichList(
            ordered=block.tag == "ol",
            items=tuple(
                RichItem(depth=item.depth, spans=_spans(item, context))
                for item in blocks[position:end]
            ),
        )
        position = end


def _same_list(first: TextBlock, other: TextBlock) -> bool:
    return first.tag == other.tag or other.depth > first.depth


def _spans(block: TextBlock, context: BlockContext) -> tuple[Span, ...]:
    return tuple(_joined(_inline(block.children, (), context)))


def _inline(
    children: Iterable[Inline], marks: tuple[Mark, ...], context: BlockContext
) -> Iterator[Span]:
    for child in children:
        match child:
            case Text(text):
                yield from _text(text, marks, context)
            case Break():
                yield Span(text="\n", marks=marks)
            case Tagged():
                mark = _mark(child, context)
                inside = (*marks, mark) if mark else marks
                yield from _inline(child.children, inside, context)
            case _:
                assert_never(child)


def _text(text: str, marks: tuple[Mark, ...], context: BlockContext) -> Iterator[Span]:
    if context.dir == "ltr":
        yield Span(text=text, marks=marks)
        return
    for piece, matter in pieces(text):
        yield Span(text=piece, marks=(*marks, Isolate()) if matter else marks)


def _mark(tagged: Tagged, context: BlockContext) -> Mark | None:
    """None for a link that leads nowhere public: its words stay, without the link."""
    attributes = dict(tagged.attributes)
    match tagged.name:
        case "b":
            return Strong()
        case "i":
            return Emphasis()
        case "g":
            return context.references.glossary.get(_key(attributes))
        case "a":
            return _link(attributes, context)
        case _:
            assert_never(tagged.name)


def _link(attributes: dict[str, str], context: BlockContext) -> Link | None:
    if attributes.get("linktype") == "page":
        treatment = context.references.treatments.get(_key(attributes))
        return Link(href=treatment.url, treatment=treatment.id) if treatment else None
    href = attributes.get("href", "")
    return Link(href=href) if is_safe_address(href) else None


def _key(attributes: dict[str, str]) -> int:
    found = attributes.get("id", "")
    return int(found) if found.isascii() and found.isdigit() else 0


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours under the same marks as one span."""
    last: Span | None = None
    for span in spans:
        if last is not None and last.marks == span.marks:
            last = Span(text=last.text + span.text, marks=last.marks)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
