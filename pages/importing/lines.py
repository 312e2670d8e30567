"""From typed lines to headings, lists and paragraphs, for formats that only have lines.

A block is a run of lines with nothing between them (a blank line in text, the bounds of a <p>).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pages.importing.markers import Line
from pages.importing.matching import begins, is_one_of, names_a_section, tells
from pages.importing.outline import Bullets, Heading, Item, Paragraph, Part, joined
from pages.importing.rules import CLOSING

LineBlock: TypeAlias = tuple[Line, ...]

_TITLE_LENGTH = 120
_HEADING_LENGTH, _HEADING_WORDS = 80, 12
_SENTENCE_LENGTH = 60
# A heading and at least three items: shorter runs of short lines are headings of their own.
_RUN = 4
_ADDRESS = re.compile(r"https?://|www\.|@|\d{3}[-. ]\d{4}")
# A line that ends in a colon goes on in its list when it speaks; it names it when it does not.
_LEAD_IN = re.compile(
    r"^(if|these|this|they|it|for example|call|go|tell|ask|there)\b"
    r"|\b(you|they|we|it|who) (have|has|are|is|can|may|might|should|must|will|feel|get|need|had)\b"
    r"|\b(include|includes|including|if|have|are|is|may|can|will|when|that|following|with|to)"
    r"( you)?:$",
    re.IGNORECASE,
)


def structure(blocks: Sequence[LineBlock | Part]) -> tuple[Part, ...]:
    """Headings guessed, bullets made lists. Parts that are there already stay as they are."""
    shaped = _Shape()
    rest = list(_lists_of_short_blocks(_titled(blocks)))
    for position, block in enumerate(rest):
        following = rest[position + 1] if position + 1 < len(rest) else None
        if isinstance(block, tuple):
            _read_block(shaped, block, following)
        else:
            shaped.add(block)
    shaped.close()
    return tuple(shaped.parts)


def bullets_only(block: LineBlock) -> tuple[Part, ...]:
    """A block of a format that marks its own headings: lists are made, nothing is guessed."""
    shaped = _Shape()
    text: list[Line] = []
    for line in block:
        if line.marker:
            shaped.paragraph(text)
            shaped.item(line)
        else:
            text.append(line)
    shaped.paragraph(text)
    shaped.close()
    return tuple(shaped.parts)


@dataclass(slots=True)
class _Shape:
    """The parts so far, and the lines of the list that is still open after them."""

    parts: list[Part] = field(default_factory=list)
    open: list[Line] = field(default_factory=list)

    def add(self, part: Part) -> None:
        self.close()
        self.parts.append(part)

    def item(self, line: Line) -> None:
        if self.open and line.indent <= self.open[0].indent:
            first = self.open[0]
            counts_anew = line.marker == "number" and line.number == 1
            if line.marker != first.marker or counts_anew:
                self.close()
        self.open.append(line)

    def paragraph(self, text: list[Line]) -> None:
        if text:
            self.add(Paragraph(joined(line.runs for line in text)))
            text.clear()

    def close(self) -> None:
        self.parts += _nested(self.open)
        self.open.clear()


def _nested(lines: Sequence[Line]) -> list[Bullets]:
    """The lists in `lines`; a line that is indented more than the one before is its child."""
    found: list[tuple[bool, list[Item]]] = []
    position = 0
    while position < len(lines):
        head = lines[position]
        end = position + 1
        while end < len(lines) and lines[end].indent > head.indent + 1:
            end += 1
        item = Item(head.runs, tuple(_nested(lines[position + 1 : end])))
        ordered = head.marker == "number"
        if found and found[-1][0] == ordered:
            found[-1][1].append(item)
        else:
            found.append((ordered, [item]))
        position = end
    return [Bullets(ordered, tuple(items)) for ordered, items in found]


def _titled(blocks: Sequence[LineBlock | Part]) -> Sequence[LineBlock | Part]:
    """The first line of the text is its title when it can be one."""
    if not blocks or not isinstance(blocks[0], tuple):
        return blocks
    first, *others = blocks[0]
    text = first.text
    if first.marker or len(text) > _TITLE_LENGTH or text.endswith((".", ",", ";", ":")):
        return blocks
    titled: list[LineBlock | Part] = [Heading(1, first.runs)]
    if others and all(not line.marker and is_short(line.text) for line in others):
        # Lines under a title, such as a language or a date, head nothing.
        titled.append(Paragraph(joined(line.runs for line in others)))
    elif others:
        titled.append(tuple(others))
    return [*titled, *blocks[1:]]


def _lists_of_short_blocks(blocks: Sequence[LineBlock | Part]) -> Iterator[LineBlock | Part]:
    """Four or more short lines, each a block of its own, are a heading and its list."""
    position = 0
    while position < len(blocks):
        end = position
        while end < len(blocks) and _is_short_block(blocks[end]):
            end += 1
        run = [block[0] for block in blocks[position:end] if isinstance(block, tuple)]
        if len(run) > _RUN and end < len(blocks) and _names_itself(run[-1]):
            run.pop()
        if len(run) >= _RUN:
            yield Heading(2, run[0].runs)
            yield Bullets(False, tuple(Item(line.runs) for line in run[1:]))
            position += len(run)
        else:
            yield blocks[position]
            position += 1


def _is_short_block(block: LineBlock | Part) -> bool:
    if not isinstance(block, tuple) or len(block) != 1:
        return False
    (line,) = block
    return not line.marker and is_short(line.text) and not _is_capitals(line.text)


def _names_itself(line: Line) -> bool:
    text = line.text
    return text.endswith("?") or (names_a_section(text) and not tells(text))


def _read_block(shaped: _Shape, block: LineBlock, following: LineBlock | Part | None) -> None:
    if _is_verse(block):
        shaped.paragraph(list(block))
        return
    for position, line in enumerate(block):
        if line.marker:
            shaped.item(line)
            continue
        rest = block[position + 1 :]
        level = _heading_level(block[:position], line, rest, following)
        shaped.add(Heading(level, line.runs) if level else Paragraph(line.runs))


def _is_verse(block: LineBlock) -> bool:
    """Short lines without a stop, such as an address: one paragraph with its line breaks."""
    return len(block) > 1 and all(
        not line.marker and len(line.text) <= _SENTENCE_LENGTH and line.text[-1] not in ".?!:;"
        for line in block
    )


def _heading_level(
    before: LineBlock, line: Line, rest: LineBlock, following: LineBlock | Part | None
) -> int:
    """0: a paragraph; 2 or 3: a heading of that level."""
    text = line.text
    next_line = rest[0] if rest else following[0] if isinstance(following, tuple) else None
    if next_line is None and following is None:
        return 0
    if _is_capitals(text):
        return 2
    if text.endswith(":"):
        starts = bool(next_line and next_line.marker) and (not before or bool(before[-1].marker))
        return 3 if starts and is_short(text[:-1]) and not _LEAD_IN.search(text) else 0
    if not is_short(text) or text[0].islower() or _is_closing(text):
        return 0
    if not rest:
        return 0 if before else 3
    if before and not (before[-1].marker or before[-1].text.endswith((".", "!", "?"))):
        return 0
    return 3 if _speaks(rest[0]) else 0


def _is_closing(text: str) -> bool:
    """ "Last reviewed: March 2026" heads nothing; "References" alone does."""
    return begins(text, CLOSING) and not is_one_of(text, CLOSING)


def _speaks(line: Line) -> bool:
    return bool(line.marker) or len(line.text) > _SENTENCE_LENGTH or line.text[-1] in ".!:"


def is_short(text: str) -> bool:
    """Could head a section: few words, no final stop, no address in it."""
    return (
        0 < len(text) <= _HEADING_LENGTH
        and len(text.split()) <= _HEADING_WORDS
        and text[-1] not in ".,;:!"
        and any(character.isalpha() for character in text)
        and not _ADDRESS.search(text)
    )


def _is_capitals(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return (
        len(letters) > 3
        and len(text) <= _HEADING_LENGTH
        and all(character.isupper() for character in letters)
        and not text.endswith(".")
    )
