"""Two versions of one leaflet, line by line: what an agency does before it can fill a catalogue.

Monotonic, one to one or not at all: a line without a clear partner stays without one, and so do
lines of which one language makes two. After Gale and Church, "A Program for Aligning Sentences in
Bilingual Corpora" (1993): length ratios and dynamic programming; here with the marks that the two
files share.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from lxml import etree

_BARE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")
_ADDRESS = re.compile(r"https?://[!-~]+|[!-~]+@[!-~]+")
_NUMBER = re.compile(r"\d+")
_QUESTION = re.compile("[?？؟]")
_ALONE = 0.9  # what leaving a line without a partner costs
_TOGETHER = 0.8  # what two lines for one cost, beside their distance
_SHORT = 8  # characters by which a short line may well differ
_BULLETS = ("•", "●")
_STEPS = ((1, 0), (0, 1), (1, 1), (2, 1), (1, 2))


def lines_of(path: Path) -> list[str]:
    """The lines of a leaflet. Its bare ampersands are text; an address that stands on a line of
    its own belongs to the line before, which ends in a colon."""
    root = etree.fromstring(_BARE_AMPERSAND.sub(b"&amp;", path.read_bytes()))
    lines: list[str] = []
    for paragraph in root.iter("p"):
        for line in "".join(paragraph.itertext()).splitlines():
            line = line.strip("\ufeff \t\u200e\u200f")
            if line.startswith("http") and lines[-1].endswith((":", "：")):
                lines[-1] += f" {line}"
            elif line:
                lines.append(line)
    return lines


def align(source: Sequence[str], target: Sequence[str]) -> Mapping[str, str]:
    """Lines of `source` that have a partner, without their bullets, to that partner."""
    longer = sum(map(len, target)) / sum(map(len, source))
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for row in range(len(source) + 1):
        for column in range(len(target) + 1):
            steps = [
                (
                    best[before][0]
                    + _cost(source[before[0] : row], target[before[1] : column], longer),
                    before,
                )
                for taken, given in _STEPS
                if (before := (row - taken, column - given)) in best
            ]
            if steps:
                best[row, column] = min(steps)
    pairs, here = {}, (len(source), len(target))
    while here != (0, 0):
        before = best[here][1]
        if before == (here[0] - 1, here[1] - 1):
            pairs[_words(source[before[0]])] = _words(target[before[1]])
        here = before
    return pairs


def _cost(source: Sequence[str], target: Sequence[str], longer: float) -> float:
    if not source or not target:
        return _ALONE
    together = _TOGETHER if len(source) + len(target) > 2 else 0.0
    return together + _distance(" ".join(source), " ".join(target), longer)


def _distance(source: str, target: str, longer: float) -> float:
    unlike = 4 * (source.startswith(_BULLETS) != target.startswith(_BULLETS))
    unlike += bool(_QUESTION.search(source)) != bool(_QUESTION.search(target))
    unlike += source.endswith(":") != target.endswith((":", "："))
    unlike += _numbers(source) != _numbers(target)
    unlike += bool(_ADDRESS.search(source)) != bool(_ADDRESS.search(target))
    expected = _length(source) * longer + _SHORT
    return abs(math.log((_length(target) + _SHORT) / expected)) + unlike


def _length(line: str) -> int:
    """Without its addresses, which are as long in every language."""
    return len(_ADDRESS.sub("", line))


def _numbers(line: str) -> set[int]:
    """By value, in any script's digits."""
    return {int(number) for number in _NUMBER.findall(_ADDRESS.sub("", line))}


def _words(line: str) -> str:
    return line.lstrip("".join(_BULLETS)).strip()
