"""Words as CommonMark (0.31): nothing that an author wrote becomes markup, nothing is lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import assert_never

from pages.document.bidi import FSI, LRI, PDI
from pages.document.html_text import quoted, safe_address
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
from pages.document.rich_plain import RLI, address_text
from pages.document.spans import Closed, Opened, glossary_marks, span_events

_MARKUP = re.compile(r"([\\`*_\[\]<>&~|])")
_LINE_END = re.compile(r"\r\n?|\n")
# What would make a list, a heading, an underline or a rule of a line that it stands first in.
_FIRST = re.compile(r"[-+=#]|\d{1,9}(?=[.)])")
# In <...>, section 6.3; and no entity (6.2) may come about.
_IN_ADDRESS = {"<": "%3C", ">": "%3E", "\\": "%5C", "\n": "%0A", "\r": "%0D", "&": "\\&"}
# Two lists in a row would be one (section 5.3).
BETWEEN_LISTS = "<!-- -->"


def escaped(text: str) -> str:
    """`text` as inline Markdown; its line breaks are still bare."""
    return _MARKUP.sub(r"\\\1", text)


def lines(markdown: str) -> str:
    """Inline Markdown as the content of a paragraph: line breaks that hold, nothing that begins
    another kind of block, and no empty line, which would end it."""
    found = (line.strip(" \t") for line in _LINE_END.split(markdown))
    return "\\\n".join(_FIRST.sub(_first, line, count=1) for line in found if line)


def _first(found: re.Match[str]) -> str:
    if found.start():
        return found.group()
    return f"{found.group()}\\" if found.group().isdigit() else f"\\{found.group()}"


def words(text: str) -> str:
    return lines(escaped(text))


def in_one_line(text: str) -> str:
    """`text` for a heading: without line breaks, and no closing sequence (section 4.2)."""
    return escaped(_LINE_END.sub(" ", text)).strip(" \t").replace("#", "\\#")


def strong(text: str) -> str:
    return _marked("**", "strong", words(text), "") if text else ""


def language(markdown: str, lang: str, dir: str) -> str:
    """Inline Markdown in another language than the words around it."""
    return f"<span lang={quoted(lang)} dir={quoted(dir)}>{markdown}</span>"


def link(markdown: str, href: str) -> str:
    """Raises ValueError unless `href` is https, http, mailto or tel."""
    return f"[{markdown}](<{_address(href)}>)"


def address_link(href: str, dir: Direction) -> str:
    return link(words(address_text(href, dir)), href) if href else ""


def image(alt: str, url: str) -> str:
    return f"!{link(escaped(_LINE_END.sub(' ', alt)), url)}"


def rich_markdown(rich: RichText, *, lang: str, dir: Direction) -> tuple[str, ...]:
    """The blocks of `rich`, then the definitions of its glossary terms, each once."""
    parts: list[str] = []
    after_list = False
    for block in rich:
        match block:
            case Paragraph():
                parts.append(lines(_inline(block.spans)))
                after_list = False
            case RichList():
                if after_list:
                    parts.append(BETWEEN_LISTS)
                parts.append("\n".join(_items(block)))
                after_list = True
            case _:
                assert_never(block)
    terms = bullets(_definition(mark, lang) for mark in glossary_marks(rich))
    if terms and after_list:
        parts.append(BETWEEN_LISTS)
    return tuple(part for part in (*parts, terms) if part)


def bullets(items: Iterable[str]) -> str:
    return "\n".join(item_of("- ", item) for item in items if item)


def item_of(marker: str, content: str) -> str:
    """A list item whose further lines stand under its first (section 5.2)."""
    return marker + indented(content, len(marker))


def indented(content: str, width: int) -> str:
    return content.replace("\n", "\n" + " " * width)


def isolated(text: str, dir: Direction | str) -> str:
    """`text` as an island: left to right, or by its own first letter for "auto"."""
    return f"{LRI if dir == 'ltr' else RLI if dir == 'rtl' else FSI}{text}{PDI}"


def _definition(mark: GlossaryMark, lang: str) -> str:
    said = " — ".join(part for part in (strong(mark.term), words(mark.definition)) if part)
    return said if mark.lang == lang else language(said, mark.lang, mark.dir)


def _items(block: RichList) -> Iterator[str]:
    """Items that skip a level stand one level deeper, as deep as CommonMark can say it."""
    opened: list[tuple[int, int, int]] = []  # depth, column of the marker, number
    for item in block.items:
        while opened and opened[-1][0] > item.depth:
            opened.pop()
        number, column = 1, 0
        if opened and opened[-1][0] == item.depth:
            _, column, last = opened.pop()
            number = last + 1
        elif opened:
            _, outer, last = opened[-1]
            column = outer + len(_marker(block, last))
        opened.append((item.depth, column, number))
        content = indented(lines(_inline(item.spans)), column)
        yield (" " * column + item_of(_marker(block, number), content)).rstrip(" ")


def _marker(block: RichList, number: int) -> str:
    return f"{number}. " if block.ordered else "- "


def _inline(spans: Iterable[Span]) -> str:
    buffers = [""]
    for event in span_events(spans):
        match event:
            case str():
                buffers[-1] += escaped(event)
            case Opened():
                buffers.append("")
            case Closed():
                content = buffers.pop()
                buffers[-1] += _in_mark(event.mark, content, buffers[-1])
            case _:
                assert_never(event)
    return buffers[0]


def _in_mark(mark: Mark, content: str, before: str) -> str:
    match mark:
        case Strong():
            return _marked("**", "strong", content, before)
        case Emphasis():
            return _marked("*", "em", content, before)
        case Link():
            return link(content, mark.href)
        case Isolate():
            return isolated(content, mark.dir)
        case GlossaryMark():
            return content
        case _:
            assert_never(mark)


def _marked(delimiter: str, tag: str, content: str, before: str) -> str:
    """Emphasis. Asterisks open and close only beside certain characters (section 6.2, which
    Chinese meets at every bracket); where they would not, the element itself is written."""
    if not content:
        return ""
    if _is_letter(content[0]) and _is_letter(content[-1]) and not before.endswith("*"):
        return f"{delimiter}{content}{delimiter}"
    return f"<{tag}>{content}</{tag}>"


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _address(href: str) -> str:
    return "".join(_IN_ADDRESS.get(character, character) for character in safe_address(href))
