"""Units as gettext PO, and back.

Written: unwrapped, in document order, the same bytes for the same state; `msgcat --no-wrap` is
a fixpoint and `msgfmt -c` is clean. The source stands in msgid, so that a returned file itself
proves which wording was translated. Decisions: TRANSLATION.md, "The hand-off".
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from pages.catalog.codecs.codec import CatalogError, Codec, Header, ReadCatalog, ReadUnit
from pages.catalog.codecs.po_syntax import Entry, read_entries, write_string
from pages.catalog.units import Unit, UnitState
from pages.languages import Language, UnknownLanguage, read_language

# A stale or unreviewed target is for the translator to look at, not to be compiled.
_FUZZY = frozenset({UnitState.STALE, UnitState.MACHINE, UnitState.NEEDS_REVIEW})
_HANDOFF = "X-Polyclinic-Handoff"
_CHARSET = re.compile(r"charset\s*=\s*([^\s;]+)", re.IGNORECASE)
_UNFILLED = "CHARSET"  # as gettext's templates have it
_ASCII = bytes(range(128))
_MOMENT = "%Y-%m-%d %H:%M%z"


# Writing


def write_po(units: Iterable[Unit], header: Header) -> bytes:
    """`units` as UTF-8 PO."""
    lines = ["#", 'msgid ""', *write_string("msgstr", _header(header))]
    for unit in units:
        lines += ["", *_entry(unit)]
    return "".join(f"{line}\n" for line in lines).encode()


def _header(header: Header) -> str:
    language, revised = header.language, header.revised.astimezone(UTC).strftime(_MOMENT)
    fields = {
        "Project-Id-Version": "Polyclinic",
        "POT-Creation-Date": revised,
        "PO-Revision-Date": revised,
        "Last-Translator": "Polyclinic",
        "Language-Team": language.name,
        "Language": language.locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        **({_HANDOFF: header.handoff} if header.handoff else {}),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _entry(unit: Unit) -> Iterator[str]:
    yield f"#. {' › '.join(_one_line(crumb) for crumb in unit.crumbs)}"
    if unit.max_length:
        yield f"#. At most {unit.max_length} characters."
    if unit.state in _FUZZY:
        yield f"#. State: {unit.state.value}."
    for hint in unit.hints:
        yield f"#. {_one_line(hint)}"
    yield f"#: {unit.place}"
    if unit.state in _FUZZY:
        yield "#, fuzzy"
    if unit.previous_source is not None:
        yield from write_string("msgid", unit.previous_source, prefix="#| ")
    yield from write_string("msgctxt", unit.key)
    yield from write_string("msgid", unit.source)
    yield from write_string("msgstr", unit.target)


def _one_line(text: str) -> str:
    return " ".join(text.split())


# Reading


def read_po(data: bytes, language: Language) -> ReadCatalog:
    """The units of a PO file in `language`. Raises CatalogError for a file that is not sound.

    Obsolete entries are ignored. A header may be absent; faults of its dates or plural forms
    say nothing about the content and are not looked at, its charset and Language are.
    """
    units, handoff, revised = [], "", None
    seen: dict[tuple[str | None, str], int] = {}
    for entry in read_entries(data):
        key, source = entry.strings.get("msgctxt"), entry.strings["msgid"]
        first = seen.setdefault((key, source), entry.line)
        if first != entry.line:
            name = key if key is not None else source or "the header"
            raise CatalogError(f"Line {entry.line}: {name} stands at line {first} already.")
        if source:
            units.append(_read_unit(entry))
        elif key is None:
            fields = header_fields(entry)
            _check_charset(entry.line, fields.get("content-type", ""), data)
            _check_language(entry.line, fields.get("language", ""), language)
            handoff = fields.get(_HANDOFF.lower(), "")
            revised = _moment(fields.get("pot-creation-date", ""))
        else:
            raise CatalogError(f"Line {entry.line}: {key} has an empty msgid.")
    return ReadCatalog(units, handoff, revised)


def _read_unit(entry: Entry) -> ReadUnit:
    return ReadUnit(
        key=entry.strings.get("msgctxt", ""),
        source=entry.strings["msgid"],
        target=entry.strings["msgstr"],
        fuzzy="fuzzy" in entry.flags,
        previous_source=entry.previous.get("msgid"),
        at=f"line {entry.line}",
        comment=entry.comment,
    )


def header_fields(header: Entry) -> dict[str, str]:
    """By name in lower case."""
    fields = {}
    for field in header.strings["msgstr"].splitlines():
        name, _, value = field.partition(":")
        fields[name.strip().lower()] = value.strip()
    return fields


def _moment(value: str) -> datetime | None:
    """A date of the header; tools keep POT-Creation-Date, and write PO-Revision-Date anew."""
    try:
        return datetime.strptime(value, _MOMENT).astimezone(UTC)
    except ValueError:
        return None


def _check_charset(line: int, content_type: str, data: bytes) -> None:
    """A file is read as UTF-8. Where its header names another charset, one of the two is wrong, and
    only who saved it knows whether "Ã©" was meant. In ASCII there is nothing to mistake."""
    found = _CHARSET.search(content_type)
    if found is None or found[1] == _UNFILLED or _is_utf8(found[1]):
        return
    if data.isascii() and _holds_ascii(found[1]):
        return
    raise CatalogError(
        f"Line {line}: the header says charset={found[1]}, and the file's bytes are UTF-8. "
        "Allowed: UTF-8 in both. Save the file as UTF-8, and see that its words are right."
    )


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False


def _holds_ascii(charset: str) -> bool:
    """Whether ASCII is the same text in it: in ISO-8859-1 it is, in UTF-16 and UTF-7 not."""
    try:
        return _ASCII.decode(charset) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError):
        return False


def _check_language(line: int, declared: str, language: Language) -> None:
    if not declared:
        return
    try:
        found = read_language(declared)
    except UnknownLanguage as error:
        raise CatalogError(f"Line {line}: header Language: {error}") from None
    if found != language:
        raise CatalogError(
            f"Line {line}: header Language is {declared!r}. Allowed here: {language.locale}."
        )


CODEC = Codec("po", "gettext PO", ".po", "text/x-gettext-translation", write_po, read_po)
