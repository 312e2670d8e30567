"""The golden documents as PDFs: `python -m tests.printing.golden_pages FOLDER`."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from tests.printing.pango import HAS_PANGO, MISSING


def golden_pdfs() -> Iterator[tuple[str, bytes]]:
    """(name, PDF) of each golden document; its images are grey."""
    from pages.blocks.page_labels import page_labels
    from pages.document.images import document_images
    from pages.document.print_page import Imprint, Paper, print_page
    from pages.printing.pool import Page, print_pool
    from tests.writers.golden import documents

    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "#888").save(drawn, "PNG")
    for name, document in documents().items():
        imprint = Imprint(number=1, made_at="2026-11-25T00:00:00Z")
        html = print_page(document, page_labels(document.lang), imprint, Paper.A4)
        images = {image.url: drawn.getvalue() for image in document_images(document)}
        yield name, print_pool().pdf(Page(html, document.lang, "00" * 32, images))


def main(folder: Path) -> None:
    import django

    django.setup()
    for name, pdf in golden_pdfs():
        (folder / f"{name}.pdf").write_bytes(pdf)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    if HAS_PANGO:
        main(Path(sys.argv[1]))
    else:
        print(f"SKIPPED: needs {', '.join(MISSING)}")
