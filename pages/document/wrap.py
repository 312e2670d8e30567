"""Wrapping of plain text by columns, for scripts without spaces and with isolates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from pages.document.bidi import FSI, LRI, PDI

_RLI = "\u2067"
_ISOLATE = re.compile(f"[{LRI}{_RLI}{FSI}{PDI}]")
_LEAD = re.compile(r" *(?:• |\d+\. )?")
# East Asian line breaking, the common part of UAX #14 classes OP, CL, CP, NS and EX.
_NOT_AFTER = frozenset("（「『【《〈［｛“‘")
_NOT_BEFORE = frozenset("）」』】》〉］｝”’、。，．：；！？…·・％")


def wrap(text: str, width: int) -> str:
    """`text` with lines of at most `width` columns (a Chinese character takes two).

    Left-to-right matter (U+2066 to U+2069) and words are never cut, however long. Continued
    list items are indented. An island that a break falls into is closed and opened again,
    because isolates end with the line (UAX #9, P1 and X8).
    """
    if width < 10:
        raise ValueError(f"width is {width}. Allowed: 10 columns or more.")
    return "\n".join(wrapped for line in text.split("\n") for wrapped in _wrap_line(line, width))


def islands_by_line(text: str) -> str:
    """`text` with every island closed at the end of its line and opened again in the next."""
    if not _ISOLATE.search(text):
        return text
    lines: list[str] = []
    islands = ""
    for line in text.split("\n"):
        opened = islands + line
        islands = _open_islands(opened)
        lines.append(opened + PDI * len(islands))
    return "\n".join(lines)


def columns(text: str) -> int:
    """The width of `text` on a terminal: marks and controls 0, wide characters 2."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if _is_wide(character) else 1


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _wrap_line(line: str, width: int) -> Iterator[str]:
    lead = _LEAD.match(line)
    indent = " " * columns(lead.group()) if lead else ""
    current, used = "", 0
    for piece in _pieces(line):
        needed = columns(piece.rstrip(" "))
        if current.strip() and used + needed > width:
            islands = _open_islands(current)
            yield current.rstrip(" ") + PDI * len(islands)
            current, used = indent + islands, len(indent)
        current += piece
        used += columns(piece)
    yield current.rstrip(" ")


def _pieces(line: str) -> Iterator[str]:
    """`line` cut at every place where it may break; spaces stay with the piece before them."""
    lead = _LEAD.match(line)
    start = lead.end() if lead else 0
    first, inside = 0, 0
    for position in range(start, len(line)):
        character = line[position]
        if not inside and position > start and _may_break(line[position - 1], character):
            yield line[first:position]
            first = position
        if inside or character == LRI:
            inside += (character in (LRI, _RLI, FSI)) - (character == PDI)
    yield line[first:]


def _may_break(before: str, after: str) -> bool:
    if after == " ":
        return False
    if before == " ":
        return True
    if before in _NOT_AFTER or after in _NOT_BEFORE:
        return False
    return _is_wide(before) or _is_wide(after)


def _open_islands(text: str) -> str:
    opened: list[str] = []
    for character in _ISOLATE.findall(text):
        if character != PDI:
            opened.append(character)
        elif opened:
            opened.pop()
    return "".join(opened)
