"""The outline of a text: what every reader makes of its format, and all that the rules see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style. A newline in `text` is a line break; href is "" or a safe address."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """level: 1 is the title; a line set in bold that acts as a heading is 6."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True, slots=True)
class Item:
    runs: Runs
    nested: tuple[Bullets, ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; `ordered` is one with numbers. The numbers are marks, not words."""

    ordered: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """header: () where the table has none; every row has as many cells as the widest."""

    caption: Runs
    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    paragraphs: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """What follows belongs to no heading before: a rule across the page, a footer."""


Part: TypeAlias = Heading | Paragraph | Bullets | Table | Quote | Divider


@dataclass(frozen=True, slots=True)
class Outline:
    """words: every word of the input, counted by the reader before it shaped anything.

    name: the name of the document in its metadata (HTML's title), "" for none; it is part of
    `words`. notes: what the editor should know about the reading.
    """

    name: str
    parts: tuple[Part, ...]
    words: Counter[str]
    notes: tuple[str, ...] = ()


def plain(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


def cut(runs: Runs, start: int, end: int | None = None) -> Runs:
    """The runs of `plain(runs)[start:end]`, without white space at either end."""
    text = plain(runs)
    end = len(text) if end is None else end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    kept: list[Run] = []
    position = 0
    for run in runs:
        begin, finish = max(start - position, 0), min(end - position, len(run.text))
        if begin < finish:
            kept.append(Run(run.text[begin:finish], run.bold, run.italic, run.href))
        position += len(run.text)
    return tuple(kept)


def split_lines(runs: Runs) -> tuple[Runs, ...]:
    """One entry a line that has words or signs; blank ones are left out."""
    found: list[Runs] = []
    start = 0
    text = plain(runs)
    for line in text.split("\n"):
        if line.strip():
            found.append(cut(runs, start, start + len(line)))
        start += len(line) + 1
    return tuple(found)


def joined(lines: Iterable[Runs], separator: str = "\n") -> Runs:
    """The lines as one, with `separator` between them."""
    runs: list[Run] = []
    for line in lines:
        if runs and line:
            runs.append(Run(separator))
        runs.extend(line)
    return tuple(runs)


def lines_of(part: Part) -> Iterator[Runs]:
    """Every line of a part in reading order, for places that hold lines alone."""
    match part:
        case Heading(_, runs) | Paragraph(runs):
            yield runs
        case Bullets(_, items):
            for item in items:
                yield item.runs
                for nested in item.nested:
                    yield from lines_of(nested)
        case Table(caption, header, rows):
            if caption:
                yield caption
            for row in (header, *rows):
                if any(row):
                    yield joined((cell for cell in row if cell), " – ")
        case Quote(paragraphs):
            yield from paragraphs
        case Divider():
            return
        case _:
            assert_never(part)
