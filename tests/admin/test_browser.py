"""What only a browser can show: Draftail's glossary term, the preview's languages and modes."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.urls import reverse

from pages.admin.preview import LANGUAGE_COOKIE
from pages.catalog.segments import page_segments
from pages.models import GlossaryTerm, TreatmentPage
from pages.richtext import GLOSSARY_LINKTYPE
from tests.admin.conftest import BODY, make_index, make_page, translate
from tests.admin.posting import page_post
from tests.printing.pango import needs_pango

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed.")

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
    # Wagtail's first rows come from migrations, and a transactional test empties the tables.
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@pytest.fixture
def treatment() -> TreatmentPage:
    page: TreatmentPage = make_page(make_index(), BODY)
    return page


@pytest.fixture
def browser_page(live_server, monkeypatch, settings) -> Iterator[object]:
    """A page of a browser in which the editor is signed in."""
    # Playwright's loop runs in this thread, and Django would refuse its database to it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.BASE_URL = live_server.url
    # One request at a time: SQLite's shared memory, unlike its files, does not wait for a lock.
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0
    settings.WAGTAIL_EDITING_SESSION_PING_INTERVAL = 600_000
    user = User.objects.create_superuser("editor", "editor@clinic.example.org", "editor")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        problems: list[str] = []
        page.on("response", lambda r: r.status == 400 and print("BODY", r.text()[:3000]))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(live_server.url + reverse("wagtailadmin_login"))
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", "editor")
        page.click("form button[type=submit]")
        page.wait_for_url(live_server.url + reverse("wagtailadmin_home"))
        yield page
        browser.close()
        # While the loop runs Django keeps another connection, which nobody else closes.
        connections.close_all()
    assert problems == []


def edit_address(live_server, page: TreatmentPage) -> str:
    return str(live_server.url + reverse("wagtailadmin_pages:edit", args=[page.pk]))


def test_a_glossary_term_is_inserted_in_the_editor_and_saved(browser_page, live_server, treatment):
    term = GlossaryTerm.objects.create(term_en="Nerve", definition_en="It carries signals.")
    browser_page.goto(edit_address(live_server, treatment))
    text = browser_page.locator(".Draftail-Editor .public-DraftEditor-content").first
    text.click()
    browser_page.keyboard.press("Control+End")
    browser_page.keyboard.type(" The /glossary")
    browser_page.get_by_role("option", name="Glossary term").click()
    browser_page.fill(".modal-content [name=q]", "nerv")
    browser_page.locator(".modal-content").get_by_role("link", name="Nerve", exact=True).click()
    # The term shows in the text with its definition at hand.
    browser_page.locator(".Draftail-Editor [title='It carries signals.']").wait_for()
    # Draftail writes to its form field a moment later than to the screen.
    browser_page.wait_for_function(
        "document.querySelector('[name=body-1-value-body]').value.includes('GLOSSARY')"
    )
    browser_page.get_by_role("button", name="Save draft").click()
    browser_page.get_by_text("has been updated").wait_for()
    treatment.refresh_from_db()
    draft = treatment.get_latest_revision_as_object()
    stored = draft.body[1].value["body"].source
    assert f'linktype="{GLOSSARY_LINKTYPE}"' in stored
    assert f'id="{term.pk}"' in stored
    assert ">Nerve</a>" in stored


def test_the_language_is_switched_inside_the_preview_panel(browser_page, live_server, treatment):
    translate(treatment, "ar", page_segments(treatment).blocks[0].segments[0], "علاج لطيف")
    browser_page.goto(edit_address(live_server, treatment))
    browser_page.get_by_role("button", name="Toggle preview").click()
    frame = browser_page.frame_locator("#w-preview-iframe")
    frame.locator("html[lang=en]").wait_for()
    frame.locator("[data-language=ar]").click()
    frame.locator("html[lang=ar][dir=rtl]").wait_for()
    assert frame.locator(".block--lead .lead").inner_text() == "علاج لطيف"
    fallen = frame.locator(".block--prose_section")
    assert (fallen.get_attribute("lang"), fallen.get_attribute("dir")) == ("en", "ltr")
    # An edit afterwards shows in the language that was chosen. Typed as people type: Wagtail looks
    # at the form twice a second, and for the first time two seconds after it opened.
    browser_page.fill("#body-0-value-text", "")
    browser_page.locator("#body-0-value-text").press_sequentially("Another lead.", delay=300)
    frame.get_by_text("The translation is out of date").wait_for()
    assert frame.locator("html").get_attribute("lang") == "ar"
    assert frame.locator(".block--lead .lead").inner_text() == "Another lead."


def test_the_raw_json_is_one_click_away(browser_page, live_server, treatment):
    browser_page.goto(edit_address(live_server, treatment))
    browser_page.get_by_role("button", name="Toggle preview").click()
    frame = browser_page.frame_locator("#w-preview-iframe")
    assert not frame.locator(".json pre").is_visible()
    frame.get_by_text("The JSON that an app gets").click()
    assert '"type": "treatment"' in frame.locator(".json pre").inner_text()


def open_preview(browser_page, live_server, treatment, code: str) -> object:
    """The frame of the preview panel, in a language."""
    browser_page.goto(edit_address(live_server, treatment))
    browser_page.get_by_role("button", name="Toggle preview").click()
    frame = browser_page.frame_locator("#w-preview-iframe")
    frame.locator(f"[data-language={code}]").click()
    frame.locator(f"html[lang={code}]").wait_for()
    return frame


def choose_mode(browser_page, name: str) -> None:
    browser_page.get_by_label("Preview mode").select_option(label=name)


@needs_pango
def test_the_modes_are_flipped_in_urdu_and_each_shows_the_draft(
    browser_page, live_server, treatment
):
    translate(treatment, "ur", page_segments(treatment).blocks[0].segments[0], "اکڑے جوڑوں کا علاج")
    frame = open_preview(browser_page, live_server, treatment, "ur")
    count = "The heading, the summary and 2 of 3 blocks are not in Urdu: shown in English"
    frame.get_by_text(count).wait_for()
    assert frame.locator(".block--lead .lead").inner_text() == "اکڑے جوڑوں کا علاج"
    # As wide as a phone, however wide the panel is.
    assert frame.locator("html").evaluate("window.innerWidth") == 375

    choose_mode(browser_page, "Email")
    frame.locator(".preview--email").wait_for()
    assert frame.locator(".envelope__subject").inner_text() == "Spinal mobilization"
    email = frame.frame_locator("iframe[srcdoc]")
    assert "اکڑے جوڑوں کا علاج" in email.locator("body").inner_text()
    marked = email.locator("td > div > div[lang=en]")
    assert marked.count() == 2
    assert marked.first.evaluate("each => getComputedStyle(each).outlineStyle") == "dashed"
    own = email.locator("td > div > div[lang=ur]").first
    assert own.evaluate("each => getComputedStyle(each).outlineStyle") == "none"
    # All of it is there without a scroll bar of its own.
    assert email.locator("html").evaluate("each => each.scrollHeight <= window.innerHeight")

    with browser_page.expect_response(lambda answer: "mode=pdf" in answer.url) as printed:
        choose_mode(browser_page, "Print")
    assert printed.value.headers["content-type"] == "application/pdf"
    assert frame.locator("[data-language=ur]").get_attribute("aria-pressed") == "true"
    with pikepdf.open(io.BytesIO(browser_page.request.get(printed.value.url).body())) as pdf:
        assert str(pdf.Root.Lang) == "ur"

    choose_mode(browser_page, "Text")
    text = frame.locator("pre[lang=ur][dir=rtl]")
    text.wait_for()
    assert "اکڑے جوڑوں کا علاج" in text.inner_text()
    browser_page.fill("#body-0-value-text", "")
    browser_page.locator("#body-0-value-text").press_sequentially("Another lead.", delay=300)
    frame.get_by_text("1 out of date").wait_for()
    assert "Another lead." in text.inner_text()

    browser_page.get_by_role("button", name="Save draft").click()
    browser_page.get_by_text("has been updated").wait_for()
    browser_page.reload()
    text.wait_for()  # Urdu, as text, as it was left
    assert browser_page.get_by_label("Preview mode").input_value() == "text"


def test_a_language_chosen_while_another_mode_is_on_its_way_holds_for_it(
    browser_page, live_server, treatment
):
    frame = open_preview(browser_page, live_server, treatment, "ur")
    held = []

    def hold(route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    browser_page.route("**/preview/?mode=email*", hold)
    choose_mode(browser_page, "Email")
    while not held:
        browser_page.wait_for_timeout(100)
    frame.locator("[data-language=ar]").click()
    route, answer = held[0]
    assert '<html lang="ur"' in answer.text()
    route.fulfill(response=answer)
    frame.locator("html[lang=ar] .preview--email").wait_for()
    assert frame.locator("[data-language=ar]").get_attribute("aria-pressed") == "true"


# The address of axe-core's own file, which .ci/judge installs and names.
AXE = os.environ.get("AXE", "")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def violations(frame, *rules: str) -> list[str]:
    """What axe-core finds in a frame, without those inside of it: "rule: where"."""
    # A function: of an expression the browser would give back the value, all of axe.
    frame.evaluate(f"() => {{{Path(AXE).read_text(encoding='utf-8')}\n}}")
    found = frame.evaluate(
        "rules => axe.run(document, {runOnly: rules, iframes: false})", [*RULES, *rules]
    )
    return [f"{each['id']}: {each['nodes'][0]['html'][:150]}" for each in found["violations"]]


@pytest.mark.skipif(not AXE, reason="needs axe-core in AXE. `make check` runs it: .ci/judge.")
def test_axe_finds_nothing_in_any_mode_of_the_preview(browser_page, live_server, treatment):
    blocks = TreatmentPage._meta.get_field("body").stream_block.child_blocks
    samples = [
        {"type": name, "value": block.get_prep_value(block.get_preview_value())}
        for name, block in blocks.items()
    ]
    treatment.body = treatment.body.stream_block.to_python(samples)
    treatment.save_revision().publish()
    treatment = TreatmentPage.objects.get(pk=treatment.pk)
    # The rest stays in English: both languages, and the marks, are in each mode.
    translate(treatment, "ur", page_segments(treatment).blocks[0].segments[0], "اردو متن")
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[treatment.pk])
    editor = Client()
    for cookie in browser_page.context.cookies():
        editor.cookies[cookie["name"]] = cookie["value"]
    form = page_post(treatment, User.objects.get(username="editor"))
    assert editor.post(preview, form).json()["is_valid"]
    browser_page.set_viewport_size({"width": 375, "height": 800})
    found: list[str] = []
    for code in ("en", "ur"):
        chosen = {"name": LANGUAGE_COOKIE, "value": code, "url": live_server.url}
        browser_page.context.add_cookies([chosen])
        for mode in ("app", "email", "print", "text"):
            browser_page.goto(f"{live_server.url}{preview}?mode={mode}&in_preview_panel=true")
            browser_page.locator(f"html[lang={code}] .preview--{mode}").wait_for()
            found += [
                f"{code} {mode}: {each}" for each in violations(browser_page, "best-practice")
            ]
            # A PDF is shown by the browser's own program; in the frame of an email nothing runs:
            # tests/judges/email.mjs looks at emails themselves.
    assert found == []
    # And that it can find something.
    browser_page.evaluate("document.documentElement.removeAttribute('lang')")
    browser_page.evaluate("document.querySelector('pre').style.color = '#ccc'")
    rules = {each.partition(":")[0] for each in violations(browser_page)}
    assert {"html-has-lang", "color-contrast"} <= rules
