"""What is not read, and why: an input that could hide words or hurt is refused as a whole."""

from __future__ import annotations

import re

MAX_BYTES = 5 * 1024 * 1024
# A book is no treatment page, and its editor form would not open.
MAX_WORDS = 20_000
# Deeper than any text a person wrote; parsers drop what is nested deeper than they go.
MAX_DEPTH = 100

# UAX #9: embeddings and overrides reorder what a reader sees. Isolates (U+2066..2069) do not
# reach beyond themselves and are what the project itself writes. XML 1.0, section 2.2: control
# characters and noncharacters cannot stand in translators' files.
_REFUSED = (
    ("it reorders the letters that a reader sees", "\u202a-\u202e"),
    ("half of a character (a lone surrogate)", "\ud800-\udfff"),
    ("a control character", "\x00-\x08\x0e-\x1f\x7f-\x9f"),
    ("not a character", "\ufdd0-\ufdef\ufffe\uffff"),
)
_ANY_REFUSED = re.compile(f"[{''.join(characters for _, characters in _REFUSED)}]")


class ImportRefused(ValueError):
    """The file cannot be imported. The message says which line or part, and what is allowed."""


def refuse_characters(text: str, where: str = "line") -> None:
    """Raises ImportRefused for a character that no text of a page may hold.

    where: what the message counts, "line", or the name of the part itself such as "the title".
    """
    found = _ANY_REFUSED.search(text)
    if found is None:
        return
    character = found.group()
    line = text.count("\n", 0, found.start()) + 1
    place = f"line {line}" if where == "line" else where
    reason = next(
        reason for reason, characters in _REFUSED if re.match(f"[{characters}]", character)
    )
    raise ImportRefused(f"U+{ord(character):04X} in {place}: {reason}. Remove it and import again.")
