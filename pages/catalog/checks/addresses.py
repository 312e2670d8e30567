"""Web and mail addresses stay as they are, and so do placeholders."""

from __future__ import annotations

import re
from collections import Counter

from pages.catalog.checks.words import ADDRESS

_PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sd]|(?<!\d)%[sd]\b")


def addresses(words: str) -> Counter[str]:
    # Punctuation of the sentence around it is no part of an address.
    return Counter(found.rstrip(".,;:!?'/)") for found in ADDRESS.findall(words))


def placeholders(words: str) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(words))
