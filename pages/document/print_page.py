"""A document as HTML for paper: html_page.py's content, a stylesheet of its own, a footer.

What makes a PDF of it is pages/printing/. It loads nothing but its images, by address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import segno

from pages.document.html_blocks import lang_dir
from pages.document.html_page import page_content
from pages.document.html_text import one_line, quoted, safe_address, text, words
from pages.document.labels import Labels
from pages.document.nodes import Document
from pages.document.print_direction import resolve_auto
from pages.document.print_style import PRINT_STYLE, page_style


class Paper(StrEnum):
    """Its value is what CSS calls the size (CSS Paged Media, 7.1)."""

    A4 = "A4"
    LETTER = "Letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """Which edition is on paper. number: 1, 2, 3... per page and language; made_at: ISO 8601, of
    the edition and not of the print, so that the same edition is the same bytes."""

    number: int
    made_at: str


def print_page(document: Document, labels: Labels, imprint: Imprint, paper: Paper) -> str:
    """The page for paper, with a footer on each sheet: title, day of the last review, edition,
    page of pages, and a QR code that leads to the current page.

    Raises ValueError for an address of another scheme than https, http, mailto and tel.
    """
    return resolve_auto("\n".join(_page(document, labels, imprint, paper))) + "\n"


def _page(document: Document, labels: Labels, imprint: Imprint, paper: Paper) -> Iterator[str]:
    title = quoted(one_line(document.summary.text))
    yield "<!DOCTYPE html>"
    yield f"<html{lang_dir(document.lang, document.dir)}>"
    yield '<head><meta charset="utf-8">'
    yield f"<title>{text(one_line(document.heading.text))}</title>"
    yield f'<meta name="description" content={title}>'
    for name in ("created", "modified"):
        yield f'<meta name="dcterms.{name}" content={quoted(imprint.made_at)}>'
    yield f"<style>{page_style(paper.value, document.dir)}{PRINT_STYLE}</style></head>"
    yield "<body>"
    yield from _running_footer(document, labels, imprint)
    yield from page_content(document, labels)
    # In the margin it is no part of what is read aloud (PDF/UA: an artifact), so it stands
    # here too.
    yield f'<p class="imprint">{words(labels.edition)} {_ltr(str(imprint.number))}<br>'
    address = quoted(safe_address(document.url))
    yield f"{words(labels.current_version)} <a href={address}>{_ltr(document.url)}</a></p>"
    yield "</body></html>"


def _running_footer(document: Document, labels: Labels, imprint: Imprint) -> Iterator[str]:
    said = [f"{words(labels.edition)} {_ltr(str(imprint.number))}"]
    if document.last_reviewed:
        said.insert(0, f"{words(labels.last_reviewed)} {_ltr(document.last_reviewed)}")
    title = document.heading
    yield '<div class="running"><div class="qr">'
    yield qr_code(document.url)
    yield f'</div><div class="said"><b{lang_dir(title.lang, title.dir)}>{words(title.text)}</b>'
    yield f"<br>{' · '.join(f'<span>{part}</span>' for part in said)}"
    yield f"<br>{words(labels.current_version)}</div></div>"


def qr_code(address: str) -> str:
    """SVG, 4 modules of white around (ISO/IEC 18004, 6.3.8), error correction M for fold and
    stain."""
    made = segno.make(address, error="m", micro=False)
    return str(made.svg_inline(scale=1, border=4, omitsize=True, light="#fff", svgclass=None))


def _ltr(value: str) -> str:
    return f'<bdi dir="ltr">{text(value)}</bdi>'
