"""The direction that a browser finds by itself, written out: WeasyPrint knows ltr and rtl alone."""

from __future__ import annotations

import re
import unicodedata

from pages.document.nodes import Direction

# A tag and never words: in words < is an entity.
_AUTO = re.compile(r'<bdi>|(?P<before><[a-z]+ [^<>]*)dir="auto"')
_TAG = re.compile(r"<[^<>]*>")
# As far as the first letter of any name or title can be.
_LOOKED_AT = 2000


def resolve_auto(html: str) -> str:
    """`html` with the direction of each element that leaves it to its text: that of the first
    strong letter (HTML standard, 3.2.6.4; UAX #9, P2), left to right where there is none."""

    def resolved(found: re.Match[str]) -> str:
        text = html[found.end() : found.end() + _LOOKED_AT]
        # What follows the attribute in its own tag is no text of it.
        text = text if found.group() == "<bdi>" else text.partition(">")[2]
        direction = f'dir="{first_strong(_TAG.sub("", text))}"'
        return f"{found['before'] or '<bdi '}{direction}{'' if found['before'] else '>'}"

    return _AUTO.sub(resolved, html)


def first_strong(text: str) -> Direction:
    for character in text:
        bidirectional = unicodedata.bidirectional(character)
        if bidirectional in ("R", "AL"):
            return "rtl"
        if bidirectional == "L":
            return "ltr"
    return "ltr"
