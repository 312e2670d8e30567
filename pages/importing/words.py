"""Words and how many of them arrived. A word is a run of letters, digits and their like.

Unicode word tokens (UTS #18, annex C, \\w) of the NFC form, upper and lower case apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"\w+")


def words_of(texts: Iterable[str]) -> Counter[str]:
    """How often each word is in `texts`. No word spans two of them."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(_WORD.findall(unicodedata.normalize("NFC", text)))
    return counted


@dataclass(frozen=True, slots=True)
class Coverage:
    """wanted: words of the input; missing: those that the draft lacks, once for each time."""

    wanted: int
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def percent(self) -> float:
        """0 to 100, rounded down to a tenth so that it is 100 only when nothing is missing.

        An input without words is refused before it comes here.
        """
        return 1000 * (self.wanted - len(self.missing)) // self.wanted / 10


def coverage(wanted: Counter[str], found: Counter[str]) -> Coverage:
    return Coverage(wanted.total(), tuple(sorted((wanted - found).elements())))
