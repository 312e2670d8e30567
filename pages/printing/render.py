"""HTML to PDF/UA-1 with WeasyPrint. Runs in the worker process; imports no Django."""

from __future__ import annotations

from collections.abc import Mapping

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from pages.printing.fetching import OwnImages
from pages.printing.reading_order import reading_order


def render(html: str, lang: str, identifier: str, images: Mapping[str, bytes]) -> bytes:
    """The PDF: same arguments and fonts, same bytes.

    lang: of the page; identifier: of the file (ISO 32000-1, 14.4), hexadecimal; images: all that
    may be loaded, by address. What is not among them is left out, its alternative text stays.
    """
    page = HTML(string=html, url_fetcher=OwnImages(images))
    with reading_order(lang) as finisher:
        pdf: bytes = page.write_pdf(
            finisher=finisher,
            pdf_variant="pdf/ua-1",
            pdf_tags=True,
            pdf_identifier=identifier.encode(),
            font_config=FontConfiguration(),
            dpi=200,
            optimize_images=False,
        )
    return pdf
