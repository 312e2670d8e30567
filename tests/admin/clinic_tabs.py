"""What people of a clinic do with the leaflet in a browser: clicks and keys, nothing else."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.urls import reverse

from pages.languages import get_language
from tests.catalog.leaflet import CHANGES

# Just before the end of a number, in the sentence of an editor that begins so.
_WHERE = """([start, number]) => {
    const blocks = document.querySelectorAll(".public-DraftEditor-content [data-block]");
    for (const block of blocks) {
        if (!block.textContent.startsWith(start)) continue;
        const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode()); ) {
            const found = node.data.match(new RegExp(`(?<![\\\\d.])${number}(?![\\\\d.])`));
            if (!found) continue;
            const range = document.createRange();
            range.setStart(node, found.index);
            range.setEnd(node, found.index + number.length);
            block.scrollIntoView({ block: "center", behavior: "instant" });
            const box = range.getBoundingClientRect();
            return [box.right - 1, box.y + box.height / 2];
        }
    }
    return null;
}"""

# A plain field that begins so.
_FIELD = """(start) => [...document.querySelectorAll("#tab-content :is([type=text], textarea)")]
    .find((field) => field.value.startsWith(start))"""


class Tabs:
    """Everybody in a tab of their own, signed in. tabs: by the name of the person."""

    def __init__(self, site: str, tabs: Mapping[str, Any], page_id: int, folder: Path) -> None:
        self.site, self.tabs, self.page_id, self.folder = site, tabs, page_id, folder

    def open(self, who: str, name: str, *arguments: Any, query: str = "") -> Any:
        tab = self.tabs[who]
        tab.goto(f"{self.site}{reverse(name, args=arguments)}{query}")
        return tab

    # The editor

    def edit_ten_sentences(self) -> None:
        """A click behind each number, which is deleted and typed anew; then published."""
        tab = self.open("editor", "wagtailadmin_pages:edit", self.page_id)
        tab.wait_for_load_state("networkidle")
        for start, numbers in CHANGES.items():
            field = tab.evaluate_handle(_FIELD, start).as_element()
            # Backwards, so that no number is taken that was typed just now.
            for old, new in reversed(numbers.items()):
                if field:
                    field.fill(re.sub(rf"\b{old}\b", new, field.input_value()))
                    continue
                where = tab.evaluate(_WHERE, [start, old])
                assert where, (start, old)
                tab.mouse.click(*where)
                tab.wait_for_timeout(800)  # as people do; Draftail learns late where the caret is
                for _ in old:
                    tab.keyboard.press("Backspace", delay=20)
                tab.keyboard.type(new, delay=20)
                start = start.replace(old, new)
        # Draftail writes to its form field a moment later than to the screen.
        tab.wait_for_function(
            "[...document.querySelectorAll('input[type=hidden]')]"
            ".some((field) => field.value.includes('Version 4 ['))"
        )
        tab.get_by_role("button", name="More actions").click()
        tab.get_by_role("button", name="Publish", exact=True).click()
        tab.get_by_text("has been updated and published").or_(
            tab.get_by_text("published", exact=False)
        ).first.wait_for()

    # The coordinator

    def hand_out(
        self, codes: Sequence[str], file_format: str, states: Sequence[str]
    ) -> dict[str, Path]:
        """The downloaded file of each language."""
        tab = self.open("coordinator", "handoff_export")
        wanted = set(codes)
        for box in tab.locator("[name=languages]").all():
            box.set_checked(box.get_attribute("value") in wanted)
        for box in tab.locator("[name=states]").all():
            box.set_checked(box.get_attribute("value") in set(states))
        tab.check(f"[name=format][value='{file_format}']")
        tab.get_by_role("button", name="Make the files").click()
        with tab.expect_download() as waited:
            tab.locator(".handoffs-ready").get_by_role("link").click()
        path = self.folder / waited.value.suggested_filename
        waited.value.save_as(path)
        if len(codes) == 1:
            return {codes[0]: path}
        with zipfile.ZipFile(path) as opened:
            opened.extractall(inside := self.folder / f"{file_format}-{'-'.join(states)}")
        folders = {code: inside / get_language(code).locale for code in codes}
        return {code: next(folder.glob("LC_MESSAGES/*")) for code, folder in folders.items()}

    def give_back(self, path: Path, translator: str) -> tuple[dict[str, int], str]:
        """Upload a file, read what it would do, and apply it: (numbers by verdict, the lines that
        are worth a look)."""
        tab = self.open("coordinator", "handoff_upload")
        tab.set_input_files("[name=file]", str(path))
        tab.fill("[name=translator]", translator)
        tab.get_by_role("button", name="Check the file").click()
        tab.get_by_text("Nothing is stored yet.").wait_for()
        counts = {
            row.locator("th").inner_text().strip(): int(row.locator("td").first.inner_text())
            for row in tab.locator(".handoffs-counts tbody tr").all()
        }
        counts.pop("held back", 0)  # of those that are applied or unchanged
        lines = tab.locator(".handoffs-lines")
        said = lines.inner_text() if lines.count() else ""
        tab.get_by_role("button", name="Apply").first.click()
        tab.get_by_role("link", name="Undo").wait_for()
        return counts, said

    def stale_by_language(self) -> dict[str, int]:
        """What the coordinator reads in the list of the page's languages."""
        tab = self.open("coordinator", "workspace_page_languages", self.page_id)
        names = tab.locator(".workspace-table thead th").all_inner_texts()
        place = [name.strip().lower() for name in names].index("stale") - 1
        return {
            row.locator("th bdi").get_attribute("lang"): int(
                row.locator("td").nth(place).inner_text()
            )
            for row in tab.locator(".workspace-table tbody tr").all()
        }

    def keys(self, code: str, show: str) -> set[str]:
        """Of the texts that the workspace shows."""
        tab = self.workspace("coordinator", code, show)
        fields = tab.locator(".workspace-row input[name=key]")
        return set(fields.evaluate_all("(fields) => fields.map((field) => field.value)"))

    def mend(self, code: str, source: str, words: str) -> None:
        tab = self.workspace("coordinator", code)
        row = tab.locator(".workspace-row").filter(has_text=source)
        row.locator("textarea[name=text]").fill(words)
        # What is typed is checked by an address of its own.
        with tab.expect_response(
            lambda answer: answer.url.partition("?")[0].endswith(f"/{self.page_id}/")
        ):
            row.get_by_role("button", name="Save").click()
        tab.wait_for_load_state("networkidle")

    # The reviewer

    def review(self, code: str, reasons: Mapping[str, str]) -> list[str]:
        """Read and approve all that no check holds back; then what is let pass for a reason. The
        sources of what is left."""
        tab = self.workspace("reviewer", code, "unreviewed")
        boxes = tab.locator(".workspace-row [name=selected]")
        for box in boxes.all():
            box.check()
        if boxes.count():
            with tab.expect_navigation():
                tab.get_by_role("button", name="Approve all marked as read").click()
        for start, reason in reasons.items():
            tab = self.workspace("reviewer", code)
            rows = tab.locator(".workspace-row:has([name=waiver])")
            row = rows.filter(has=tab.locator(".workspace-text").get_by_text(_beginning(start)))
            if not row.count():
                continue
            row.locator("[name=waiver]").fill(reason)
            with tab.expect_response(lambda answer: answer.request.method == "POST"):
                row.get_by_role("button", name="Approve").click()
            tab.wait_for_load_state("networkidle")
        tab = self.workspace("reviewer", code, "unreviewed")
        found = tab.locator(".workspace-row .workspace-text[lang=en]").all_inner_texts()
        return [text.strip() for text in found]

    def workspace(self, who: str, code: str, show: str = "all") -> Any:
        return self.open(who, "workspace", code, self.page_id, query=f"?show={show}")


def _beginning(text: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(text)}")
