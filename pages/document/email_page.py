"""A document as the HTML of an email: tables and inline styles, which mail programs understand.

The frame is compiled from MJML (email_shell.py); what a block says is html_blocks.py's, in other
elements (email_inline.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pages.document.branding import Branding, Logo
from pages.document.email_block import (
    block_piece,
    link_html,
    note_html,
    shortened_piece,
)
from pages.document.email_inline import inline
from pages.document.email_shell import Piece, joined, row, section
from pages.document.facts import Part, page_facts
from pages.document.html_blocks import image_html, lang_dir
from pages.document.html_text import one_line, quoted, safe_address, text, words
from pages.document.labels import Labels
from pages.document.nodes import Document, LocalNames, LocalText

# Bytes. Gmail shows about the first 102 KB and hides the rest behind a link.
LARGEST = 100_000
# Pixels: as wide as the email.
PICTURE_WIDTH = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """address: of the From field. unsubscribe_url (https) and unsubscribe_mail (an address):
    how a reader gets no more of these; "" where the site has none."""

    address: str
    unsubscribe_url: str = ""
    unsubscribe_mail: str = ""


def email_page(document: Document, labels: Labels, branding: Branding, sender: Sender) -> str:
    """The email, at most LARGEST bytes where that can be.

    Of a longer page the longest parts are on the web alone; where they were is a link that says
    so, and so does a note at the top. Critical parts always stay whole: where it is too long
    even so, everything stays, and the note says that the end may be hidden.
    Raises ValueError for an address of another scheme than https, http, mailto and tel.
    """
    whole = [block_piece(block, document, labels, branding) for block in document.blocks]

    def page(blocks: Sequence[Piece], note: str = "") -> str:
        head = _head(document, labels, branding, note)
        foot = _foot(document, labels, branding, sender)
        return joined((*head, *blocks, *foot)) + "\n"

    written = page(whole)
    too_much = _size(written) - LARGEST
    if too_much <= 0:
        return written
    too_much += _size(page((), labels.parts_on_web)) - _size(page(()))
    shortened = _shortened(whole, document, labels, too_much)
    written = page(shortened, labels.parts_on_web)
    return written if _size(written) <= LARGEST else page(whole, labels.long_email)


def _shortened(
    pieces: Sequence[Piece], document: Document, labels: Labels, too_much: int
) -> list[Piece]:
    """As few of `pieces` as possible replaced by a link, to save `too_much` bytes."""
    kept = list(pieces)
    for at in sorted(range(len(kept)), key=lambda at: -kept[at].size):
        if too_much > 0 and not document.blocks[at].critical:
            link = shortened_piece(document.blocks[at], document, labels)
            too_much -= kept[at].size - link.size
            kept[at] = link
    return kept


def _size(page: str) -> int:
    return len(page.encode())


def _head(document: Document, labels: Labels, branding: Branding, note: str) -> Iterator[Piece]:
    here = (document.lang, document.dir)
    title = _attribute(document.heading.text)
    yield section("start", *here, title=title, preheader=text(one_line(document.summary.text)))
    if branding.logo:
        yield section("logo", *here, content=_logo(branding.logo))
    name = f'<span dir="auto">{text(branding.name)}</span>'
    accent, accent_text = branding.accent, branding.accent_text
    yield section("brand", *here, content=name, accent=accent, accent_text=accent_text)
    if image := document.image:
        picture = inline(image_html(image, document.lang), document.dir, PICTURE_WIDTH)
        yield section("picture", *here, content=picture)
    long = link_html(document.url, note, labels, labels) if note else ""
    yield row("block", long + "".join(_title(document, labels)), *here)


def _logo(logo: Logo) -> str:
    """Without words: the clinic's name stands below it."""
    style = f"display:block;border:0;width:{logo.width}px;height:{logo.height}px"
    source = quoted(safe_address(logo.url))
    return f'<img src={source} alt="" width="{logo.width}" style="{style}">'


def _attribute(value: str) -> str:
    """Between quotation marks of the shell."""
    return quoted(one_line(value))[1:-1]


def _title(document: Document, labels: Labels) -> Iterator[str]:
    heading, names, summary = document.heading, document.also_called, document.summary
    yield inline(f"<h1{_other(heading, document)}>{words(heading.text)}</h1>", document.dir)
    if names:
        listed = " · ".join(f"<bdi>{words(item)}</bdi>" for item in names.items)
        said = f"<strong>{words(labels.also_called)}</strong> "
        said += f"<span{_other(names, document)}>{listed}</span>"
        yield inline(f'<p class="small">{said}</p>', document.dir)
    said = f'<p class="lead"{_other(summary, document)}>{words(summary.text)}</p>'
    yield inline(said, document.dir)
    translations = [part.translation for part in (heading, names, summary) if part]
    yield from dict.fromkeys(note_html(each, labels, document.dir) for each in translations)


def _foot(
    document: Document, labels: Labels, branding: Branding, sender: Sender
) -> Iterator[Piece]:
    said = [f"<h2>{words(labels.about_this_page)}</h2>"]
    for fact in page_facts(document, labels):
        values = " · ".join(_part(part, document) for part in fact.parts)
        said.append(f"<p><strong>{words(fact.label)}</strong><br>{values}</p>")
    if len(said) == 1:
        said.clear()
    said.append(f"<p>{_link(document.url, words(labels.read_on_web))}</p>")
    reached = [f"<bdi>{words(line)}</bdi>" for line in branding.address.splitlines()]
    if branding.phone:
        shown = f'<bdi dir="ltr">{text(branding.phone)}</bdi>'
        reached.append(_link(branding.phone_address, shown))
    lines = "<br>".join((f"<strong><bdi>{text(branding.name)}</bdi></strong>", *reached))
    said.append(f"<p>{lines}</p>")
    if sender.unsubscribe_url:
        said.append(f"<p>{_link(sender.unsubscribe_url, words(labels.unsubscribe))}</p>")
    content = inline("".join(said), document.dir)
    yield section("foot", document.lang, document.dir, content=content)
    yield section("end", document.lang, document.dir)


def _link(address: str, shown: str) -> str:
    return f"<a href={quoted(safe_address(address))}>{shown}</a>"


def _part(part: Part, document: Document) -> str:
    if part.lang is None:
        return f"<bdi dir={quoted(part.dir)}>{words(part.text)}</bdi>"
    language = "" if part.lang == document.lang else lang_dir(part.lang, part.dir)
    return f"<span{language}>{words(part.text)}</span>"


def _other(part: LocalText | LocalNames, document: Document) -> str:
    """lang and dir where they differ from the page's."""
    return "" if part.lang == document.lang else lang_dir(part.lang, part.dir)
