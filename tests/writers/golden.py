"""Before and after: documents as they are stored, and what each writer makes of them.

UPDATE_GOLDEN=1 pytest tests/writers/test_golden.py writes them again; read the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import orjson

from pages.document.branding import Branding, Logo
from pages.document.html_page import html_page
from pages.document.json_ld import json_ld
from pages.document.json_text import read_document
from pages.document.labels import Labels
from pages.document.markdown import markdown_page
from pages.document.nodes import Document
from pages.document.text_page import text_page

# Whose emails and sheets they are.
BRANDING = Branding(
    name="Harbor & Sons Spine Clinic",
    logo=Logo(url="https://clinic.example.org/logo.png", width=120, height=40),
    accent="#0b5d57",
    accent_text="#ffffff",
    address="12 Harbor Street\nBrooklyn, NY 11201",
    phone="+1 (212) 555-0100",
)
GOLDEN = Path(__file__).parents[1] / "golden"


def _indented_json_ld(document: Document, labels: Labels) -> str:
    """One property a line, for people to read; test_golden.py looks at the bytes themselves."""
    return orjson.dumps(orjson.loads(json_ld(document)), option=orjson.OPT_INDENT_2).decode() + "\n"


WRITERS: Mapping[str, Callable[[Document, Labels], str]] = {
    "html": html_page,
    "txt": text_page,
    "md": markdown_page,
    "jsonld": _indented_json_ld,
}


def documents() -> dict[str, Document]:
    files = sorted((GOLDEN / "documents").glob("*.json"))
    return {file.stem: read_document(file.read_bytes()) for file in files}


def outputs(name: str, document: Document, labels: Labels) -> Iterator[tuple[Path, str]]:
    for suffix, write in WRITERS.items():
        yield GOLDEN / suffix / f"{name}.{suffix}", write(document, labels)
