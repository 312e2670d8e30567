"""Working ahead on a draft, and the preview beside the work."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pages.models import TreatmentPage
from tests.admin.workspace import (
    address,
    client_of,
    form_of,
    opened,
    person,
    row_in,
    soup_of,
    target_of,
)
from tests.factory import SECTION, WARNING, block_id, body_of, translate, treatment

pytestmark = pytest.mark.django_db

LEAD_KEY = f"body.{block_id('lead')}.text"
NEW_LEAD = ("lead", "lead", {"text": "A strong treatment for a stiff back."})


@pytest.fixture
def page():
    return treatment()


@pytest.fixture
def ana():
    return client_of(person("ana", "translate_es"))


def with_draft(page, *blocks):
    draft = TreatmentPage.objects.get(pk=page.pk)
    draft.body = body_of(blocks)
    draft.save_revision()
    return draft


def preview(client, page, code="es", **query):
    response = client.get(reverse("workspace_preview", args=[code, page.pk]), query)
    assert response.status_code == 200
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    return soup_of(response)


def test_what_is_live_comes_first_and_a_newer_draft_is_a_choice(page, ana):
    assert not opened(ana, page).select("a[href='?version=draft']")
    with_draft(page, NEW_LEAD, SECTION, WARNING)
    soup = opened(ana, page)
    assert "A gentle treatment" in row_in(soup, LEAD_KEY).text
    assert soup.select("a[href='?version=draft']")
    draft = opened(ana, page, query="?version=draft")
    assert "A strong treatment" in row_in(draft, LEAD_KEY).text


def test_work_on_a_draft_counts_once_it_is_published_and_touches_nothing_live(page, ana):
    translate(page, "es")
    draft = with_draft(page, NEW_LEAD, SECTION, WARNING)
    fields = form_of(opened(ana, page, query="?version=draft"), LEAD_KEY)
    where = address(page, query="?version=draft")
    response = ana.post(where, {**fields, "text": "Un tratamiento fuerte.", "act": "save"})
    assert response.status_code == 302
    assert response.url.startswith(where)
    live = row_in(opened(ana, page), LEAD_KEY)
    assert live.textarea.text.strip() == "A gentle treatment for a stiff back. (español)"
    assert live.select_one(".workspace-chip").text == "Approved"
    draft.get_latest_revision().publish()
    row = row_in(opened(ana, page), LEAD_KEY)
    assert row.textarea.text.strip() == "Un tratamiento fuerte."
    assert row.select_one(".workspace-chip").text == "Needs review"


def test_a_draft_that_was_published_meanwhile_is_saved_as_what_is_live(page, ana):
    draft = with_draft(page, NEW_LEAD, SECTION, WARNING)
    fields = form_of(opened(ana, page, query="?version=draft"), LEAD_KEY)
    draft.get_latest_revision().publish()
    where = address(page, query="?version=draft")
    ana.post(where, {**fields, "text": "Un tratamiento fuerte.", "act": "save"})
    assert target_of(page, LEAD_KEY).source == "A strong treatment for a stiff back."


def test_a_page_that_was_never_live_is_translated_ahead(page, ana):
    page.unpublish()
    soup = opened(ana, page)
    assert "not live yet" in soup.text
    fields = form_of(soup, LEAD_KEY)
    ana.post(address(page), {**fields, "text": "Un tratamiento suave.", "act": "save"})
    assert target_of(page, LEAD_KEY).text == "Un tratamiento suave."


def test_the_preview_shows_work_that_waits_and_says_that_it_waits(page, ana):
    translate(page, "es", state="needs_review")
    soup = preview(ana, page)
    lead = soup.select_one(".block--lead")
    assert lead["lang"] == "es"
    assert "not reviewed" in lead.find_previous_sibling().text
    critical = soup.select_one(".block--critical")
    assert critical["lang"] == "es"
    assert "not reviewed" in critical.find_previous_sibling().text
    assert "Not released in Spanish" in soup.text


def test_the_preview_as_patients_get_it_has_nothing_that_was_not_reviewed(page, ana):
    translate(page, "es", state="needs_review")
    soup = preview(ana, page, mode="patients")
    assert {block["lang"] for block in soup.select(".block")} == {"en"}
    assert soup.html["lang"] == "es"


def test_a_block_that_is_not_whole_or_fails_a_check_falls_back_in_the_preview_too(page, ana):
    translate(page, "es", only=f"body.{block_id('section')}.body#rest0")
    translate(page, "es", state="needs_review", only=LEAD_KEY)
    target = target_of(page, LEAD_KEY)
    target.failed_checks = ["numbers"]
    target.save()
    soup = preview(ana, page)
    assert {block["lang"] for block in soup.select(".block")} == {"en"}
    assert "safety check" in soup.select_one(".block--lead").find_previous_sibling().text


def test_the_preview_of_arabic_is_mirrored(page):
    translate(page, "ar", state="needs_review")
    client = client_of(person("amal", "translate_ar"))
    soup = preview(client, page, "ar")
    assert (soup.html["lang"], soup.html["dir"]) == ("ar", "rtl")
    assert soup.select_one(".block--lead")["dir"] == "rtl"


def test_nothing_in_the_workspace_runs_script_or_style_from_the_page_itself(page, ana):
    """So that a Content-Security-Policy without 'unsafe-inline' holds for what is ours."""
    for soup in (preview(ana, page), opened(ana, page)):
        ours = soup.select_one(".workspace") or soup
        assert not ours.select("script:not([src])")
        assert not ours.select("style, [style], [onclick], [onload], [onsubmit]")
