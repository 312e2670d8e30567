"""What a reader reads of a segment: its words without tags, character references or addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

_TAG = re.compile(r"<[^>]*>")
# What RFC 3986 allows in a URI, so that it ends where Chinese or a danda goes on.
ADDRESS = re.compile(
    r"(?:https?://|www\.)[\w.~:/?#\[\]@!$&'()*+,;=%-]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.ASCII | re.IGNORECASE,
)


def words_of(text: str, *, coded: bool) -> str:
    """coded: rich text, whose tags stand for a space and whose references for characters."""
    return unescape(_TAG.sub(" ", text)) if coded else text


@lru_cache(maxsize=4096)
def without_addresses(words: str) -> str:
    return ADDRESS.sub(" ", words)
