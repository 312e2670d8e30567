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


def read_entries(data: bytes) -> list[Entry]:
    """Every entry with its header, in order; obsolete ones (`#~`) are left out.

    Raises CatalogError: not UTF-8, too large, empty, NUL, a bare carriage return, an unclosed
    quote, an unknown keyword or escape, plural forms, or an entry without msgid or msgstr.
    """
    entries = _entries(_decoded(data))
    if not entries:
        raise CatalogError("Line 1: the file has no entry. Allowed: a PO file.")
    return entries


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


def _entries(text: str) -> list[Entry]:
    entries = [Entry()]
    open_strings: dict[str, str] = {}  # what the next line may continue, under its last keyword
    for number, line in enumerate(text.split("\n"), start=1):
        statement = line.strip()
        if not statement or statement.startswith("#~"):
            continue
        if statement.startswith("#"):
            if entries[-1].is_complete:
                entries.append(Entry())
            open_strings = {}
            _read_comment(statement, number, entries[-1])
        else:
            open_strings = _read_statement(statement, number, entries, open_strings)
    if not entries[-1].strings:
        entries.pop()  # comments at the end of the file
    elif not entries[-1].is_complete:
        raise CatalogError(f"Line {entries[-1].line}: the last entry has no msgstr.")
    return entries


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
    statement: str, number: int, entries: list[Entry], open_strings: dict[str, str]
) -> dict[str, str]:
    keyword, text = _parsed(statement, number)
    if not keyword:
        if not open_strings:
            raise CatalogError(f"Line {number}: a text without a keyword before it.")
        open_strings[next(reversed(open_strings))] += text
        return open_strings
    if entries[-1].is_complete:
        entries.append(Entry())
    entry = entries[-1]
    given = [*entry.strings, keyword]
    if given not in (["msgctxt"], ["msgid"], ["msgctxt", "msgid"], list(_ORDER), list(_ORDER[1:])):
        raise CatalogError(f"Line {number}: {keyword} is out of place. Order: {', '.join(_ORDER)}.")
    entry.line = entry.line or number
    entry.strings[keyword] = text
    return entry.strings


def _parsed(statement: str, number: int) -> tuple[str | None, str]:
    """(the keyword, or None where the line goes on with a text; the text itself)."""
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
