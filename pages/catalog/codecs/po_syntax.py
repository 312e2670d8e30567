"""The syntax of gettext PO, strictly: what is not sound is refused with its line.

Our own reader, because no Python library is strict: polib reads an unclosed quote as an empty
translation, babel drops the second of two equal entries, and none names the line. Tests hold it
against msgfmt, msgcat, polib and babel. Format: GNU gettext manual, "The Format of PO Files".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from pages.catalog.codecs.codec import MAX_BYTES, CatalogError

_STRING = r'"(?:[^"\\]|\\[abfnrtv"\\])*"'
_STATEMENT = re.compile(rf"(?P<keyword>msgctxt|msgid|msgstr)?\s*(?P<string>{_STRING})")
_PLURAL = re.compile(r"msgid_plural|msgstr\[")
# Babel reads `#| msgid` as a comment and writes it as one, wrapped, after the translator's own.
_PREVIOUS_AS_COMMENT = re.compile(r'\| (?:msgctxt |msgid )?"')
_ESCAPE = re.compile(r"\\(.)")
_CHARACTER = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPED = str.maketrans(
    {'"': r"\"", "\\": r"\\", **{value: f"\\{name}" for name, value in _CHARACTER.items()}}
)
_ORDER = ("msgctxt", "msgid", "msgstr")
# What an entry may have, as far as it is read.
_GIVEN = frozenset({("msgctxt",), ("msgid",), ("msgctxt", "msgid"), _ORDER, _ORDER[1:]})


@dataclass(slots=True)
class Entry:
    """line: where its first statement stands. strings: by keyword; previous: those of `#|`;
    comment: the translator's own, of the lines `# `."""

    line: int = 0
    flags: set[str] = field(default_factory=set)
    strings: dict[str, str] = field(default_factory=dict)
    previous: dict[str, str] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)

    @property
    def comment(self) -> str:
        own = takewhile(lambda line: not _PREVIOUS_AS_COMMENT.match(line), self.comments)
        return "\n".join(own).strip()

    @property
    def is_complete(self) -> bool:
        return "msgstr" in self.strings


# Reading


def read_entries(data: bytes) -> Iterator[Entry]:
    """Every entry with its header, in order, one by one; obsolete ones (`#~`) are left out.

    Raises CatalogError: not UTF-8, too large, empty, NUL, a bare carriage return, an unclosed
    quote, an unknown keyword or escape, plural forms, or an entry without msgid or msgstr.
    """
    entry = None
    for entry in _entries(_decoded(data)):
        yield entry
    if entry is None:
        raise CatalogError("Line 1: the file has no entry. Allowed: a PO file.")


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise CatalogError(
            f"Line 1: the file has {len(data):,} bytes. Allowed: at most {MAX_BYTES:,}."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data[: error.start].count(b"\n") + 1
        raise CatalogError(
            f"Line {number}: not UTF-8. Allowed: UTF-8, with or without BOM."
        ) from None
    text = text.replace("\r\n", "\n")
    for character, name in (("\x00", "NUL character"), ("\r", "bare carriage return")):
        if (at := text.find(character)) >= 0:
            raise CatalogError(f"Line {text.count(chr(10), 0, at) + 1}: a {name}.")
    return text


def _entries(text: str) -> Iterator[Entry]:
    entry = Entry()
    open_strings: dict[str, str] = {}  # what the next line may continue, under its last keyword
    for number, line in enumerate(text.split("\n"), start=1):
        statement = line.strip()
        if not statement or statement.startswith("#~"):
            continue
        is_comment = statement.startswith("#")
        if entry.is_complete and (is_comment or not statement.startswith('"')):
            yield entry
            entry, open_strings = Entry(), {}
        if is_comment:
            open_strings = {}
            _read_comment(statement, number, entry)
        else:
            open_strings = _read_statement(statement, number, entry, open_strings)
    if entry.is_complete:
        yield entry
    elif entry.strings:  # and not only comments at the end of the file
        raise CatalogError(f"Line {entry.line}: the last entry has no msgstr.")


def _read_comment(statement: str, number: int, entry: Entry) -> None:
    if statement.startswith("#,"):
        entry.flags.update(flag.strip() for flag in statement[2:].split(","))
    elif statement.startswith("#|"):
        keyword, text = _parsed(statement[2:].strip(), number)
        if keyword:
            entry.previous[keyword] = text
        elif entry.previous:
            entry.previous[next(reversed(entry.previous))] += text
        else:
            raise CatalogError(f"Line {number}: a text without msgctxt or msgid before it.")
    elif not statement.startswith(("#.", "#:")):
        entry.comments.append(statement[1:].strip())


def _read_statement(
    statement: str, number: int, entry: Entry, open_strings: dict[str, str]
) -> dict[str, str]:
    keyword, text = _parsed(statement, number)
    if not keyword:
        if not open_strings:
            raise CatalogError(f"Line {number}: a text without a keyword before it.")
        open_strings[next(reversed(open_strings))] += text
        return open_strings
    if (*entry.strings, keyword) not in _GIVEN:
        raise CatalogError(f"Line {number}: {keyword} is out of place. Order: {', '.join(_ORDER)}.")
    entry.line = entry.line or number
    entry.strings[keyword] = text
    return entry.strings


def _parsed(statement: str, number: int) -> tuple[str | None, str]:
    """(the keyword, or None where the line goes on with a text; the text itself)."""
    # Most lines have nothing to unescape, and a file has 100,000 of them.
    if "\\" not in statement and statement.endswith('"') and statement.count('"') == 2:
        keyword, text, _ = statement.split('"')
        if not keyword or (keyword := keyword.rstrip()) in _ORDER:
            return keyword or None, text
    found = _STATEMENT.fullmatch(statement)
    if found is None:
        if _PLURAL.match(statement):
            raise CatalogError(f"Line {number}: plural forms. Content has none: use msgid, msgstr.")
        raise CatalogError(
            f"Line {number}: a keyword or a closed quote is missing, or an escape is unknown: "
            f"{statement[:60]!r}"
        )
    text = found["string"][1:-1]
    if "\\" in text:
        text = _ESCAPE.sub(lambda match: _CHARACTER.get(match[1], match[1]), text)
    return found["keyword"], text


# Writing


def write_string(keyword: str, text: str, prefix: str = "") -> Iterator[str]:
    """The lines of `text` as `msgcat --no-wrap` writes them: one a line of the text."""
    ends = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]
    lines = [text[start:end].translate(_ESCAPED) for start, end in pairwise(ends) if start < end]
    if len(lines) > 1:
        lines.insert(0, "")
    first, *rest = lines or [""]
    yield f'{prefix}{keyword} "{first}"'
    for line in rest:
        yield f'{prefix}"{line}"'
