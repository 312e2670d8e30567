"""The workspace in a real browser: with keys alone, checked as one types, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.urls import reverse

from pages.catalog.segments import page_segments
from pages.catalog.targets import store_target
from pages.document.vocabulary import Origin
from pages.languages import get_language
from pages.models import Proposal, Target
from tests.admin.test_browser import ARGUMENTS, CHROMIUM, playwright
from tests.admin.workspace import address, person, target_of
from tests.catalog import agency
from tests.factory import block_id, translate, treatment

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed."),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

LEAD_KEY = f"body.{block_id('lead')}.text"
REST_KEY = f"body.{block_id('section')}.body#rest0"
HOME_KEY = f"body.{block_id('section')}.body#home0"
WARNING_KEY = f"body.{block_id('warning')}.items.{block_id('warning.items.0')}.text"
AXE = django_settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def page():
    return treatment()


@pytest.fixture
def browser(live_server, monkeypatch, settings) -> Iterator[object]:
    # Playwright's loop runs in this thread, and Django would refuse its database to it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.BASE_URL = live_server.url
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()
        # While the loop runs Django keeps another connection, which nobody else closes.
        connections.close_all()


@pytest.fixture
def problems() -> Iterator[list[str]]:
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def sign_in(browser, live_server, problems):
    def sign_in(username, *codenames, scripts=True, width=1000):
        """A tab in which somebody is signed in. Narrow: one request at a time, as SQLite's shared
        memory needs it; the preview is loaded where there is room for it."""
        person(username, *codenames)
        context = browser.new_context(
            java_script_enabled=scripts, viewport={"width": width, "height": 900}
        )
        tab = context.new_page()
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.goto(live_server.url + reverse("wagtailadmin_login"))
        tab.fill("[name=username]", username)
        tab.fill("[name=password]", username)
        tab.click("form button[type=submit]")
        tab.wait_for_url(live_server.url + reverse("wagtailadmin_home"))
        return tab

    return sign_in


def editor(tab, key):
    row = tab.locator(f".workspace-row:has(input[name=key][value='{key}'])")
    return row, row.locator("textarea[name=text]")


def answered(tab, part, act):
    """Do `act` and wait for the answer of an address that ends with `part`."""
    with tab.expect_response(lambda response: part in response.url) as waited:
        act()
    response = waited.value
    response.finished()
    settled(tab)
    return response


def settled(tab):
    """Nothing is being asked. The browser's own idea of an idle network does not come back after
    a frame was loaded anew."""
    tab.locator("html").evaluate("() => new Promise((done) => setTimeout(done, 100))")
    playwright.expect(tab.locator("form[aria-busy]")).to_have_count(0)


def open_page(tab, live_server, page, code="es", query=""):
    tab.goto(f"{live_server.url}{address(page, code, query)}")
    tab.wait_for_load_state("networkidle")


def test_a_page_is_translated_with_keys_alone_and_checked_as_one_types(sign_in, live_server, page):
    tab = sign_in("ana", "translate_es")
    open_page(tab, live_server, page)
    row, first = editor(tab, REST_KEY)
    answered(tab, "aside", first.focus)
    answered(tab, "checks", lambda: tab.keyboard.type("Descanse <b1>30 minutos</b1>."))
    playwright.expect(row.locator(".workspace-finding--blocks")).to_contain_text("30")
    for _ in range(len("30 minutos</b1>.")):
        tab.keyboard.press("Backspace")
    answered(tab, "checks", lambda: tab.keyboard.type("20 minutos</b1>."))
    playwright.expect(row.locator(".workspace-finding--blocks")).to_have_count(0)
    assert "workspace-row--unsaved" in row.get_attribute("class")

    answered(tab, f"/{page.pk}/", lambda: tab.keyboard.press("Control+Enter"))
    tab.get_by_text("Saved.", exact=True).wait_for(state="attached")
    playwright.expect(row.locator(".workspace-chip").first).to_have_text("Needs review")
    assert target_of(page, REST_KEY).text == "Descanse <b1>20 minutos</b1>."
    assert tab.evaluate("document.activeElement.form.elements.key.value") == HOME_KEY

    tab.keyboard.press("Alt+ArrowUp")
    assert tab.evaluate("document.activeElement.form.elements.key.value") == REST_KEY
    tab.keyboard.press("Alt+ArrowDown")
    tab.keyboard.press("Alt+ArrowDown")
    assert tab.evaluate("document.activeElement.form.elements.key.value") == WARNING_KEY
    assert tab.locator("[data-number=unreviewed]").inner_text() == "Unreviewed 1"


def test_what_is_typed_and_not_saved_survives_leaving_the_page(sign_in, live_server, page):
    tab = sign_in("ana", "translate_es")
    open_page(tab, live_server, page)
    _, lead = editor(tab, LEAD_KEY)
    answered(tab, "aside", lead.focus)
    answered(tab, "checks", lambda: tab.keyboard.type("A medias"))
    asked = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    tab.reload()
    tab.wait_for_load_state("networkidle")
    assert asked == ["beforeunload"]
    row, lead = editor(tab, LEAD_KEY)
    assert lead.input_value() == "A medias"
    assert row.get_by_text("Not saved").is_visible()


def test_a_conflict_shows_both_texts_in_place(sign_in, live_server, page):
    tab = sign_in("ana", "translate_es")
    open_page(tab, live_server, page)
    _, lead = editor(tab, LEAD_KEY)
    answered(tab, "aside", lead.focus)
    answered(tab, "checks", lambda: tab.keyboard.type("Un tratamiento suave."))
    segment = next(each for each in page_segments(page) if each.key == LEAD_KEY)
    spanish = get_language("es")
    store_target(page.pk, spanish, segment, "Del archivo.", by="Sur", origin=Origin.IMPORT)
    response = answered(tab, f"/{page.pk}/", lambda: tab.keyboard.press("Control+Enter"))
    assert response.status == 409
    row, lead = editor(tab, LEAD_KEY)
    assert row.get_by_role("alert").locator("blockquote").inner_text() == "Del archivo."
    assert lead.input_value() == "Un tratamiento suave."
    assert Proposal.objects.get().text == "Un tratamiento suave."
    answered(tab, f"/{page.pk}/", lambda: tab.keyboard.press("Control+Enter"))
    assert target_of(page, LEAD_KEY).text == "Un tratamiento suave."


def test_a_suggestion_from_memory_is_used_with_one_key(sign_in, live_server, page, settings):
    settings.PRETRANSLATE_FROM_MEMORY = False
    translate(page, "es", only=LEAD_KEY)
    other = treatment("neck-care")
    tab = sign_in("ana", "translate_es")
    open_page(tab, live_server, other)
    row, lead = editor(tab, LEAD_KEY)
    answered(tab, "aside", lead.focus)
    playwright.expect(row.locator(".workspace-suggestions")).to_contain_text("100 %")
    answered(tab, "checks", lambda: tab.keyboard.press("Alt+1"))
    assert lead.input_value() == "A gentle treatment for a stiff back. (español)"


def test_the_preview_beside_the_work_follows_each_save(sign_in, live_server, page):
    translate(page, "ar")
    tab = sign_in("amal", "translate_ar", width=1400)
    open_page(tab, live_server, page, "ar")
    frame = tab.frame_locator("iframe[data-preview]")
    frame.locator("html[lang=ar][dir=rtl]").wait_for()
    _, lead = editor(tab, LEAD_KEY)
    assert lead.evaluate("field => getComputedStyle(field).direction") == "rtl"
    answered(tab, "aside", lead.focus)
    answered(tab, "checks", lambda: lead.fill("علاج لطيف للظهر."))
    answered(tab, "preview", lambda: tab.keyboard.press("Control+Enter"))
    frame.get_by_text("علاج لطيف للظهر.").wait_for()
    frame.get_by_text("Translation not reviewed yet.").wait_for()
    frame.get_by_role("link", name="As patients get it").click()
    frame.get_by_text("A gentle treatment for a stiff back.").first.wait_for()


def test_source_target_and_save_need_no_javascript(sign_in, live_server, page):
    tab = sign_in("ana", "translate_es", scripts=False)
    open_page(tab, live_server, page)
    row, lead = editor(tab, LEAD_KEY)
    assert row.locator(".workspace-text").inner_text() == "A gentle treatment for a stiff back."
    lead.fill("Un tratamiento suave.")
    row.get_by_role("button", name="Save").click()
    tab.wait_for_load_state("networkidle")
    assert tab.url.endswith(f"#{row.get_attribute('id')}")
    assert target_of(page, LEAD_KEY).text == "Un tratamiento suave."


def test_two_texts_for_one_source_are_both_shown_without_javascript(sign_in, live_server, page):
    tab = sign_in("ana", "translate_es", scripts=False)
    open_page(tab, live_server, page)
    row, lead = editor(tab, LEAD_KEY)
    (segment,) = (each for each in page_segments(page) if each.key == LEAD_KEY)
    spanish = get_language("es")
    store_target(page.pk, spanish, segment, "Una terapia suave.", by="Eva", origin=Origin.HUMAN)
    lead.fill("Un tratamiento suave.")
    with tab.expect_response(lambda response: response.request.method == "POST") as waited:
        row.get_by_role("button", name="Save").click()
    assert waited.value.status == 409
    tab.wait_for_load_state("networkidle")
    row, lead = editor(tab, LEAD_KEY)
    assert lead.input_value() == "Un tratamiento suave."
    assert row.locator("blockquote").first.inner_text() == "Una terapia suave."
    assert target_of(page, LEAD_KEY).text == "Una terapia suave."
    row.get_by_role("button", name="Take these").click()
    tab.wait_for_load_state("networkidle")
    assert target_of(page, LEAD_KEY).text == "Un tratamiento suave."


def test_a_returned_file_is_looked_at_applied_and_undone_without_javascript(
    sign_in, live_server, page, tmp_path
):
    tab = sign_in("ana", "translate_es", scripts=False)
    tab.goto(live_server.url + reverse("handoff_export"))
    tab.check("[name=languages][value=es]")
    tab.check("[name=format][value=po]")
    tab.locator("form:has([name=languages]) button[type=submit]").click()
    with tab.expect_download() as waited:
        tab.locator("a[href*='/download/']").first.click()
    path = tmp_path / "back.po"
    waited.value.save_as(path)
    agency.fill(path, lambda job: "Un tratamiento suave." if job.key.endswith(LEAD_KEY) else None)
    tab.goto(live_server.url + reverse("handoff_upload"))
    tab.set_input_files("input[type=file]", str(path))
    tab.locator("form:has(input[type=file]) button[type=submit]").click()
    tab.wait_for_load_state("networkidle")
    assert not Target.objects.exists()
    tab.get_by_role("button", name="Apply").first.click()
    tab.wait_for_load_state("networkidle")
    assert target_of(page, LEAD_KEY).text == "Un tratamiento suave."
    tab.get_by_role("link", name="Undo").click()
    tab.get_by_role("button", name="Undo").click()
    tab.get_by_text("Undone: 1 texts are as before.").wait_for()
    assert not Target.objects.standing().exists()


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm install axe-core")
def test_axe_finds_nothing_serious(sign_in, live_server, page, width):
    translate(page, "ar", only="body")
    tab = sign_in("amal", "translate_ar", "review_ar", width=width)
    for where in (
        reverse("workspace_languages"),
        reverse("workspace_queue", args=["ar"]),
        address(page, "ar"),
    ):
        tab.goto(live_server.url + where)
        tab.wait_for_load_state("networkidle")
        tab.add_script_tag(path=str(AXE))
        found = tab.evaluate("axe.run(document).then((result) => result.violations)")
        assert [each for each in found if each["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_wider_than_the_screen(sign_in, live_server, page, width):
    translate(page, "ar", only="body")
    tab = sign_in("amal", "translate_ar", "review_ar", width=width)
    for where in (reverse("workspace_queue", args=["ar"]), address(page, "ar")):
        tab.goto(live_server.url + where)
        tab.wait_for_load_state("networkidle")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
