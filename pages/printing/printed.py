"""An edition as PDF: from the store, or printed and stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from pages.blocks.page_labels import page_labels
from pages.document.branding import Branding
from pages.document.json_text import read_document
from pages.document.nodes import Document
from pages.document.print_page import Imprint, Paper, print_page
from pages.printing.fonts_file import FONTS
from pages.printing.images import image_bytes
from pages.printing.pool import Page, print_pool
from pages.printing.store import store, stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Printable:
    """An edition. body: its stored JSON; digest: of it; made_at: when it was appended."""

    language_code: str
    number: int
    digest: str
    made_at: datetime
    body: bytes


def printed(edition: Printable, paper: Paper, branding: Branding | None) -> bytes:
    """The PDF. Raises PrintError."""
    key = print_key(edition, paper, branding)
    pdf = stored(key)
    if pdf is None:
        pdf = print_pool().pdf(page_for(edition, paper, branding))
        store(key, pdf)
    return pdf


def print_key(edition: Printable, paper: Paper, branding: Branding | None) -> str:
    """SHA-256, hexadecimal, of everything that decides the bytes."""
    made_of = (
        edition.language_code,
        edition.number,
        edition.digest,
        _moment(edition.made_at),
        paper.value,
        branding,
        page_labels(edition.language_code),
        _template_digest(),
    )
    return hashlib.sha256(repr(made_of).encode()).hexdigest()


def page_for(edition: Printable, paper: Paper, branding: Branding | None) -> Page:
    """What a worker needs, images included."""
    document = read_document(edition.body)
    imprint = Imprint(number=edition.number, made_at=_moment(edition.made_at))
    return laid_out(document, imprint, paper, branding, print_key(edition, paper, branding))


def laid_out(
    document: Document, imprint: Imprint, paper: Paper, branding: Branding | None, identifier: str
) -> Page:
    """identifier: hexadecimal, of the file. Raises ValueError as print_page does."""
    made = print_page(document, page_labels(document.lang), imprint, paper, branding)
    images = {**image_bytes(document, branding), **made.drawn}
    return Page(made.html, document.lang, identifier, images)


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")


@cache
def _template_digest() -> str:
    """The template's version is its code, the fonts, and the program that lays it out."""
    digest = hashlib.sha256()
    pages = Path(settings.BASE_DIR) / "pages"
    sources = [*(pages / "document").glob("*.py"), *(pages / "printing").glob("*.py")]
    for path in [*sorted(sources), Path(settings.BASE_DIR) / "requirements.txt"]:
        digest.update(path.read_bytes())
    for path in sorted(FONTS.glob("*.ttf")):
        digest.update(f"{path.name} {path.stat().st_size}".encode())
    return digest.hexdigest()
