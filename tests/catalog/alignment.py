"""Two versions of one leaflet, line by line: what an agency does before it can fill a catalogue.

Monotonic, one to one or not at all: a line without a clear partner stays without one. After
Gale and Church, "A Program for Aligning Sentences in Bilingual Corpora" (1993): length ratios
and dynamic programming; here with the marks that the two files share.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from lxml import etree

from pages.catalog.checks.numbers import numbers_differ

_BARE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")
_ALONE = 0.9  # what leaving a line without a partner costs
SPANISH = 1.15  # characters for one of English


def lines_of(path: Path) -> list[str]:
    """The lines of a leaflet. Its bare ampersands are text; an address that stands on a line of
    its own belongs to the line before, which ends in a colon."""
    root = etree.fromstring(_BARE_AMPERSAND.sub(b"&amp;", path.read_bytes()))
    lines: list[str] = []
    for paragraph in root.iter("p"):
        for line in "".join(paragraph.itertext()).splitlines():
            if line.startswith("http") and lines[-1].endswith(":"):
                lines[-1] += f" {line.strip()}"
            elif line.strip():
                lines.append(line.strip())
    return lines


def align(source: list[str], target: list[str], *, longer: float = SPANISH) -> dict[str, str]:
    """Lines of `source` that have a partner, without their bullets, to that partner.

    longer: characters of the target for one of the source.
    """
    best = {(0, 0): (0.0, (0, 0))}
    for row in range(len(source) + 1):
        for column in range(len(target) + 1):
            steps = []
            if row:
                steps.append((best[row - 1, column][0] + _ALONE, (row - 1, column)))
            if column:
                steps.append((best[row, column - 1][0] + _ALONE, (row, column - 1)))
            if row and column:
                cost = _distance(source[row - 1], target[column - 1], longer)
                steps.append((best[row - 1, column - 1][0] + cost, (row - 1, column - 1)))
            if steps:
                best[row, column] = min(steps)
    pairs, here = {}, (len(source), len(target))
    while here != (0, 0):
        before = best[here][1]
        if before == (here[0] - 1, here[1] - 1):
            pairs[_words(source[before[0]])] = _words(target[before[1]])
        here = before
    return pairs


def _distance(source: str, target: str, longer: float) -> float:
    unlike = sum(source.startswith("•") != target.startswith("•") for _ in range(4))
    unlike += source.endswith("?") != target.endswith("?")
    unlike += source.endswith(":") != target.endswith(":")
    unlike += numbers_differ(source, target)
    return abs(math.log(len(target) / len(source) / longer)) + unlike


def _words(line: str) -> str:
    return line.removeprefix("•").strip()
