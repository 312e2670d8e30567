"""Inline codes of XLIFF: our coded text as elements, and elements as our coded text.

`Call <b1>now</b1>.` is `Call <g id="b1" ctype="bold">now</g>.` in 1.2: the name of a tag is the
id of its element, so that a code is known again whatever becomes of its other attributes. Codes
that are not ours come back as tags that no source has, so that the unit is rejected and not read
without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal, NamedTuple, TypeAlias

# Writing

_MARKUP = re.compile(r"<(?P<end>/?)(?P<id>(?P<name>br|[biag])\d+)(?P<empty>/?)>|[<>]")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")
# What XML 1.0 cannot hold (section 2.2), and the carriage return, which reading makes a newline.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one version of XLIFF writes a code.

    start: by the name of the tag, with {id}, for marks and links around words; end: of all of
    these; empty: for a line break; character: for what XML cannot hold, with {hex}.
    """

    start: Mapping[str, str]
    end: str
    empty: str
    character: str


def write_inline(text: str, dialect: Dialect, *, coded: bool) -> str:
    """`text` as the content of a source or target. Raises ValueError for unsound coded text."""
    markup = "".join(_codes(text, dialect)) if coded else escape(text, quote=False)
    return _UNSPEAKABLE.sub(lambda match: _character(match[0], dialect), markup)


def _codes(coded: str, dialect: Dialect) -> Iterator[str]:
    if found := _BARE_AMPERSAND.search(coded):
        raise ValueError(f"& at character {found.start() + 1} is not &amp;")
    open_ids: list[str] = []
    begun: set[str] = set()
    position = 0
    for match in _MARKUP.finditer(coded):
        yield coded[position : match.start()]
        position = match.end()
        if match["id"] is None:
            if match[0] == "<":
                raise ValueError(f"< at character {match.start() + 1} is no numbered tag")
            yield "&gt;"
        elif match["end"]:
            if not open_ids or open_ids.pop() != match["id"] or match["empty"]:
                raise ValueError(f"{match[0]} closes nothing")
            yield dialect.end
        elif match["id"] in begun:
            raise ValueError(f"{match[0]} stands twice")
        elif match["name"] == "br":
            begun.add(match["id"])
            if not match["empty"]:
                raise ValueError(f"{match[0]} is not empty")
            yield dialect.empty.format(id=match["id"])
        else:
            begun.add(match["id"])
            yield dialect.start[match["name"]].format(id=match["id"])
            if match["empty"]:
                yield dialect.end
            else:
                open_ids.append(match["id"])
    if open_ids:
        raise ValueError(f"<{open_ids[-1]}> is not closed")
    yield coded[position:]


def _character(character: str, dialect: Dialect) -> str:
    if character == "\r":
        return "&#13;"
    return dialect.character.format(hex=f"{ord(character):04x}")


def write_text(text: str) -> str:
    """`text` as the content of a note, which has no codes: U+FFFD for what XML cannot hold."""
    plain = escape(text, quote=False).replace("\r", "&#13;")
    return _UNSPEAKABLE.sub("\ufffd", plain)


# Reading


class Code(NamedTuple):
    """element: what the file calls it. is_break: the file says that it is a line break."""

    kind: Literal["start", "end", "empty"]
    id: str
    element: str
    is_break: bool = False


Part: TypeAlias = str | Code

_OWN = {
    "start": re.compile(r"[biag]\d+"),
    "end": re.compile(r"[biag]\d+"),
    "empty": re.compile(r"br\d+"),
}
_NOT_IN_NAMES = re.compile(r"[^\w.-]", re.ASCII)
_INDENTED = re.compile(r"\n[ \t\n]*\Z")


def read_inline(parts: Iterable[Part], *, coded: bool) -> str:
    """The text of `parts`: coded text, or plain text, where no code has a place.

    In plain text a line break is a newline; any other code is U+FFFD, which no target may have.
    In coded text, where a newline says nothing, those before a code or at an end are left out
    with their indentation: tools put codes on lines of their own, whatever xml:space says.
    """
    if coded:
        return "".join(
            escape(part, quote=False) if isinstance(part, str) else _tag(part)
            for part in _on_one_line(list(parts))
        )
    return "".join(
        part if isinstance(part, str) else "\n" if part.is_break else "\ufffd" for part in parts
    )


def _on_one_line(parts: list[Part]) -> Iterator[Part]:
    for position, part in enumerate(parts):
        following = parts[position + 1] if position + 1 < len(parts) else None
        if isinstance(part, Code) or isinstance(following, str):
            yield part
        else:
            yield _INDENTED.sub("", part)


def _tag(code: Code) -> str:
    name = code.id
    if not _OWN[code.kind].fullmatch(name):
        name = f"{code.element}.{_NOT_IN_NAMES.sub('_', code.id)}"
    match code.kind:
        case "start":
            return f"<{name}>"
        case "end":
            return f"</{name}>"
        case "empty":
            return f"<{name}/>"
