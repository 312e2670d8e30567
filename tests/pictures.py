"""The golden documents as readers see them: `python -m tests.pictures [FOLDER]`.

Draws tests/golden/pictures anew where no FOLDER is given. Look at every picture before committing
it: no test sees a line that is cut through, or a letter that stands where it should not.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from PIL import Image, ImageChops

from tests.writers.golden import BRANDING, GOLDEN, documents

PICTURES = GOLDEN / "pictures"
# Left to right and right to left, and each script and style that the demo is written in.
SHOWN: Mapping[str, str] = {
    "en": "every-block-en",
    "es": "physical-therapy-es",
    "ar": "every-block-ar",
    "ur": "every-block-ur",
    "bn": "spinal-mobilization-bn",
    "zh-hans": "every-block-zh-hans",
    "ko": "spinal-mobilization-ko",
}
# Of an email: 600 pixels and the ground at both sides; enough for a picture, a list and a table.
WIDTH, HEIGHT = 640, 2400
DOTS_PER_INCH = 70
COLOURS = 32
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# What emails name in pages/document/email_fonts.py and Debian has. PDFs bring their own.
FONTS = (
    "Liberation Sans",
    "Noto Sans Arabic",
    "Noto Nastaliq Urdu",
    "Noto Sans Bengali",
    "Noto Sans CJK SC",
    "Noto Sans CJK KR",
)


def browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def missing_for_emails() -> list[str]:
    """Programs and fonts that pictures of emails need, and this machine has not."""
    if browser() is None:
        return ["chromium"]
    if shutil.which("fc-list") is None:
        return ["fc-list"]
    have = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True)
    families = {name for line in have.stdout.splitlines() for name in line.split(",")}
    return [name for name in FONTS if name not in families]


def missing_for_prints() -> list[str]:
    """Programs and libraries that pictures of print need, and this machine has not."""
    from tests.printing.pango import MISSING

    return [*MISSING, *(["pdftoppm"] if shutil.which("pdftoppm") is None else [])]


def email_pictures() -> Iterator[tuple[str, Image.Image]]:
    """(name, picture) of the upper 2400 pixels of each email; images of the page are grey."""
    from playwright.sync_api import sync_playwright

    from pages.blocks.page_labels import page_labels
    from pages.document.email_page import Sender, email_page

    sender = Sender(address="clinic@example.org", unsubscribe_url="https://example.org/stop")
    grey = io.BytesIO()
    Image.new("RGB", (40, 30), "#888").save(grey, "PNG")
    with sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        # Nothing leaves this machine, and no picture depends on what a server has.
        page.route(
            "**/*", lambda route: route.fulfill(body=grey.getvalue(), content_type="image/png")
        )
        for code, name in SHOWN.items():
            document = documents()[name]
            page.set_content(email_page(document, page_labels(code), BRANDING, sender))
            page.evaluate("document.fonts.ready")
            yield f"email-{code}", Image.open(io.BytesIO(page.screenshot()))
        chromium.close()


def print_pictures(codes: Iterable[str] = tuple(SHOWN)) -> Iterator[tuple[str, Image.Image]]:
    """(name, picture) of the first sheet of each PDF in the languages of `codes`."""
    from tests.printing.golden_pages import golden_pdfs

    names = {SHOWN[code]: code for code in codes}
    for name, pdf in golden_pdfs(names):
        yield f"print-{names[name]}", first_sheet(pdf)


def first_sheet(pdf: bytes) -> Image.Image:
    drawn = subprocess.run(
        ["pdftoppm", "-r", str(DOTS_PER_INCH), "-f", "1", "-l", "1", "-png", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return Image.open(io.BytesIO(drawn.stdout))


def share_that_differs(one: Image.Image, other: Image.Image) -> float:
    """The share of fields of 4 x 4 pixels, 0.0 to 1.0, whose mean grey differs by more than 32 of
    256: another smoothing of the same letters is below that, a letter elsewhere above."""
    smaller = [each.convert("L").reduce(4) for each in (one, other)]
    histogram = ImageChops.difference(*smaller).histogram()
    return sum(histogram[33:]) / sum(histogram)


def main(folder: Path) -> None:
    import django

    django.setup()
    folder.mkdir(parents=True, exist_ok=True)
    for missing, draw in (
        (missing_for_emails(), email_pictures),
        (missing_for_prints(), print_pictures),
    ):
        if missing:
            print(f"SKIPPED {draw.__name__}: needs {', '.join(missing)}")
            continue
        for name, picture in draw():
            few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
