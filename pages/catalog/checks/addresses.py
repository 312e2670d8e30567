"""Web and mail addresses and telephone numbers stay as they are, and so do placeholders."""

from __future__ import annotations

import re
from collections import Counter

from pages.catalog.checks.numbers import ascii_digits
from pages.catalog.checks.words import ADDRESS, may_have_address

_PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sd]|(?<!\d)%[sd]\b")

# What begins like a telephone number: +, a bracket or 0; or is grouped like one of North America.
_PHONE = re.compile(
    r"(?<![\w.,])(?:\+\d[\d ().\u2010-\u2013/-]{5,}\d|\(?0\d[\d ()\u2010-\u2013/-]{5,}\d"
    r"|(?:1[ .-])?\(?\d{3}\)?[ .\u2010-\u2013-]\d{3}[ .\u2010-\u2013-]\d{4})(?![\d/-])"
)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ ().\u00a0\u202f\u2010-\u2014\u200e\u2066-\u2069/-]+(?=\d)")


def addresses(words: str) -> Counter[str]:
    if not may_have_address(words):
        return Counter()
    # Punctuation of the sentence around it is no part of an address.
    return Counter(found.rstrip(".,;:!?'/)") for found in ADDRESS.findall(words))


def placeholders(words: str) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(words) if "{" in words or "%" in words else ())


def lost_phones(source: str, target: str) -> tuple[str, ...]:
    """Telephone numbers of the source whose digits do not stand in the target, in their order.

    Any script's digits, grouped in any way.
    """
    found = tuple(match.group().strip() for match in _PHONE.finditer(source))
    if not found:
        return ()
    runs = _BETWEEN_DIGITS.sub("", ascii_digits(target))
    return tuple(phone for phone in found if re.sub(r"\D", "", phone) not in runs)
