"""Words on the screen: coded text with its tags visible, and what changed between two texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from html import unescape

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_TAG = re.compile(r"(</?[a-z]+\d+/?>)")
_WORD = re.compile(r"</?[a-z]+\d+/?>|&\w+;|\s+|\w+|[^\w\s]")
_FORMATS = {"b": "b", "i": "i", "a": "u", "g": "u"}


def coded_html(text: str, *, coded: bool) -> SafeString:
    """`text` to be read: numbered tags as chips, and what they do to the words between them."""
    if not coded:
        return format_html("{}", text)
    return format_html_join("", "{}", ((_piece(piece),) for piece in _TAG.split(text)))


def _piece(piece: str) -> SafeString:
    if not _TAG.fullmatch(piece):
        return format_html("{}", unescape(piece))
    chip = format_html('<code class="workspace-tag">{}</code>', piece)
    name = piece.strip("</>").rstrip("0123456789")
    if name == "br":
        return format_html("{}<br>", chip)
    element = _FORMATS[name]
    if piece.startswith("</"):
        return format_html("</{}>{}", element, chip)
    return format_html("{}<{}>", chip, element)


def inline_tags(coded: str) -> Sequence[str]:
    """What a click inserts: `<b1></b1>` for a pair, `<br2/>` for a break; in source order."""
    tags = []
    for tag in _TAG.findall(coded):
        if tag.endswith("/>"):
            tags.append(tag)
        elif not tag.startswith("</"):
            tags.append(f"{tag}</{tag[1:]}")
    return tuple(tags)


def changed_words(before: str, after: str, *, coded: bool = False) -> SafeString:
    """`after` with the words that were not in `before` as <ins>, and those gone as <del>."""
    old, new = ([_shown(word, coded) for word in _WORD.findall(text)] for text in (before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    parts: list[SafeString] = []
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if operation == "equal":
            parts.append(format_html("{}", come))
            continue
        if gone:
            parts.append(format_html("<del>{}</del>", gone))
        if come:
            parts.append(format_html("<ins>{}</ins>", come))
    return format_html_join("", "{}", ((part,) for part in parts))


def _shown(word: str, coded: bool) -> str:
    return unescape(word) if coded else word
