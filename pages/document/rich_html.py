"""Rich text as a small closed set of HTML: what `?rich=html` sends and HTML writers embed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from pages.document.html_text import quoted, safe_address, text
from pages.document.nodes import (
    Direction,
    Emphasis,
    GlossaryMark,
    Isolate,
    Link,
    Mark,
    Paragraph,
    RichItem,
    RichList,
    RichText,
    Span,
    Strong,
)
from pages.document.spans import Closed, Opened, span_events

# All that rich_text_html ever writes. A client may clean with these and lose nothing.
TAGS = frozenset({"p", "ul", "ol", "li", "strong", "em", "a", "span", "bdi", "br"})
ATTRIBUTES = {
    "a": {"href", "data-treatment"},
    "span": {"data-term", "title", "lang", "dir"},
    "bdi": {"dir"},
}


def rich_text_html(rich: RichText, *, lang: str, dir: Direction) -> str:
    """`rich` as HTML, serialised as browsers do (HTML standard, 13.3), so cleaning is idempotent.

    lang, dir: those of the block around it. A glossary term is a span whose title is the
    definition; a definition in another language has its own lang and dir (WCAG 2.2, 3.1.2).
    Raises ValueError for a link that is not https, http, mailto or tel.
    """
    return "".join(_blocks(rich, lang, dir))


def _blocks(rich: RichText, lang: str, dir: Direction) -> Iterator[str]:
    for block in rich:
        match block:
            case Paragraph():
                yield f"<p>{_inline(block.spans, lang, dir)}</p>"
            case RichList():
                yield from _list(block, lang, dir)
            case _:
                assert_never(block)


def _list(block: RichList, lang: str, dir: Direction) -> Iterator[str]:
    tag = "ol" if block.ordered else "ul"
    depth = -1
    for item in block.items:
        if item.depth <= depth:
            yield f"</li></{tag}>" * (depth - item.depth)
            yield "</li>"
        # An item two levels deeper than the one before stands in an item without words.
        yield "<li>".join([f"<{tag}>"] * max(0, item.depth - depth))
        depth = item.depth
        yield f"<li>{_item(item, lang, dir)}"
    yield f"</li></{tag}>" * (depth + 1)


def _item(item: RichItem, lang: str, dir: Direction) -> str:
    return _inline(item.spans, lang, dir)


def _inline(spans: Iterable[Span], lang: str, dir: Direction) -> str:
    parts: list[str] = []
    for event in span_events(spans):
        match event:
            case str():
                parts.append(text(event).replace("\n", "<br>"))
            case Opened():
                parts.append(_opening(event.mark, lang, dir))
            case Closed():
                parts.append(_closing(event.mark, lang))
            case _:
                assert_never(event)
    return "".join(parts)


def _opening(mark: Mark, lang: str, dir: Direction) -> str:
    match mark:
        case Strong():
            return "<strong>"
        case Emphasis():
            return "<em>"
        case Link():
            treatment = f" data-treatment={quoted(mark.treatment)}" if mark.treatment else ""
            return f"<a href={quoted(safe_address(mark.href))}{treatment}>"
        case GlossaryMark():
            explained = f"<span data-term={quoted(mark.slug)} title={quoted(mark.definition)}"
            if mark.lang == lang:
                return f"{explained}>"
            # lang covers an element's words and its title alike, so the words get theirs back.
            return (
                f"{explained} lang={quoted(mark.lang)} dir={quoted(mark.dir)}>"
                f"<span lang={quoted(lang)} dir={quoted(dir)}>"
            )
        case Isolate():
            return f"<bdi dir={quoted(mark.dir)}>"
        case _:
            assert_never(mark)


def _closing(mark: Mark, lang: str) -> str:
    match mark:
        case Strong():
            return "</strong>"
        case Emphasis():
            return "</em>"
        case Link():
            return "</a>"
        case GlossaryMark():
            return "</span>" if mark.lang == lang else "</span></span>"
        case Isolate():
            return "</bdi>"
        case _:
            assert_never(mark)
