"""HTML to PDF/UA-1 with WeasyPrint. Runs in the worker process; imports no Django."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache

from PIL import Image
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from pages.printing.fetching import OwnImages
from pages.printing.reading_order import reading_order


def render(html: str, lang: str, identifier: str, images: Mapping[str, bytes]) -> bytes:
    """The PDF: same arguments and fonts, same bytes.

    lang: of the page; identifier: of the file (ISO 32000-1, 14.4), hexadecimal; images: all that
    may be loaded, by address. What is not among them is left out, its alternative text stays.
    """
    ready = {url: embeddable(image) for url, image in images.items()}
    page = HTML(string=html, url_fetcher=OwnImages(ready))
    with reading_order(lang) as finisher:
        pdf: bytes = page.write_pdf(
            finisher=finisher,
            pdf_variant="pdf/ua-1",
            pdf_tags=True,
            pdf_identifier=identifier.encode(),
            font_config=FontConfiguration(),
        )
    return pdf


# Pixels: 250 to the inch, at the 90 mm that images are wide at most (print_style.py).
_WIDEST = 900
# Pixels. What is drawn, such as a logo or a QR code, is small and has edges that JPEG blurs.
_DRAWING = 480 * 480


@lru_cache(maxsize=8)  # the languages of a page have its images in common
def embeddable(image: bytes) -> bytes:
    """`image` in a form that WeasyPrint takes as it is: a photograph as JPEG, for it would make a
    PNG, which takes as long as laying out the page; a small PNG as PNG. What is no image stays as
    it is, and is refused there."""
    try:
        with Image.open(io.BytesIO(image)) as opened:
            made = io.BytesIO()
            if opened.format == "PNG" and opened.width * opened.height <= _DRAWING:
                alike = "RGBA" if opened.has_transparency_data else "RGB"
                opened.convert("L" if opened.mode in ("1", "L") else alike).save(made, "PNG")
            else:
                opened.thumbnail((_WIDEST, 4 * _WIDEST))
                on_white(opened).save(made, "JPEG", quality=88, optimize=True)
    except OSError:
        return image
    return made.getvalue()


def on_white(image: Image.Image) -> Image.Image:
    """Paper is white where an image is transparent."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")
