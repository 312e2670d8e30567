"""Plain text, as a person types it: headings, bullets and wrapped paragraphs by their look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pages.importing.decoding import decode
from pages.importing.lines import LineBlock, structure
from pages.importing.markers import Line, read_line
from pages.importing.outline import Divider, Heading, Outline, Part, Run, cut, joined
from pages.importing.words import words_of

_UNDERLINE = re.compile(r"^\s*(=+|-{3,}|~{3,}|_{3,}|\*{3,})\s*$")
_HASHES = re.compile(r"^(#{1,6})\s+(?=\S)")
# Text that an editor or a mail program wrapped; longer lines are paragraphs of their own.
_WRAPPED = 100
_NARROWEST = 40


def read_text(data: bytes) -> Outline:
    """Raises ImportRefused for bytes in no known encoding and characters no text may hold."""
    text, notes = decode(data)
    lines = text.split("\n")
    blocks = group(read_lines(lines), wrap_width(lines))
    return Outline("", structure(_underlined(blocks)), words_of_lines(lines), notes)


def read_lines(lines: Sequence[str]) -> list[Line | None]:
    """Each line without its list mark; None for a blank one."""
    read: list[Line | None] = []
    previous: Line | None = None
    for text in lines:
        if not text.strip():
            read.append(None)
            continue
        previous = read_line((Run(text),), previous)
        read.append(previous)
    return read


def words_of_lines(lines: Sequence[str]) -> Counter[str]:
    """The words of the text: all of it but the numbers of lists and lines of underscores."""
    return words_of(
        line.text for line in read_lines(lines) if line and not _UNDERLINE.match(line.text)
    )


def wrap_width(lines: Sequence[str]) -> int:
    """The column at which the text is wrapped; 0 for one that is not."""
    width = max((len(line) for line in lines), default=0)
    return width if _NARROWEST <= width <= _WRAPPED else 0


def group(lines: Sequence[Line | None], width: int) -> list[LineBlock]:
    """Blocks between blank lines, wrapped lines joined to what they go on."""
    blocks: list[list[Line]] = [[]]
    last_length = 0
    for line in lines:
        if line is None:
            blocks.append([])
            continue
        block = blocks[-1]
        if block and _goes_on(block[-1], last_length, line, width):
            block[-1] = replace(block[-1], runs=joined((block[-1].runs, line.runs), " "))
        else:
            block.append(line)
        last_length = line.indent + len(line.text) + (2 if line.marker else 0)
    return [tuple(block) for block in blocks if block]


def _goes_on(line: Line, last_length: int, following: Line, width: int) -> bool:
    if following.marker or _UNDERLINE.match(following.text) or _HASHES.match(following.text):
        return False
    if line.marker and following.indent > line.indent:
        return True
    first_word = following.text.split()[0]
    # An editor breaks a line where the next word did not fit; the margin is for ragged edges.
    return bool(width) and last_length + 1 + len(first_word) > width * 0.85


def _underlined(blocks: Sequence[LineBlock]) -> list[LineBlock | Part]:
    """Headings that say so: a line under them, or # before them. Other rules are blank lines."""
    found: list[LineBlock | Part] = []
    for block in blocks:
        pending: list[Line] = []
        for line in block:
            if rule := _UNDERLINE.match(line.text):
                if len(pending) == 1 and not pending[0].marker:
                    found.append(Heading(1 if rule[1][0] == "=" else 2, pending.pop().runs))
                elif not pending and found:
                    found.append(Divider())
            elif hashes := _HASHES.match(line.text):
                found += [tuple(pending)] if pending else []
                pending = []
                found.append(Heading(len(hashes[1]), cut(line.runs, hashes.end())))
                continue
            else:
                pending.append(line)
                continue
            found += [tuple(pending)] if pending else []
            pending = []
        found += [tuple(pending)] if pending else []
    return found
