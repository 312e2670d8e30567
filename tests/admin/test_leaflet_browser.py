"""A real leaflet in eight languages, in a real browser: the same way as by command line
(tests/catalog/test_leaflet_story.py), with people who click and type.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connections
from django.urls import reverse

from pages.catalog.permissions import Act, codename
from pages.languages import get_language
from pages.models import TreatmentPage
from tests.admin.clinic_tabs import Tabs
from tests.admin.test_browser import ARGUMENTS, CHROMIUM, playwright
from tests.admin.workspace import person
from tests.catalog import agency
from tests.catalog.leaflet import DOSE, agency_pairs, changed, changed_sources, leaflet_page
from tests.catalog.leaflet_story import (
    CODES,
    ECHO,
    FORMATS,
    HELD,
    WAIVED,
    Story,
    answers_after,
)

pytestmark = [
    # An editor types into ten places with mouse and keys: on a busy machine a caret comes late.
    pytest.mark.skipif(
        os.environ.get("STORY") != "1", reason="takes minutes and a quiet machine: STORY=1"
    ),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
# Two languages at once, where their agencies take the same format.
TOGETHER = {
    file_format: [code for code in CODES if FORMATS[code] == file_format]
    for file_format in dict.fromkeys(FORMATS.values())
}


@pytest.fixture
def tabs(live_server, monkeypatch, settings, tmp_path: Path) -> Iterator[Tabs]:
    page = leaflet_page()
    # Playwright's loop runs in this thread, and Django would refuse its database to it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.BASE_URL = live_server.url
    # One request at a time: SQLite's shared memory, unlike its files, does not wait for a lock.
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0
    settings.WAGTAIL_EDITING_SESSION_PING_INTERVAL = 600_000
    User.objects.create_superuser("editor", "editor@clinic.example.org", "editor")
    for name, act in (("coordinator", Act.TRANSLATE), ("reviewer", Act.REVIEW)):
        person(name, *(codename(act, get_language(code)) for code in CODES))
    problems: list[str] = []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        found = {
            name: _signed_in(browser, live_server.url, name, problems)
            for name in ("editor", "coordinator", "reviewer")
        }
        yield Tabs(live_server.url, found, page.pk, tmp_path)
        browser.close()
        # While the loop runs Django keeps another connection, which nobody else closes.
        connections.close_all()
    assert problems == []


def _signed_in(browser: Any, site: str, name: str, problems: list[str]) -> Any:
    # Narrow: the preview is loaded where there is room for it.
    tab = browser.new_context(viewport={"width": 1000, "height": 900}).new_page()
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.goto(site + reverse("wagtailadmin_login"))
    tab.fill("[name=username]", name)
    tab.fill("[name=password]", name)
    tab.click("form button[type=submit]")
    tab.wait_for_url(site + reverse("wagtailadmin_home"))
    return tab


def test_the_leaflet_goes_out_comes_back_is_reviewed_changes_and_goes_out_again(
    tabs: Tabs, tmp_path: Path
):
    def get(address: str) -> tuple[int, Any]:
        try:
            with urlopen(tabs.site + address) as answer:  # noqa: S310  the test's own site
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)

    story = Story(tmp_path, TreatmentPage.objects.get())

    # Eight languages in five formats; nothing is served by what comes back.
    for file_format, codes in TOGETHER.items():
        files = tabs.hand_out(codes, file_format, ["missing"])
        for code, path in files.items():
            agency.fill(path, lambda job, code=code: agency_pairs(code).get(job.source))
            story.first[code] = agency.jobs(path)
            filled = sum(bool(job.target) for job in story.first[code])
            counts, _ = tabs.give_back(path, f"Agency {code}")
            assert counts["applied"] == filled
            assert sum(counts.values()) == len(story.first[code])
    story.look("translated", get)
    assert {story.served["translated", code][0] for code in CODES} == {404}

    # Each is read and approved in the workspace, and served.
    for code in CODES:
        left = tabs.review(code, WAIVED.get(code, {}))
        held = HELD.get(code, ())
        assert [text for text in left if not text.startswith(held)] == []
        assert len(left) == len(held)
    story.look("reviewed", get)
    for code in CODES:
        wanted = story.wanted("reviewed", code, blocked=HELD.get(code, ()))
        assert story.statuses("reviewed", code) == wanted

    # Ten sentences change. The coordinator sees which are stale, and where.
    new = changed_sources(story.page)
    tabs.edit_ten_sentences()
    story.page = TreatmentPage.objects.get()
    story.look("changed", get)
    texts = {key: text for _, block in story.blocks["changed"] for key, text in block.items()}
    stale = {key for key, text in texts.items() if text in new.values()}
    assert len(stale) == 10
    assert tabs.stale_by_language() == {code: len(stale & story.translated(code)) for code in CODES}
    for code in CODES:
        assert tabs.keys(code, "stale") == stale & story.translated(code)
        wanted = story.wanted(
            "changed", code, stale=tuple(new.values()), blocked=HELD.get(code, ())
        )
        assert story.statuses("changed", code) == wanted

    # Only those go out, and come back: one with another dose, one with the old words.
    for file_format, codes in TOGETHER.items():
        files = tabs.hand_out(codes, file_format, ["stale"])
        for code, path in files.items():
            assert agency.keys_of(agency.jobs(path)) == stale & story.translated(code)
            agency.fill(path, answers_after(code, new, mistakes=True))
            counts, said = tabs.give_back(path, f"Agency {code}")
            assert counts["applied"] == sum(counts.values()) == len(agency.jobs(path))
            if code == "es":
                assert "50 mg" in said
                assert "held back" in said
                assert "Checks fail" in said
            if code == "fr":
                assert "stale_echo" in said
                assert "held back" in said

    # Neither is approved or served; all else is.
    for code in CODES:
        left = tabs.review(code, WAIVED.get(code, {}))
        mistakes = {"es": (changed(DOSE, DOSE),), "fr": (ECHO,)}.get(code, ())
        assert sorted(text[:29] for text in left) == sorted(
            text[:29]
            for text in texts.values()
            if text.startswith((*HELD.get(code, ()), *mistakes))
        )
    story.look("second review", get)
    assert story.statuses("second review", "es")[-1] == ("en", "blocked")
    assert "50 mg" not in str(story.served["second review", "es"])
    assert "20 secondes" not in str(story.served["second review", "fr"])

    # The translators mend them, the reviewer reads again, and every block is as it was.
    for code, source in (("es", DOSE), ("fr", next(old for old in new if old.startswith(ECHO)))):
        tabs.mend(code, new[source], changed(agency_pairs(code)[source], source))
        tabs.review(code, {})
    story.look("mended", get)
    for code in CODES:
        assert story.statuses("mended", code) == story.statuses("reviewed", code)
    call_command("verify_translations", stdout=io.StringIO())
    call_command("verify_editions", stdout=io.StringIO())
