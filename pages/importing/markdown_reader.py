"""Markdown (CommonMark with tables) to HTML, and then as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import yaml
from lxml.html import defs
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pages.importing.decoding import decode
from pages.importing.html_reader import outline_of
from pages.importing.html_tree import parse
from pages.importing.outline import Outline
from pages.importing.refusal import ImportRefused

# Lists and quotes count twice, so this is some fifteen lists in each other. The parser's work
# grows with the square of both numbers, and it drops in silence what is nested deeper.
_MAX_NESTING = 30
_MAX_BRACKETS = 2_000
_PARSER = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING, "linkify": False}).enable("table")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)|<[!?]")
_TASK = re.compile(r"^\[[ ]\]\s+")


def read_markdown(data: bytes) -> Outline:
    """Raises ImportRefused as the HTML reader does.

    A front matter's title is the document's name; its other lines are kept at the end.
    """
    text, notes = decode(data)
    title, rest, text = _front_matter(text)
    if text.count("[") > _MAX_BRACKETS:
        raise ImportRefused(f"The file has more than {_MAX_BRACKETS:,} opening brackets [.")
    tokens = _PARSER.parse(text)
    if any(token.level >= _MAX_NESTING - 1 for token in tokens):
        raise ImportRefused(
            f"The file is nested more than {_MAX_NESTING} levels deep. Simplify it."
        )
    for token in tokens:
        _keep_words(token)
    body = _PARSER.renderer.render(tokens, _PARSER.options, {})
    head = f"<head><title>{escape(title)}</title></head>" if title else ""
    extra = "".join(f"<p>{escape(line)}</p>" for line in rest)
    return outline_of(parse(f"<html>{head}<body>{body}{extra}</body></html>"), notes)


def _front_matter(text: str) -> tuple[str, tuple[str, ...], str]:
    """(title, other lines, the text after it). What is not a mapping is text."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return "", (), text
    try:
        values = yaml.safe_load(found[1])
    except yaml.YAMLError:
        return "", (), text
    if not isinstance(values, dict):
        return "", (), text
    title = values.get("title")
    if not isinstance(title, str):
        return "", tuple(found[1].splitlines()), text[found.end() :]
    lines = [line for line in found[1].splitlines() if not line.startswith("title:")]
    return title, tuple(line for line in lines if line.strip()), text[found.end() :]


def _keep_words(token: Token) -> None:
    """`<your name here>` is not HTML: it stays words. A task's empty box is a list mark."""
    for child in _with_children(token):
        if child.type in ("html_inline", "html_block") and not _is_html(child.content):
            child.type = "text"
    if token.type == "inline" and token.children and token.children[0].type == "text":
        first = token.children[0]
        first.content = _TASK.sub("", first.content)


def _with_children(token: Token) -> Iterator[Token]:
    yield token
    yield from token.children or ()


def _is_html(markup: str) -> bool:
    names = [found[1] for found in _TAG.finditer(markup)]
    return all(name is None or name.lower() in defs.tags for name in names)
