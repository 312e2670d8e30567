"""What no target may have: it is refused, and not stored. And how a target is stored."""

from __future__ import annotations

import re
import unicodedata

from pages.catalog.segments import Segment
from pages.richtext import InlineCodeError, decode, parse_coded, plain

_EMBEDDING = re.compile("[\u202a-\u202e]")
# Every character that a rule below is about: most texts have none, and a file has 10,000 texts.
_LOOKED_AT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd]"
)


def fitted(source: str, text: str) -> str:
    """`text` in NFC, its outer white space that of the source: gettext compares line ends."""
    body = source.strip()
    start = source[: source.index(body)]
    end = source[len(start) + len(body) :]
    return f"{start}{unicodedata.normalize('NFC', text).strip()}{end}"


def reject_reason(segment: Segment, text: str) -> str | None:
    """Why `text` may not be stored as a target of `segment`, or None.

    Unicode rules: RELIABILITY.md, "Text in"; inline codes: TRANSLATION.md, "Inline markup".
    """
    if reason := _character_reason(text):
        return reason
    if segment.paragraph is not None:
        try:
            words = plain(decode(text, segment.paragraph).children)
        except InlineCodeError as error:
            return str(error)
        if not words.strip():
            return "Only tags and white space: there are no words in it."
        return _character_reason(words)  # what character references such as &#x202e; stand for
    return None


def reject_reason_of_older(source: str, text: str, *, coded: bool) -> str | None:
    """The same for a target of a wording that no page has now. coded: rich text, with tags."""
    if reason := _character_reason(text):
        return reason
    if not coded:
        return None
    try:
        wanted, found = _tags(source), _tags(text)
    except InlineCodeError as error:
        return str(error)
    if wanted != found:
        return f"Tags {', '.join(found) or 'none'}. Its source has: {', '.join(wanted) or 'none'}."
    return None


def _tags(coded: str) -> list[str]:
    return sorted(f"<{element.tag!s}>" for element in parse_coded(coded).iterdescendants())


def _character_reason(text: str) -> str | None:
    if not _LOOKED_AT.search(text):
        return None
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
