"""What a reader reads of a segment: its words without tags, character references or addresses."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape

_TAG = re.compile(r"<[^>]*>")
# What RFC 3986 allows in a URI, so that it ends where Chinese or a danda goes on.
ADDRESS = re.compile(
    r"(?:https?://|www\.)[\w.~:/?#\[\]@!$&'()*+,;=%-]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.ASCII | re.IGNORECASE,
)

# One letter under two code points (Urdu is typed on Arabic keyboards, Yiddish with its pairs as one
# letter or two), and marks that readers may leave out: short vowels, kashida, joiners and direction
# marks.
_FOLDED = str.maketrans(
    "يىكهھ",
    "ییکہہ",
    "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u200c\u200d\u200e\u200f\u061c"
    "\u2066\u2067\u2068\u2069",
) | str.maketrans({"\u05f0": "וו", "\u05f1": "וי", "\u05f2": "יי"})


def words_of(text: str, *, coded: bool) -> str:
    """coded: rich text, whose tags stand for a space and whose references for characters."""
    words = unescape(_TAG.sub(" ", text)) if coded else text
    return unicodedata.normalize("NFC", words)


def folded(text: str) -> str:
    """For comparing with the words of a lexicon."""
    return text.translate(_FOLDED)


def may_have_address(words: str) -> bool:
    """False where `ADDRESS` finds nothing: most texts, and looking for it is slow."""
    return "@" in words or "://" in words or "www." in words.lower()


@lru_cache(maxsize=4096)
def without_addresses(words: str) -> str:
    return ADDRESS.sub(" ", words) if may_have_address(words) else words
