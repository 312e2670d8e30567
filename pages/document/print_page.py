"""A document as HTML for paper: html_page.py's content, a stylesheet of its own, a footer.

What makes a PDF of it is pages/printing/. It loads nothing but its images, by address.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import segno

from pages.document.branding import Branding
from pages.document.html_blocks import lang_dir
from pages.document.html_page import page_content
from pages.document.html_text import one_line, quoted, safe_address, text, words
from pages.document.labels import Labels
from pages.document.nodes import Document
from pages.document.print_direction import resolve_auto
from pages.document.print_lines import keep_words_whole
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintPage:
    """drawn: images that are no files, by the address that `html` has for them."""

    html: str
    drawn: Mapping[str, bytes]


# No scheme that anything could load.
_QR_ADDRESS = "drawn:qr-code"


def print_page(
    document: Document, labels: Labels, imprint: Imprint, paper: Paper, branding: Branding | None
) -> PrintPage:
    """The page for paper, with a footer on each sheet: title, day of the last review, edition,
    page of pages, and a QR code that leads to the current page.

    branding: what the first sheet is headed with, and who to call on each; None for neither.
    Raises ValueError for an address of another scheme than https, http, mailto and tel.
    """
    head = "\n".join(_head(document, imprint, paper, branding))
    body = resolve_auto("\n".join(_body(document, labels, imprint, branding)))
    html = f"{head}\n{keep_words_whole(body)}\n"
    return PrintPage(html=html, drawn={_QR_ADDRESS: qr_code(document.url)})


def _head(
    document: Document, imprint: Imprint, paper: Paper, branding: Branding | None
) -> Iterator[str]:
    title = quoted(one_line(document.summary.text))
    yield "<!DOCTYPE html>"
    yield f"<html{lang_dir(document.lang, document.dir)}>"
    yield '<head><meta charset="utf-8">'
    yield f"<title>{text(one_line(document.heading.text))}</title>"
    yield f'<meta name="description" content={title}>'
    for name in ("created", "modified"):
        yield f'<meta name="dcterms.{name}" content={quoted(imprint.made_at)}>'
    style = page_style(paper.value, document.dir, lines=3 if branding is None else 4)
    yield f"<style>{style}{PRINT_STYLE}</style></head>"


def _body(
    document: Document, labels: Labels, imprint: Imprint, branding: Branding | None
) -> Iterator[str]:
    yield "<body>"
    yield from _running_footer(document, labels, imprint, branding)
    if branding is not None:
        yield from _letterhead(branding)
    yield from page_content(document, labels, contents=False)
    # In the margin it is no part of what is read aloud (PDF/UA: an artifact), so it stands
    # here too.
    yield f'<p class="imprint">{words(labels.edition)} {_ltr(str(imprint.number))}<br>'
    address = quoted(safe_address(document.url))
    yield f"{words(labels.current_version)} <a href={address}>{_ltr(document.url)}</a></p>"
    yield "</body></html>"


def _letterhead(branding: Branding) -> Iterator[str]:
    """Names and addresses run as their own letters do, whatever the page's language."""
    edge = quoted(f"border-color:{branding.accent}")
    yield f'<div class="letterhead" style={edge}>'
    if logo := branding.logo:
        # Described, for PDF/UA has no picture without words.
        yield f"<p><img src={quoted(safe_address(logo.url))} alt={quoted(branding.name)}></p>"
    lines = [f"<b><bdi>{text(branding.name)}</bdi></b>"]
    lines += [f"<bdi>{text(line)}</bdi>" for line in branding.address.splitlines()]
    if branding.phone:
        lines.append(_phone(branding))
    yield f'<p class="contact">{"<br>".join(lines)}</p></div>'


def _phone(branding: Branding) -> str:
    return (
        f'<a href={quoted(branding.phone_address)}><bdi dir="ltr">{text(branding.phone)}</bdi></a>'
    )


def _running_footer(
    document: Document, labels: Labels, imprint: Imprint, branding: Branding | None
) -> Iterator[str]:
    said = [f"{words(labels.edition)} {_ltr(str(imprint.number))}"]
    if document.last_reviewed:
        said.insert(0, f"{words(labels.last_reviewed)} {_ltr(document.last_reviewed)}")
    title = document.heading
    # Described, though nobody is read what stands in a margin: WeasyPrint asks for it.
    described = quoted(labels.current_version)
    yield f'<div class="running"><img class="qr" src="{_QR_ADDRESS}" alt={described}>'
    yield f'<div class="said"><b{lang_dir(title.lang, title.dir)}>{words(title.text)}</b>'
    yield f"<div>{_dotted(*said)}</div>"
    if branding is not None:
        phone = f'<bdi dir="ltr">{text(branding.phone)}</bdi>' if branding.phone else ""
        yield f"<div>{_dotted(f'<bdi>{text(branding.name)}</bdi>', phone)}</div>"
    yield f"<div>{words(labels.current_version)}</div></div></div>"


def _dotted(*html: str) -> str:
    return " · ".join(f"<span>{part}</span>" for part in html if part)


def qr_code(address: str) -> bytes:
    """PNG, 4 modules of white around (ISO/IEC 18004, 6.3.8), error correction M for fold and
    stain. Drawn once for all sheets."""
    drawn = io.BytesIO()
    # Any: segno's own options of its writer of PNG.
    options: dict[str, Any] = {"kind": "png", "scale": _QR_SCALE, "border": 4}
    segno.make(address, error="m", micro=False).save(drawn, **options)
    return drawn.getvalue()


# Pixels a module: what smooths an enlarged image blurs no more than an eighth of one.
_QR_SCALE = 8


def _ltr(value: str) -> str:
    return f'<bdi dir="ltr">{text(value)}</bdi>'
