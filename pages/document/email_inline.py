"""HTML of this package in what mail programs keep: few elements, and looks in each of them.

Gmail, Outlook and Yahoo drop <bdi> and its meaning with it (caniemail.com, html-bdi): a phone
number in Arabic would be shown backwards. A span with dir is kept by all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pages.document.email_fonts import LATIN, email_font
from pages.document.nodes import Direction

IMAGE_WIDTH = 520  # pixels: as wide as a block's words
_SMALL = "margin:0 0 10px;font-size:15px;color:#4a5362"
_PARAGRAPH = "margin:0 0 10px"

# By element, and by element and class: what it becomes, and how it looks. Contrast on every
# ground of an email is at least 4.5:1.
LOOKS: Mapping[str, tuple[str, str]] = {
    "p": ("p", _PARAGRAPH),
    "p.lead": ("p", f"{_PARAGRAPH};font-size:18px"),
    "p.small": ("p", _SMALL),
    "p.said": ("p", _SMALL),
    "p.cited": ("p", _SMALL),
    "p.transcript": ("p", _SMALL),
    "p.result": ("p", f"{_PARAGRAPH};font-size:20px;font-weight:bold"),
    "p.action-line": ("p", f"{_PARAGRAPH};font-size:20px;font-weight:bold"),
    "p.note": ("p", "margin:0 0 10px;padding:6px 10px;background:#fff7e2;color:#6b4300"),
    "h1": ("h1", "margin:0 0 8px;font-size:26px;line-height:inherit"),
    "h2": ("h2", "margin:0 0 8px;font-size:20px;line-height:inherit"),
    "h3": ("h3", "margin:12px 0 4px;font-size:17px;line-height:inherit"),
    "ul": ("ul", "margin:0 0 10px;padding:0 {right} 0 {left}"),
    "ul.boxes": ("ul", "margin:0 0 10px;padding:0 {right} 0 {left}"),
    "ol": ("ol", "margin:0 0 10px;padding:0 {right} 0 {left}"),
    "li": ("li", "margin:0 0 6px"),
    "a": ("a", "color:#0b57a4;text-decoration:underline"),
    "strong": ("strong", ""),
    "strong.absolute": ("strong", "color:#a3120f"),
    "strong.relative": ("strong", ""),
    "em": ("em", ""),
    "cite": ("em", ""),
    "data": ("span", ""),
    "span": ("span", ""),
    "bdi": ("span", ""),
    "bdi.whole": ("span", ""),
    "br": ("br", ""),
    "div": ("div", ""),
    "div.do": ("div", ""),
    "div.dont": ("div", ""),
    "figure": ("div", "margin:0 0 12px"),
    "figcaption": ("p", _SMALL),
    "dl.terms": ("div", "margin:0 0 10px;font-size:15px"),
    "dt": ("p", "margin:0;font-weight:bold"),
    "dd": ("p", "margin:0 0 6px"),
    "img": ("img", "display:block;width:100%;max-width:{width}px;height:auto;border:0"),
}
# What names its own language or leads somewhere stays; what only a browser has goes.
_KEPT = ("lang", "dir", "href", "src", "alt")
_ISOLATED = frozenset({"span", "data", "bdi", "cite"})

# In an attribute's value, html_text.py writes > as a reference: a tag ends at the next >.
_TAG = re.compile(r"<(/?)([a-z0-9]+)((?: [^>]*)?)>")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
# A place of the same page, to which many programs do not go.
_INSIDE = re.compile(r'<a href="#[^"]*"([^>]*)>(.*?)</a>', re.DOTALL)


def inline(html: str, dir: Direction, width: int = IMAGE_WIDTH) -> str:
    """`html` of html_blocks.py or html_text.py for a place whose direction is `dir`. width: in
    pixels, of the widest image.

    Raises KeyError for an element or a class of it without a look.
    """
    sides = {"right": "0", "left": "24px"} if dir == "ltr" else {"right": "24px", "left": "0"}
    return _TAG.sub(
        lambda tag: _tag(tag, dir, sides, width), _INSIDE.sub(r"<span\1>\2</span>", html)
    )


def _tag(tag: re.Match[str], dir: Direction, sides: Mapping[str, str], width: int) -> str:
    closing, name, rest = tag.groups()
    if closing:
        return f"</{_renamed(name)}>"
    given = dict(_ATTRIBUTE.findall(rest)) if rest else {}
    element, look = LOOKS[f"{name}.{given['class']}" if "class" in given else name]
    kept = {attribute: given[attribute] for attribute in _KEPT if attribute in given}
    if name in _ISOLATED and "dir" not in kept:
        # The element isolates its words only by a dir of its own (UAX #9, HL3).
        kept["dir"] = "auto" if name == "bdi" else dir
    if name == "img":
        kept["width"] = str(min(width, int(given["width"])))
    if "{" in look:
        look = look.format(**sides, width=kept.get("width"))
    looks = (look, _own_font(element, kept, dir), _breaking(name, given))
    if style := ";".join(filter(None, looks)):
        kept["style"] = style
    attributes = "".join(f' {key}="{value}"' for key, value in kept.items())
    return f"<{element}{attributes}>"


def _own_font(element: str, kept: Mapping[str, str], dir: Direction) -> str:
    """Of another language, and of a number in right-to-left text: the font around it may have
    other letters for it, as Urdu's has for Latin ones. An image's language is its description's."""
    if element == "img":
        return ""
    if "lang" in kept:
        font = email_font(kept["lang"])
        leading = f";line-height:{font.leading}" if element in _LINES else ""
        return f"font-family:{font.families}{leading}"
    if dir == "rtl" and kept.get("dir") == "ltr":
        return f"font-family:{LATIN.families}"
    return ""


def _breaking(name: str, given: Mapping[str, str]) -> str:
    """An address is wider than a phone, and has no space to break at where words are kept whole."""
    address = name == "bdi" and given.get("dir") == "ltr" and "class" not in given
    return "word-break:break-word" if address else ""


_LINES = frozenset({"p", "h1", "div"})


def _renamed(name: str) -> str:
    return _CLOSING.get(name, name)


_CLOSING = {
    name.partition(".")[0]: element for name, (element, _) in LOOKS.items() if "." not in name
} | {"dl": "div"}
