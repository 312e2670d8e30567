"""The golden documents as PDFs: `python -m tests.printing.golden_pages FOLDER`."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Container, Iterator
from pathlib import Path

from PIL import Image

from tests.printing.pango import HAS_PANGO, MISSING


def golden_pdfs(wanted: Container[str] | None = None) -> Iterator[tuple[str, bytes]]:
    """(name, PDF) of each golden document, or of those `wanted` by name; its images are grey."""
    from pages.blocks.page_labels import page_labels
    from pages.document.images import document_images
    from pages.document.print_page import Imprint, Paper, print_page
    from pages.printing.pool import Page, print_pool
    from tests.writers.golden import BRANDING, documents

    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "#888").save(drawn, "PNG")
    imprint = Imprint(number=1, made_at="2026-11-25T00:00:00Z")
    for name, document in documents().items():
        if wanted is not None and name not in wanted:
            continue
        # One as a clinic prints it that has said nothing of itself.
        branding = None if name == "physical-therapy-es" else BRANDING
        made = print_page(document, page_labels(document.lang), imprint, Paper.A4, branding)
        addresses = [image.url for image in document_images(document)]
        images = dict.fromkeys([*addresses, BRANDING.logo.url], drawn.getvalue())
        page = Page(made.html, document.lang, "00" * 32, {**images, **made.drawn})
        yield name, print_pool().pdf(page)


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
