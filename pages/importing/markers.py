"""What stands at the start of a typed list item: a sign or a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pages.importing.outline import Runs, cut, plain

MarkerKind: TypeAlias = Literal["", "bullet", "number"]

# U+F0B7 is what Word's Symbol bullet becomes in text; "o" with a tab is its second level.
_SIGN = re.compile(
    r"(?:[-*+•·‣▪▫■□●○◦◆◇►▶➢➤✓✔☐\uf0b7\uf0a7–—](?:\s+|(?<=[•●▪■☐])(?=\S))|o\t\s*)(?=\S)"
)
_NUMBER = re.compile(r"(?:(\d{1,2})[.)]|\((\d{1,2})\))\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its list mark. indent: columns before the mark, a tab counts as four."""

    runs: Runs
    indent: int = 0
    marker: MarkerKind = ""
    number: int = 0

    @property
    def text(self) -> str:
        return plain(self.runs)


def read_line(runs: Runs, previous: Line | None) -> Line:
    """`runs` without its mark. `previous`: the line before, for numbers must count up from 1.

    "12. May" at the start of a line is not an item; "1. Arrive early" is.
    """
    raw = plain(runs)
    text = raw.lstrip()
    indent = len(raw[: len(raw) - len(text)].expandtabs(4))
    skip = len(raw) - len(text)
    if sign := _SIGN.match(text):
        return Line(cut(runs, skip + sign.end()), indent, "bullet")
    if found := _NUMBER.match(text):
        number = int(found[1] or found[2])
        if number == 1 or (previous and 0 < previous.number == number - 1):
            return Line(cut(runs, skip + found.end()), indent, "number", number)
    # A bullet or a line between two numbers does not end the counting.
    return Line(cut(runs, 0), indent, "", previous.number if previous else 0)
