"""Checks of a target against its source. The same in file import and in the editor.

`reject_reason` names what no target may have. `failed_checks` names what blocks a target from
being served until it is mended or a reviewer waives it with a reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

from pages.catalog.segments import Segment
from pages.richtext import InlineCodeError, decode

_EMBEDDING = re.compile("[\u202a-\u202e]")
_TAG = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"\d+(?:[.,\u066b\u066c\u00a0\u202f]\d+)*")
_GROUPED = re.compile(r"^\d{1,3}(?:[.,\u066c\u00a0\u202f]\d{3})+$")
_ADDRESS = re.compile(
    r"https?://[^\s<>\"']+|www\.[^\s<>\"']+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII
)
_PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sd]|%[sd]")


def reject_reason(segment: Segment, text: str) -> str | None:
    """Why `text` may not be stored as a target of `segment`, or None.

    Unicode rules: RELIABILITY.md, "Text in"; inline codes: TRANSLATION.md, "Inline markup".
    """
    for character in text:
        if character == "\x00" or "\ud800" <= character <= "\udfff" or character == "\ufffd":
            return f"U+{ord(character):04X} is not allowed in a translation."
        if unicodedata.category(character) == "Cc" and character not in "\n\t":
            return f"Control character U+{ord(character):04X} is not allowed."
    if found := _EMBEDDING.search(text):
        return (
            f"U+{ord(found.group()):04X} is not allowed. Allowed for direction: "
            "U+200E, U+200F, U+061C and closed isolates U+2066 to U+2069."
        )
    if not _isolates_balance(text):
        return "An isolate (U+2066, U+2067 or U+2068) is not closed by U+2069, or one is missing."
    if segment.paragraph is not None:
        try:
            decode(text, segment.paragraph)
        except InlineCodeError as error:
            return str(error)
    return None


def _isolates_balance(text: str) -> bool:
    depth = 0
    for character in text:
        if character in "\u2066\u2067\u2068":
            depth += 1
        elif character == "\u2069":
            depth -= 1
            if depth < 0:
                return False
    return depth == 0


def failed_checks(segment: Segment, text: str) -> tuple[str, ...]:
    """Names of the blocking checks that fail, in a fixed order."""
    source = _TAG.sub(" ", segment.text) if segment.paragraph else segment.text
    target = _TAG.sub(" ", text) if segment.paragraph else text
    failed = [name for name, fails in _BLOCKING.items() if fails(source, target)]
    if segment.max_length and len(text) > segment.max_length:
        failed.append("too_long")
    return tuple(failed)


def _numbers_differ(source: str, target: str) -> bool:
    return _numbers(_ADDRESS.sub(" ", source)) != _numbers(_ADDRESS.sub(" ", target))


def _numbers(text: str) -> Counter[str]:
    """Every number by value, whatever the script of its digits and its separators."""
    found: Counter[str] = Counter()
    for match in _NUMBER.finditer(text):
        digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in match.group())
        if _GROUPED.match(digits):
            digits = re.sub(r"\D", "", digits)
        found[re.sub(r"\D", ".", digits)] += 1
    return found


def _addresses_differ(source: str, target: str) -> bool:
    return Counter(_ADDRESS.findall(source)) != Counter(_ADDRESS.findall(target))


def _placeholders_differ(source: str, target: str) -> bool:
    return Counter(_PLACEHOLDER.findall(source)) != Counter(_PLACEHOLDER.findall(target))


def _same_as_source(source: str, target: str) -> bool:
    # One or two words are often names or terms that are the same in both languages.
    return source.split() == target.split() and len(source.split()) > 2


_BLOCKING: dict[str, Callable[[str, str], bool]] = {
    "numbers": _numbers_differ,
    "addresses": _addresses_differ,
    "placeholders": _placeholders_differ,
    "same_as_source": _same_as_source,
}
