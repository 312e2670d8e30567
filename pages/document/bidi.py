"""Isolation of left-to-right matter inside right-to-left text (UAX #9, isolates).

A bare `+1 (212) 555-0100` in Arabic shows as `0100-555 (212) 1+`: a wrong number is a wrong
number to call for help. What is isolated: addresses, phones, codes, doses, ranges, percentages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"

_LTR_MATTER = re.compile(
    r"""
    (?:https?://|www\.)[^\s\u0600-\u06ff<>"']+[^\s\u0600-\u06ff<>"'.,;:!?)]   # address
  | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                                            # e-mail
  | \+?\(?\d[\d()\s./\u00a0\u2011-]*[-/ ()\u00a0\u2011]\(?\d[\d()-]*        # phone, date, range
  | [A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?\b                                   # ICD-10-CM
  | [~<>\u2264\u2265\u00b1+-]?\d+(?:[.,]\d+)*(?:\s?[-\u2013\u2014]\s?\d+(?:[.,]\d+)*)?
    \s?(?:%|[a-zA-Z\u00b5\u03bc\u00b0]{1,4}(?:/[a-zA-Z]{1,4})?\b)              # dose, percentage
  | [~<>\u2264\u2265\u00b1+-]?\d+(?:[.,]\d+)*\s?[-\u2013\u2014]\s?\d+(?:[.,]\d+)*    # range
  | [<>\u2264\u2265\u00b1+-]\s?\d+(?:[.,]\d+)*                                # comparison
    """,
    re.VERBOSE | re.ASCII,
)


# No matter is without one of these, and most texts are: looking for matter at every position
# takes a hundred times longer.
_MAY_MATTER = re.compile("[0-9@\u2066-\u2069]|://|www[.]")


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """`text` cut into (piece, is left-to-right matter), in order; joined they are `text`.

    Matter that its author isolated already (U+2066..U+2069) is left as it is.
    """
    if not _MAY_MATTER.search(text):
        if text:
            yield text, False
        return
    depth = 0
    start = 0
    position = 0
    while position < len(text):
        character = text[position]
        if character in "\u2066\u2067\u2068":
            depth += 1
        elif character == PDI:
            depth = max(0, depth - 1)
        elif (
            depth == 0
            and (found := _LTR_MATTER.match(text, position))
            and not (position and text[position - 1].isalnum())
        ):
            if position > start:
                yield text[start:position], False
            yield found.group(), True
            start = position = found.end()
            continue
        position += 1
    if start < len(text):
        yield text[start:], False


def isolate(text: str) -> str:
    """`text` with left-to-right matter between U+2066 and U+2069."""
    return "".join(f"{LRI}{piece}{PDI}" if matter else piece for piece, matter in pieces(text))
