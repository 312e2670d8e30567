"""The three-way merge of a PO file by its units, for git.

Git merges lines: it takes two changed header dates for a conflict, and units that moved for lost
and new ones. Here a unit is changed where its words, flags or remarks are; how a tool wrapped it
says nothing. Nothing that somebody wrote is deleted: a unit that one side changed and the other
dropped stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from pages.catalog.codecs.codec import CatalogError
from pages.catalog.codecs.po_syntax import Entry, read_entries, write_string

_Key = tuple[str | None, str]
_HEADER: _Key = (None, "")
_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_NEWEST = ("POT-Creation-Date", "PO-Revision-Date")
_FIXED = ("Language", "Content-Type", "Plural-Forms")


@dataclass(frozen=True, slots=True)
class _Block:
    """An entry as the file writes it. said: what of it is a person's or the source's."""

    text: str
    said: object
    header: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """conflicts: the keys of the units of which `data` has both sides, between git's marks."""

    data: bytes
    conflicts: tuple[str, ...]


def merge_po(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    """base may be empty: both sides added the file. Raises CatalogError, which names the side."""
    before = _blocks(base, "base") if base.strip() else {}
    mine, other = _blocks(ours, "ours"), _blocks(theirs, "theirs")
    written, conflicts = [], []
    for key in _order(mine, other):
        if key == _HEADER:
            text, agreed = _header(before.get(key), mine.get(key), other.get(key))
        else:
            text, agreed = _unit(before.get(key), mine.get(key), other.get(key))
        if text:
            written.append(text)
        if not agreed:
            conflicts.append(key[0] or key[1] or "the header")
    return Merged(("\n\n".join(written) + "\n").encode(), tuple(conflicts))


def _blocks(data: bytes, side: str) -> dict[_Key, _Block]:
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").strip("\n")
        return dict(_keyed(text))
    except UnicodeDecodeError:
        raise CatalogError(f"{side}: not UTF-8.") from None
    except CatalogError as error:
        raise CatalogError(f"{side}: {error}") from None


def _keyed(text: str) -> Iterator[tuple[_Key, _Block]]:
    seen = set()
    line = 1
    for part, blank in zip_longest(_BLANK.split(text), _BLANK.findall(text), fillvalue=""):
        key, block = _block(part, line)
        if key in seen:
            raise CatalogError(f"Line {line}: {key[0] or key[1]} stands twice.")
        seen.add(key)
        yield key, block
        line += part.count("\n") + blank.count("\n")


def _block(text: str, line: int) -> tuple[_Key, _Block]:
    if all(each.startswith("#") for each in text.splitlines()):
        return ("# no unit", text), _Block(text, text)  # obsolete entries, remarks at the end
    entries = list(read_entries(text.encode()))
    if len(entries) != 1:
        raise CatalogError(f"Line {line}: two entries without an empty line between them.")
    (entry,) = entries
    if "msgctxt" not in entry.strings and not entry.strings["msgid"]:
        return _HEADER, _Block(text, _said(entry), entry.strings["msgstr"])
    # The key alone: a source that changed is a change of the unit and not another one.
    key = entry.strings.get("msgctxt")
    return (key, "" if key is not None else entry.strings["msgid"]), _Block(text, _said(entry))


def _said(entry: Entry) -> object:
    return entry.strings, entry.flags, entry.previous, entry.comment


def _order(ours: Mapping[_Key, _Block], theirs: Mapping[_Key, _Block]) -> list[_Key]:
    """Our order; what only they have stands after what it stands after with them."""
    order = list(ours)
    places = {key: place for place, key in enumerate(order)}
    added: dict[int, list[_Key]] = {}
    place = -1
    for key in theirs:
        if key in places:
            place = places[key]
        else:
            added.setdefault(place, []).append(key)
    merged = list(added.get(-1, ()))
    for place, key in enumerate(order):
        merged += [key, *added.get(place, ())]
    return merged


def _unit(base: _Block | None, ours: _Block | None, theirs: _Block | None) -> tuple[str, bool]:
    """(what to write, "" for nothing; whether the sides agree)."""
    if ours is None or theirs is None:
        left = ours or theirs
        if left is None or (base is not None and left.said == base.said):
            return "", True  # one side dropped it, and nobody wrote anything new in it
        return left.text, True
    if ours.said == theirs.said or (base is not None and theirs.said == base.said):
        return ours.text, True
    if base is not None and ours.said == base.said:
        return theirs.text, True
    return f"<<<<<<< ours\n{ours.text}\n=======\n{theirs.text}\n>>>>>>> theirs", False


# The header


def _header(base: _Block | None, ours: _Block | None, theirs: _Block | None) -> tuple[str, bool]:
    """Field by field. Two new dates are no conflict: the newer is true of both."""
    if ours is None or theirs is None:
        return (ours or theirs or _Block("", "")).text, True
    if ours.said == theirs.said:
        return ours.text, True
    before = _fields(base.header) if base else {}
    mine, other = _fields(ours.header), _fields(theirs.header)
    later = other if _moment(other) > _moment(mine) else mine
    merged, agreed = {}, True
    for name in {**mine, **other}:
        values = (before.get(name), mine.get(name), other.get(name))
        value = _field(name, *values, later.get(name))
        agreed = agreed and value is not None
        if value:
            merged[name] = value
    if not agreed:
        return f"<<<<<<< ours\n{ours.text}\n=======\n{theirs.text}\n>>>>>>> theirs", False
    comments = [line for line in ours.text.splitlines() if line.startswith("#")]
    text = "".join(f"{name}: {value}\n" for name, value in merged.items())
    return "\n".join((*comments, 'msgid ""', *write_string("msgstr", text))), True


def _field(
    name: str, base: str | None, ours: str | None, theirs: str | None, later: str | None
) -> str | None:
    """ "" where the field is gone, None where the sides do not agree."""
    if ours == theirs or theirs == base:
        return ours or ""
    if ours == base:
        return theirs or ""
    if name in _NEWEST:
        return max(ours or "", theirs or "")
    if name in _FIXED:
        return None
    return later or ""


def _fields(header: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in header.splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _moment(fields: Mapping[str, str]) -> datetime:
    for name in reversed(_NEWEST):
        try:
            return datetime.strptime(fields.get(name, ""), "%Y-%m-%d %H:%M%z")
        except ValueError:
            continue
    return datetime.fromisoformat("1970-01-01T00:00+00:00")
