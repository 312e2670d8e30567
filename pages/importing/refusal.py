"""What is not read, and why: an input that could hide words or hurt is refused as a whole."""

from __future__ import annotations

import unicodedata

MAX_BYTES = 5 * 1024 * 1024
# Deeper than any text a person wrote; parsers drop what is nested deeper than they go.
MAX_DEPTH = 100

# UAX #9: embeddings and overrides reorder what a reader sees. Isolates (U+2066..2069) do not
# reach beyond themselves and are what the project itself writes.
_REORDERING = frozenset(map(chr, range(0x202A, 0x202F)))
_ALLOWED_CONTROLS = frozenset("\t\n\r\f\v")


class ImportRefused(ValueError):
    """The file cannot be imported. The message says which line or part, and what is allowed."""


def refuse_characters(text: str, where: str = "line") -> None:
    """Raises ImportRefused for a character that no text of a page may hold.

    where: what the message counts, "line", or the name of the part itself such as "the title".
    """
    for position, character in enumerate(text):
        reason = _reason(character)
        if reason is None:
            continue
        place = f"line {text.count(chr(10), 0, position) + 1}" if where == "line" else where
        raise ImportRefused(
            f"U+{ord(character):04X} in {place}: {reason}. Remove it and import again."
        )


def _reason(character: str) -> str | None:
    if character in _REORDERING:
        return "it reorders the letters that a reader sees"
    category = unicodedata.category(character)
    if category == "Cs":
        return "half of a character (a lone surrogate)"
    if category == "Cc" and character not in _ALLOWED_CONTROLS:
        # XML 1.0, section 2.2: translators' files cannot carry it either.
        return "a control character"
    if ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF:
        return "not a character"
    return None
