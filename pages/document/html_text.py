"""Text, attributes and addresses in HTML, serialised as browsers do (HTML standard, 13.3)."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from pages.document.bidi import FSI, LRI, PDI

SCHEMES = frozenset({"https", "http", "mailto", "tel"})
_RLI = "\u2067"
_ISOLATE = re.compile("([\u2066-\u2069])")
_OPENING = {LRI: '<bdi dir="ltr">', _RLI: '<bdi dir="rtl">', FSI: "<bdi>"}


def text(value: str) -> str:
    # A browser writes a no-break space as &nbsp; (HTML standard, 13.3, "escaping a string").
    return escape(value, quote=False).replace("\u00a0", "&nbsp;")


def quoted(value: str) -> str:
    """`value` as an attribute's value, quotation marks included."""
    return '"' + text(value).replace('"', "&quot;") + '"'


def one_line(value: str) -> str:
    """`value` where a line break has no meaning: titles and attributes."""
    return value.replace("\n", " ")


def safe_address(href: str) -> str:
    """`href` itself. Raises ValueError unless it is https, http, mailto or tel."""
    if urlsplit(href).scheme not in SCHEMES:
        allowed = ", ".join(sorted(SCHEMES))
        raise ValueError(f"A link leads to {href!r}. Allowed schemes: {allowed}.")
    return href


def words(value: str) -> str:
    """A plain text in HTML: islands (U+2066 to U+2069) as bdi, line breaks as br.

    An island that is still open at the end ends there, as it would with its paragraph.
    """
    if not _ISOLATE.search(value):
        return text(value).replace("\n", "<br>")
    parts: list[str] = []
    depth = 0
    for piece in _ISOLATE.split(value):
        if piece == PDI:
            parts.append("</bdi>" if depth else "")
            depth = max(0, depth - 1)
        elif piece in _OPENING:
            parts.append(_OPENING[piece])
            depth += 1
        else:
            parts.append(text(piece).replace("\n", "<br>"))
    return "".join(parts) + "</bdi>" * depth
