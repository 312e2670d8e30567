"""Reads PDFs back, with poppler where it is and with the project's judges where they are."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from pages.document.nodes import Document

JUDGES = Path(settings.BASE_DIR).parent / "shared" / "judges"
needs_judges = pytest.mark.skipif(
    not (JUDGES / "tagread.py").exists(), reason=f"needs the judges in {JUDGES.name}/ beside it"
)


@cache
def tagread() -> Any:
    """What a reader that follows the tags gets: a program that knows nothing of ours."""
    spec = importlib.util.spec_from_file_location("tagread", JUDGES / "tagread.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words_of(document: Document) -> str:
    """Everything that the page says, without isolates and the brackets around descriptions."""
    parts = [document.heading.text, document.summary.text]
    parts += [block.fallback_text for block in document.blocks]
    return re.sub(r"[\u2066-\u2069]|^\[|\]$|[()]", " ", "\n".join(parts), flags=re.MULTILINE)


def share_read(pdf: bytes, source: str, folder: Path) -> float:
    """The share of the words of `source` that come back in tag order, 0.0 to 1.0."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    return tagread().words_found(str(path), source)


def text_read(pdf: bytes, folder: Path) -> str:
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    return unicodedata.normalize("NFKC", tagread().read(str(path)))
