"""Outline parts to the stored HTML of a rich text field: paragraphs and lists, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import assert_never

from pages.importing.outline import (
    Bullets,
    Divider,
    Heading,
    Paragraph,
    Part,
    Quote,
    Run,
    Runs,
    Table,
    joined,
    plain,
)
from pages.richtext import BlockTag, Break, Inline, Tagged, Text, TextBlock, to_html


def prose_html(parts: Iterable[Part]) -> str:
    return to_html([block for part in parts for block in _blocks(part)])


def _blocks(part: Part) -> Iterator[TextBlock]:
    match part:
        case Paragraph(runs):
            yield _block(runs)
        case Heading(_, runs):
            yield _block(tuple(Run(run.text, True, run.italic, run.href) for run in runs))
        case Quote(paragraphs):
            yield from map(_block, paragraphs)
        case Bullets():
            yield from _list(part, 0)
        case Table():
            if part.caption:
                yield _block(part.caption)
            yield from (_block(row, "ul") for row in table_lines(part))
        case Divider():
            return
        case _:
            assert_never(part)


def _list(bullets: Bullets, depth: int) -> Iterator[TextBlock]:
    for item in bullets.items:
        yield _block(item.runs, "ol" if bullets.ordered else "ul", depth)
        for nested in item.nested:
            yield from _list(nested, depth + 1)


def _block(runs: Runs, tag: BlockTag = "p", depth: int = 0) -> TextBlock:
    return TextBlock("", tag, depth, tuple(_inline(runs)))


def _inline(runs: Runs) -> Iterator[Inline]:
    for href, group in groupby(runs, key=lambda run: run.href):
        children = tuple(child for run in group for child in _styled(run))
        if href:
            yield Tagged("a", (("href", href),), children)
        else:
            yield from children


def _styled(run: Run) -> Iterator[Inline]:
    children: list[Inline] = []
    for number, line in enumerate(run.text.split("\n")):
        children += [Break()] if number else []
        children += [Text(line)] if line else []
    styled = tuple(children)
    if run.italic:
        styled = (Tagged("i", (), styled),)
    if run.bold:
        styled = (Tagged("b", (), styled),)
    yield from styled


def table_lines(table: Table) -> Iterator[Runs]:
    """Each row as one line: "Header: cell; header: cell", or "cell – cell" without a header."""
    if not table.rows and table.header:
        yield joined((cell for cell in table.header if plain(cell)), " – ")
    for row in table.rows:
        if not table.header:
            yield joined((cell for cell in row if plain(cell)), " – ")
            continue
        pairs = [
            joined((_bold(name), cell) if plain(cell) else (_bold(name),), ": ")
            for name, cell in zip(table.header, row, strict=True)
            if plain(name) or plain(cell)
        ]
        yield joined(pairs, "; ")


def _bold(runs: Runs) -> Runs:
    return tuple(Run(run.text, True, run.italic, run.href) for run in runs)
