"""What a reader's program makes of a written page: its words, and where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

VOID = {"br", "img", "link", "meta"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    words: str = ""


@dataclass
class Page:
    """elements: every element in order, each with all words inside it."""

    elements: list[Element] = field(default_factory=list)
    words: str = ""

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.opened: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.page.elements.append(element)
        if tag == "br":
            self.handle_data("\n")
        if tag == "img":
            self.handle_data(element.attributes["alt"])
        if tag not in VOID:
            self.opened.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened[-1].tag == tag, f"</{tag}> closes <{self.opened[-1].tag}>"
        self.opened.pop()

    def handle_data(self, data: str) -> None:
        if any(element.tag == "style" for element in self.opened):
            return
        self.page.words += data
        for element in self.opened:
            element.words += data


def read_html(html: str) -> Page:
    """Raises AssertionError for elements that are not closed in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader.opened
    return reader.page


def read_markdown(markdown: str) -> tuple[Page, list[Token]]:
    """As a CommonMark program shows it, and its blocks."""
    parser = MarkdownIt("commonmark")
    page = read_html(parser.render(markdown).replace("<br />", "<br>").replace(" />", ">"))
    return page, parser.parse(markdown)


def without_islands(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", text)


def shape(text: str) -> str:
    """`text` without white space, which a layout may change, and without islands."""
    return re.sub(r"\s", "", without_islands(text))
