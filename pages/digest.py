"""The text digest: what says whether a translation still belongs to its source."""

from __future__ import annotations

import hashlib
import unicodedata

DIGEST_LENGTH = 24


def text_digest(text: str) -> str:
    """24 hexadecimal digits over the NFC, whitespace-folded text (TRANSLATION.md, "Words").

    For rich text give the coded text: the tag skeleton is in it, attributes and keys are not.
    """
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.blake2b(folded.encode(), digest_size=DIGEST_LENGTH // 2).hexdigest()
