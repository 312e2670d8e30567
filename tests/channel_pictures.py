"""The pictures of the channels in docs: `python -m tests.channel_pictures URL LOGINS [NAMES]`.

URL: of a site that `make run` serves, with the demo as it is loaded; LOGINS: its
var/demo-logins.txt; NAMES: of pictures, all where there are none. What is asked for is what any
reader and the demo's editor get; the editor's draft is not saved. Look at every picture before
committing it.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import urllib.request
from collections.abc import Collection, Iterable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.pictures import browser

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SLUG = "spinal-mobilization"
GROUND = "#d5dae1"
COLOURS = 128
GAP = 16  # pixels between parts of a picture
# A page for text that has none of its own.
TEXT_STYLE = (
    "margin:0;padding:20px;white-space:pre-wrap;unicode-bidi:{bidi};text-align:start;"
    'font:14px/1.7 "Noto Sans","Noto Sans Arabic","Noto Nastaliq Urdu",monospace;color:#1b1f24'
)


class Site:
    """The site in a browser. Any: Playwright's own types are not the project's."""

    def __init__(self, url: str, chromium: Any) -> None:
        self.url = url.rstrip("/")
        self.chromium = chromium

    def get(self, code: str, suffix: str) -> bytes:
        address = f"{self.url}/api/v1/{code}/treatments/{SLUG}{suffix}"
        with urllib.request.urlopen(address) as answer:  # noqa: S310  whom the developer named
            body: bytes = answer.read()
            return body

    def shot(self, width: int, height: int, html: str = "", address: str = "") -> Image.Image:
        page = self.chromium.new_page(viewport={"width": width, "height": height})
        if address:
            page.goto(self.url + address)
        else:
            page.set_content(html)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        taken = Image.open(io.BytesIO(page.screenshot()))
        page.close()
        return taken

    def text(self, text: str, bidi: str) -> Image.Image:
        """bidi: "plaintext" where each paragraph runs as its first letter does, or "normal"."""
        style = escape(TEXT_STYLE.format(bidi=bidi))
        return self.shot(560, 720, f'<pre style="{style}">{escape(text)}</pre>')


def side_by_side(pictures: Iterable[Image.Image], edge: int = 0) -> Image.Image:
    parts = list(pictures)
    width = sum(each.width for each in parts) + GAP * (len(parts) - 1) + 2 * edge
    whole = Image.new("RGB", (width, max(each.height for each in parts) + 2 * edge), GROUND)
    left = edge
    for each in parts:
        whole.paste(each, (left, edge))
        left += each.width + GAP
    return whole


def sheet(pdf: bytes, number: int) -> Image.Image:
    command = ["pdftoppm", "-r", "64", "-f", str(number), "-l", str(number), "-png", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(drawn.stdout))


def emails(site: Site) -> Image.Image:
    return side_by_side(
        site.shot(360, 900, site.get(code, ".email").decode()) for code in ("en", "ar", "ur", "ko")
    )


def prints(site: Site) -> Image.Image:
    wanted = (("ur", 1), ("en", 1), ("ar", 5))
    return side_by_side((sheet(site.get(code, ".pdf"), at) for code, at in wanted), edge=GAP)


def html_page(site: Site) -> Image.Image:
    address = f"/api/v1/ar/treatments/{SLUG}.html"
    return side_by_side(site.shot(width, 800, address=address) for width in (375, 1149))


def plain_text(site: Site) -> Image.Image:
    texts = (site.get(code, ".txt?width=60").decode() for code in ("en", "ar"))
    return side_by_side(site.text(text, "plaintext") for text in texts)


def app_json(site: Site) -> Image.Image:
    """The beginning of the document, and the block that says who must not have the treatment."""
    whole = json.loads(site.get("ar", ".json"))
    critical = next(block for block in whole["blocks"] if block["type"] == "contraindications")
    texts = (json.dumps(each, indent=2, ensure_ascii=False) for each in (whole, critical))
    return side_by_side(site.text(text, "normal") for text in texts)


def preview_modes(site: Site, logins: Path) -> Image.Image:
    """The draft with another heading and another first block, which Urdu has no words for yet."""
    words = (line.split() for line in logins.read_text(encoding="utf-8").splitlines())
    password = next(line[1] for line in words if line[:1] == ["editor"])
    page = site.chromium.new_page(viewport={"width": 1300, "height": 950})
    page.goto(f"{site.url}/admin/login/")
    page.fill("[name=username]", "editor")
    page.fill("[name=password]", password)
    page.click("form button[type=submit]")
    page.goto(f"{site.url}/admin/pages/search/?q={SLUG.replace('-', '+')}")
    page.locator("a[href$='/edit/']", has_text="Spinal mobilization").first.click()
    page.get_by_role("button", name="Toggle preview").click()
    frame = page.frame_locator("#w-preview-iframe")
    frame.locator("[data-language=ur]").click()
    frame.locator("html[lang=ur]").wait_for()
    for field, said in (
        ("[name=heading_en]", "Spinal mobilization (by hand)"),
        ("[name=body-0-value-text]", "A gentle hands-on treatment that eases a stiff spine."),
    ):
        page.fill(field, "")
        page.locator(field).press_sequentially(said, delay=60)
    frame.get_by_text("2 out of date").wait_for()
    shots = []
    for mode in ("App", "Email", "Print", "Text"):
        chooser = page.get_by_label("Preview mode")
        if mode == "Print":
            with page.expect_response(lambda answer: "mode=pdf" in answer.url, timeout=90_000):
                chooser.select_option(label=mode)
        else:
            chooser.select_option(label=mode)
        frame.locator(f".preview--{mode.lower()}").wait_for()
        page.wait_for_timeout(4000)  # the browser's viewer of PDFs does not say when it is done
        panel = page.locator(".w-preview").bounding_box()
        left = int(panel["x"]) - GAP
        shot = Image.open(io.BytesIO(page.screenshot()))
        shots.append(shot.crop((left, 0, 1300, 950)))
    page.close()
    return side_by_side(shots)


def main(url: str, logins: Path, names: Collection[str]) -> None:
    with sync_playwright() as started:
        arguments = ["--no-sandbox", "--disable-gpu"]
        chromium = started.chromium.launch(executable_path=browser(), args=arguments)
        site = Site(url, chromium)
        drawings = {
            "emails": emails,
            "print": prints,
            "html-page": html_page,
            "plain-text": plain_text,
            "app-json": app_json,
            "preview-modes": partial(preview_modes, logins=logins),
        }
        for name in names or drawings:
            few = drawings[name](site).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(IMAGES / f"{name}.png", optimize=True)
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
