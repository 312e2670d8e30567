"""Which reader reads a file: by the ending of its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from pages.importing.html_reader import read_html
from pages.importing.markdown_reader import read_markdown
from pages.importing.outline import Outline
from pages.importing.refusal import MAX_BYTES, MAX_WORDS, ImportRefused
from pages.importing.text_reader import read_text
from pages.importing.word_reader import read_word
from pages.importing.xml_reader import read_xml

READERS: dict[str, Callable[[bytes], Outline]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".docx": read_word,
    ".txt": read_text,
    ".xml": read_xml,
}


def read_outline(data: bytes, name: str) -> Outline:
    """Raises ImportRefused: unknown ending, too large, hostile, or without a word."""
    suffix = PurePath(name).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        raise ImportRefused(
            f"{name}: {suffix or 'no ending'} is not read. Allowed: {', '.join(READERS)}."
        )
    if len(data) > MAX_BYTES:
        raise ImportRefused(
            f"{name} has {len(data):,} bytes. Allowed: {MAX_BYTES:,} ({MAX_BYTES >> 20} MB)."
        )
    outline = reader(data)
    if not outline.words:
        raise ImportRefused(f"{name} has no words.")
    if outline.words.total() > MAX_WORDS:
        raise ImportRefused(
            f"{name} has {outline.words.total():,} words. Allowed on one page: {MAX_WORDS:,}."
        )
    return outline
