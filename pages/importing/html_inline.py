"""Inline HTML to runs: bold, italic, links and line breaks; everything else is plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lxml import html

from pages.blocks.fields import is_safe_address
from pages.importing.html_tree import BLOCKS, NOT_TEXT
from pages.importing.outline import Run, Runs, cut, plain

_BOLD = frozenset({"b", "strong", "th", "dt"})
_ITALIC = frozenset({"i", "em", "cite", "dfn", "var", "q"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
# The mark of a line break while white space is collapsed; refuse_characters lets none in.
_BREAK = "\u2028"


@dataclass(frozen=True, slots=True)
class Style:
    bold: bool = False
    italic: bool = False
    href: str = ""
    preformatted: bool = False

    def inside(self, element: html.HtmlElement) -> Style:
        tag = str(element.tag)
        address = (element.get("href") or "").strip() if tag == "a" else ""
        return Style(
            bold=self.bold or tag in _BOLD or _declares(element, "font-weight", "bold", "700"),
            italic=self.italic or tag in _ITALIC or _declares(element, "font-style", "italic"),
            href=address if address and is_safe_address(address) else self.href,
            preformatted=self.preformatted or tag in ("pre", "textarea"),
        )

    def run(self, text: str | None) -> Iterator[Run]:
        if text:
            if self.preformatted:
                text = text.replace("\n", _BREAK)
            yield Run(text, self.bold, self.italic, self.href)


def _declares(element: html.HtmlElement, name: str, *values: str) -> bool:
    # What word processors write instead of <b> and <i>.
    style = (element.get("style") or "").replace(" ", "").lower()
    return any(f"{name}:{value}" in style for value in values)


def has_blocks(element: html.HtmlElement) -> bool:
    return any(child.tag in BLOCKS and child.tag != "br" for child in element.iterdescendants())


def inline(element: html.HtmlElement, style: Style) -> Iterator[Run]:
    """The runs of an element and all it holds, line breaks as U+2028, white space as it was."""
    tag = element.tag
    if tag == "br":
        yield Run(_BREAK)
        return
    if tag == "img":
        yield from style.run(f" {element.get('alt', '')} ")
        return
    if tag in NOT_TEXT:
        return
    own = style.inside(element)
    edge = (Run(_BREAK),) if tag in BLOCKS else ()
    yield from edge
    yield from own.run(element.text)
    for child in element:
        yield from inline(child, own)
        yield from own.run(child.tail)
    yield from edge


def clean_runs(runs: Iterable[Run]) -> Runs:
    """White space collapsed as a browser does, line breaks as newlines, equal styles joined."""
    merged: list[Run] = []
    at_space = True
    for run in runs:
        text = _SPACE.sub(" ", run.text).replace(_BREAK, "\n")
        if at_space:
            text = text.lstrip(" ")
        text = re.sub(r" *\n *", "\n", text)
        if not text:
            continue
        at_space = text[-1] in " \n"
        if merged and replace(merged[-1], text=text) == replace(run, text=text):
            merged[-1] = replace(run, text=merged[-1].text + text)
        else:
            merged.append(replace(run, text=text))
    return cut(tuple(merged), 0)


def is_bold(runs: Runs) -> bool:
    return bool(runs) and all(run.bold for run in runs if run.text.strip())


def bold_start(runs: Runs) -> int:
    """How many characters of `plain(runs)` stand in bold at its start."""
    length = 0
    for run in runs:
        if not run.bold and run.text.strip():
            break
        length += len(run.text)
    return length if length < len(plain(runs)) else 0
