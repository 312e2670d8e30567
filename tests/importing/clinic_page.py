"""One clinic's page in the other formats: the outline of the text file, written out again."""

from __future__ import annotations

import io
from html import escape

from django.conf import settings
from docx import Document

from pages.importing.outline import Bullets, Heading, Item, Paragraph, plain
from pages.importing.text_reader import read_text

EXAMPLES = settings.BASE_DIR / "examples" / "import"
TEXT = EXAMPLES / "trigger-point-injection.txt"


def _parts() -> list[Heading | Paragraph | Bullets]:
    return [
        part
        for part in read_text(TEXT.read_bytes()).parts
        if isinstance(part, (Heading, Paragraph, Bullets))
    ]


def as_markdown() -> bytes:
    lines: list[str] = []
    for part in _parts():
        match part:
            case Heading(level, runs):
                lines += [f"{'#' * level} {plain(runs)}", ""]
            case Paragraph(runs):
                lines += [plain(runs).replace("\n", "  \n"), ""]
            case Bullets(ordered, items):
                lines += [f"{'1.' if ordered else '-'} {plain(item.runs)}" for item in items]
                lines.append("")
    return "\n".join(lines).encode()


def as_html() -> bytes:
    lines: list[str] = []
    for part in _parts():
        match part:
            case Heading(level, runs):
                lines.append(f"<h{level}>{escape(plain(runs))}</h{level}>")
            case Paragraph(runs):
                lines.append(f"<p>{escape(plain(runs))}</p>")
            case Bullets(ordered, items):
                tag = "ol" if ordered else "ul"
                lines.append(f"<{tag}>{''.join(map(_html_item, items))}</{tag}>")
    return f"<!DOCTYPE html><body>{''.join(lines)}</body>".encode()


def _html_item(item: Item) -> str:
    return f"<li>{escape(plain(item.runs))}</li>"


def as_word() -> bytes:
    document = Document()
    for part in _parts():
        match part:
            case Heading(1, runs):
                document.add_heading(plain(runs), level=0)
            case Heading(level, runs):
                document.add_heading(plain(runs), level=level)
            case Paragraph(runs):
                document.add_paragraph(plain(runs))
            case Bullets(ordered, items):
                for item in items:
                    style = "List Number" if ordered else "List Bullet"
                    document.add_paragraph(plain(item.runs), style=style)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
