"""What a block is in an email: a piece of the shell, filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from pages.document.branding import Branding
from pages.document.email_fonts import email_font
from pages.document.email_inline import LOOKS, inline
from pages.document.email_shell import Piece, panel, row
from pages.document.html_blocks import block_anchor, block_body, lang_dir
from pages.document.html_text import quoted, safe_address, words
from pages.document.labels import Labels
from pages.document.nodes import (
    Block,
    CareCard,
    Checklist,
    Comparison,
    ComparisonOption,
    Cta,
    Direction,
    Document,
    KeyPoints,
    ResultStat,
    Translation,
)
from pages.document.vocabulary import CareLevel

# Ground and edge of what stands out, as in html_style.py.
_WARNING = ("#fdf1f0", "#a3120f")
_QUIET = ("#f4f6f9", "#c9d0da")
_CARE: Mapping[CareLevel, tuple[str, str]] = {
    CareLevel.NON_URGENT: ("#eef4fb", "#0b57a4"),
    CareLevel.URGENT: ("#fff4e8", "#8a4300"),
    CareLevel.EMERGENCY: _WARNING,
}


def block_piece(block: Block, document: Document, labels: Labels, branding: Branding) -> Piece:
    """The whole block. Raises ValueError for an address that is not https, http, mailto, tel."""
    content = _heading(block) + note_html(block.translation, labels, block.dir)
    match block:
        case Cta():
            return _action(block, content, branding)
        case Comparison():
            return _framed(block, content + inline("".join(_comparison(block)), block.dir))
        case _:
            return _framed(block, content + inline(block_body(block, document), block.dir))


def shortened_piece(block: Block, document: Document, labels: Labels) -> Piece:
    """In place of a block that is too long: its heading, and a link to it on the web."""
    address = f"{document.url}#{block_anchor(block)}"
    return _framed(block, _heading(block) + link_html(address, labels.part_on_web, labels, block))


def note_html(translation: Translation, labels: Labels, around: Direction) -> str:
    """Why a part is in another language or not reviewed; "" where neither."""
    notes = "<br>".join(map(words, labels.notes(translation)))
    return in_page_language(inline(notes, labels.dir), "p.note", labels, around) if notes else ""


def link_html(address: str, said: str, labels: Labels, around: Block | Labels) -> str:
    link = f"<a href={quoted(safe_address(address))}>{words(said)}</a>"
    return in_page_language(inline(link, labels.dir), "p", labels, around.dir)


def in_page_language(html: str, look: str, labels: Labels, around: Direction) -> str:
    """A paragraph of the page's own words, in a place whose direction is `around`."""
    font = email_font(labels.lang)
    style = (
        f"{LOOKS[look][1]};font-family:{font.families};line-height:{font.leading};"
        f"word-break:{font.breaking}"
    )
    if labels.dir != around:
        style += f";text-align:{'right' if labels.dir == 'rtl' else 'left'}"
    return f'<p{lang_dir(labels.lang, labels.dir)} style="{style}">{html}</p>'


def _heading(block: Block) -> str:
    said = words(block.label)
    if isinstance(block, CareCard) and block.level_label and block.level_label != block.label:
        # How urgent it is comes before the heading, which the card's items go on with.
        _, ink = _CARE[block.level]
        said = (
            f'<span style="font-size:16px;color:{ink}">{words(block.level_label)}</span><br>{said}'
        )
    return f'<h2 style="{LOOKS["h2"][1]}">{said}</h2>'


def _framed(block: Block, content: str) -> Piece:
    if isinstance(block, CareCard):
        return panel(content, block.lang, block.dir, *_CARE[block.level])
    if block.critical:
        return panel(content, block.lang, block.dir, *_WARNING)
    if isinstance(block, KeyPoints | ResultStat | Checklist):
        return panel(content, block.lang, block.dir, *_QUIET)
    return row("block", content, block.lang, block.dir)


def _action(block: Cta, content: str, branding: Branding) -> Piece:
    """The button that MJML makes works in Outlook too, where a link has no ground."""
    shown = block.target.removeprefix("tel:").removeprefix("mailto:")
    after = f'<p class="small"><bdi dir="ltr">{words(shown)}</bdi></p>'
    if block.disclaimer:
        after += f'<p class="small">{words(block.disclaimer)}</p>'
    address = quoted(safe_address(block.target))[1:-1]
    label = inline(words(block.text), block.dir)
    accents = {"accent": branding.accent, "accent_text": branding.accent_text}
    parts = (
        row("block", content, block.lang, block.dir),
        row("button", label, block.lang, block.dir, href=address, **accents),
        row("block", inline(after, block.dir), block.lang, block.dir),
    )
    return Piece("".join(each.html for each in parts), block.dir)


def _comparison(block: Comparison) -> Iterator[str]:
    """A list for each criterion: a table would be wider than a phone, and no program scrolls
    a part of an email."""
    if block.title and block.title != block.label:
        yield f"<p><strong>{words(block.title)}</strong></p>"
    linked = [option for option in block.options if option.treatment]
    if linked:
        yield f"<ul>{''.join(map(_option, linked))}</ul>"
    names = [option.name for option in block.options]
    for criterion in block.criteria:
        yield f"<h3>{words(criterion.label)}</h3><ul>"
        for name, cell in zip_longest(names, criterion.cells, fillvalue=""):
            yield f"<li><strong>{words(name)}</strong> — <span>{words(cell)}</span></li>"
        yield "</ul>"


def _option(option: ComparisonOption) -> str:
    link = option.treatment
    if link is None:
        return ""
    language = lang_dir(link.lang, link.dir)
    leads = f"<a href={quoted(safe_address(link.url))}{language}>{words(link.heading)}</a>"
    if link.heading == option.name:
        return f"<li>{leads}</li>"
    return f"<li><strong>{words(option.name)}</strong> — {leads}</li>"
