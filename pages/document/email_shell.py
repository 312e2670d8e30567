"""The compiled parts of an email, filled in. They come from MJML, which never runs here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pages.document.email_fonts import email_font
from pages.document.nodes import Direction

_PART = re.compile(r"<!--part ([a-z]+)-->")
_SLOT = re.compile(r"\[\[([a-z_]+)\]\]")


@dataclass(frozen=True, slots=True)
class Part:
    """pieces: literals and names of slots in turn, from a literal to a literal."""

    pieces: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """With HTML in its slots. What is filled in is not looked at again, whatever it says.

        Raises KeyError for a slot without a value.
        """
        filled = list(self.pieces)
        filled[1::2] = [values[slot] for slot in self.pieces[1::2]]
        return "".join(filled)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part that is filled in. row: the direction of the section in which it is a row; None
    for what is a section itself."""

    html: str
    row: Direction | None = None

    @property
    def size(self) -> int:
        return len(self.html.encode())


def section(name: str, lang: str, dir: Direction, **values: str) -> Piece:
    """A part that stands by itself. values: HTML by slot."""
    return Piece(_parts(dir)[name].fill({"lang": lang, **_font(lang), **values}))


def panel(content: str, lang: str, dir: Direction, ground: str, edge: str) -> Piece:
    return section("panel", lang, dir, content=content, ground=ground, edge=edge)


def row(name: str, content: str, lang: str, dir: Direction, **values: str) -> Piece:
    return Piece(section(name, lang, dir, content=content, **values).html, dir)


def joined(pieces: Iterable[Piece]) -> str:
    """Neighbours that are rows of the same direction share a section, whose frame is long."""
    parts: list[str] = []
    opened: Direction | None = None
    for piece in (*pieces, Piece("")):
        if piece.row != opened:
            if opened:
                parts.append(_parts(opened)["close"].fill({}))
            if piece.row:
                parts.append(_parts(piece.row)["open"].fill({}))
            opened = piece.row
        parts.append(piece.html)
    return "".join(parts)


@cache
def _parts(dir: Direction) -> Mapping[str, Part]:
    file = resources.files("pages.document") / "email" / f"{dir}.html"
    first, *rest = _PART.split(file.read_text(encoding="utf-8"))
    named = {"start": first, **dict(zip(rest[::2], rest[1::2], strict=True))}
    return {name: Part(tuple(_SLOT.split(html.strip()))) for name, html in named.items()}


def _font(lang: str) -> dict[str, str]:
    font = email_font(lang)
    return {"font": font.families, "leading": font.leading, "breaking": font.breaking}
