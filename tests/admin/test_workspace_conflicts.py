"""Nobody's words are lost: not those that stand, and not those that were typed."""

from __future__ import annotations

import pytest

from pages.catalog.segments import page_segments
from pages.catalog.targets import store_target
from pages.document.vocabulary import Origin
from pages.languages import get_language
from pages.models import Proposal, Target
from tests.admin.workspace import (
    address,
    client_of,
    form_of,
    opened,
    person,
    row_in,
    send,
    soup_of,
    target_of,
)
from tests.factory import BODY, SECTION, WARNING, block_id, edit, translate, treatment

pytestmark = pytest.mark.django_db

LEAD_KEY = f"body.{block_id('lead')}.text"
AJAX = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
NEW_LEAD = ("lead", "lead", {"text": "A strong treatment for a stiff back."})


@pytest.fixture
def page():
    return treatment()


@pytest.fixture
def ana():
    return client_of(person("ana", "translate_es"))


@pytest.fixture
def eva():
    return client_of(person("eva", "translate_es"))


def save(client, page, text, fields=None):
    fields = fields or form_of(opened(client, page), LEAD_KEY)
    return send(client, page, {**fields, "text": text})


def test_two_who_translate_the_same_text_at_once_both_keep_their_words(page, ana, eva):
    read_by_eva = form_of(opened(eva, page), LEAD_KEY)
    save(ana, page, "Un tratamiento suave.")
    response = save(eva, page, "Una terapia suave.", read_by_eva)
    assert response.status_code == 409
    answer = soup_of(response)
    assert answer.find("blockquote").text == "Un tratamiento suave."
    assert answer.find("textarea").text.strip() == "Una terapia suave."
    assert target_of(page, LEAD_KEY).text == "Un tratamiento suave."
    (kept,) = Proposal.objects.all()
    assert (kept.text, kept.by, kept.resolution) == ("Una terapia suave.", "eva", "")


def test_who_saves_once_more_after_a_conflict_has_read_both(page, ana, eva):
    read_by_eva = form_of(opened(eva, page), LEAD_KEY)
    save(ana, page, "Un tratamiento suave.")
    shown = soup_of(save(eva, page, "Una terapia suave.", read_by_eva))
    assert save(eva, page, "Una terapia suave.", form_of(shown, LEAD_KEY)).status_code == 302
    target = target_of(page, LEAD_KEY)
    assert (target.text, target.author) == ("Una terapia suave.", "eva")
    assert Proposal.objects.get().resolution == "taken"
    # What was replaced is in the log.
    assert target.changes.filter(before__text="Un tratamiento suave.").exists()


def test_a_conflict_stands_beside_the_target_for_everyone_until_somebody_decides(page, ana, eva):
    read_by_eva = form_of(opened(eva, page), LEAD_KEY)
    save(ana, page, "Un tratamiento suave.")
    save(eva, page, "Una terapia suave.", read_by_eva)
    soup = opened(ana, page, query="?show=conflicts")
    assert row_in(soup, LEAD_KEY).select_one(".workspace-proposal blockquote").text == (
        "Una terapia suave."
    )
    fields = form_of(soup, LEAD_KEY)
    taken = f"take:{Proposal.objects.get().pk}"
    assert send(ana, page, fields, act=taken).status_code == 302
    target = target_of(page, LEAD_KEY)
    assert (target.text, target.author, target.state) == (
        "Una terapia suave.",
        "eva",
        "needs_review",
    )
    assert Proposal.objects.get().resolved_by == "ana"


def test_keeping_what_stands_closes_the_conflict(page, ana, eva):
    read_by_eva = form_of(opened(eva, page), LEAD_KEY)
    save(ana, page, "Un tratamiento suave.")
    save(eva, page, "Una terapia suave.", read_by_eva)
    fields = form_of(opened(ana, page), LEAD_KEY)
    kept = f"dismiss:{Proposal.objects.get().pk}"
    assert send(ana, page, fields, act=kept).status_code == 302
    assert target_of(page, LEAD_KEY).text == "Un tratamiento suave."
    assert Proposal.objects.get().resolution == "dismissed"
    assert send(ana, page, fields, act=kept).status_code == 422


def test_an_approval_is_not_taken_away_by_who_has_not_seen_it(page, ana):
    save(ana, page, "Un tratamiento suave.")
    read_before = form_of(opened(ana, page), LEAD_KEY)
    reviewer = client_of(person("luz", "review_es"))
    send(reviewer, page, form_of(opened(reviewer, page), LEAD_KEY), act="approve")
    assert save(ana, page, "Un tratamiento muy suave.", read_before).status_code == 409
    target = target_of(page, LEAD_KEY)
    assert (target.text, target.state) == ("Un tratamiento suave.", "approved")


def test_a_changed_source_keeps_what_was_typed_for_the_source_that_was_read(page, ana):
    read_before = form_of(opened(ana, page), LEAD_KEY)
    page = edit(page, [NEW_LEAD, SECTION, WARNING])
    response = save(ana, page, "Un tratamiento suave.", read_before)
    assert response.status_code == 409
    row = row_in(soup_of(response), LEAD_KEY)
    assert (row.find("del").text, row.find("ins").text) == ("gentle", "strong")
    assert row.find("textarea").text.strip() == "Un tratamiento suave."
    target = target_of(page, LEAD_KEY)
    assert (target.source, target.text) == (
        "A gentle treatment for a stiff back.",
        "Un tratamiento suave.",
    )
    # It is where the next translator starts.
    later = row_in(opened(ana, page), LEAD_KEY)
    assert later.select_one(".workspace-chip").text == "Stale"
    assert later.textarea.text.strip() == "Un tratamiento suave."


def test_a_source_that_changed_does_not_overwrite_what_was_approved_for_the_old_one(page, ana):
    translate(page, "es")
    read_before = form_of(opened(ana, page), LEAD_KEY)
    page = edit(page, [NEW_LEAD, SECTION, WARNING])
    assert save(ana, page, "Otra cosa.", read_before).status_code == 409
    target = target_of(page, LEAD_KEY)
    assert (target.text, target.state) == (
        "A gentle treatment for a stiff back. (español)",
        "approved",
    )
    assert Proposal.objects.get().text == "Otra cosa."
    shown = row_in(opened(ana, page), LEAD_KEY)
    assert shown.select_one(".workspace-proposal blockquote").text == "Otra cosa."


def test_a_text_that_is_gone_from_the_page_is_given_back(page, ana):
    read_before = form_of(opened(ana, page), LEAD_KEY)
    page = edit(page, [SECTION, WARNING])
    response = save(ana, page, "Un tratamiento suave.", read_before)
    assert response.status_code == 409
    answer = soup_of(response)
    assert "not on the page any more" in answer.text
    assert answer.find("textarea", {"id": "typed"}).text.strip() == "Un tratamiento suave."


def test_memory_keeps_a_text_that_was_translated_before_it_was_gone(page, ana):
    save(ana, page, "Un tratamiento suave.")
    read_before = form_of(opened(ana, page), LEAD_KEY)
    page = edit(page, [SECTION, WARNING])
    assert save(ana, page, "Un tratamiento muy suave.", read_before).status_code == 409
    assert Proposal.objects.get().text == "Un tratamiento muy suave."


def test_saving_the_same_twice_is_saving_it_once(page, ana):
    fields = form_of(opened(ana, page), LEAD_KEY)
    assert save(ana, page, "Un tratamiento suave.", fields).status_code == 302
    assert save(ana, page, "Un tratamiento suave.", fields).status_code == 302
    assert target_of(page, LEAD_KEY).changes.count() == 1
    assert not Proposal.objects.exists()


def test_a_new_line_at_the_end_is_no_conflict_and_windows_line_ends_are_none(page, ana):
    key = "also_called"
    page = edit(page, BODY, also_called_en="Manual therapy\nHands-on care")
    fields = form_of(opened(ana, page), key)
    text = "Terapia manual\r\nCuidado con las manos\r\n"
    assert send(ana, page, {**fields, "text": text}).status_code == 302
    assert send(ana, page, {**fields, "text": text}).status_code == 302
    assert target_of(page, key).text == "Terapia manual\nCuidado con las manos"


def test_an_import_meanwhile_is_somebody_elses_words_too(page, ana):
    fields = form_of(opened(ana, page), LEAD_KEY)
    segment = next(each for each in page_segments(page) if each.key == LEAD_KEY)
    store_target(
        page.pk,
        get_language("es"),
        segment,
        "Del archivo.",
        by="Agencia Sur",
        origin=Origin.IMPORT,
    )
    assert save(ana, page, "Un tratamiento suave.", fields).status_code == 409
    assert target_of(page, LEAD_KEY).text == "Del archivo."


def test_a_script_gets_the_row_with_what_was_typed_and_what_stands(page, ana, eva):
    read_by_eva = form_of(opened(eva, page), LEAD_KEY)
    save(ana, page, "Un tratamiento suave.")
    fields = {**read_by_eva, "text": "Una terapia suave.", "act": "save"}
    response = eva.post(address(page), fields, **AJAX)
    assert response.status_code == 409
    answer = response.json()
    assert answer["stored"] == "Un tratamiento suave."
    assert "Una terapia suave." in answer["row"]
    assert "<html" not in answer["row"]
    assert answer["numbers"]["conflicts"] == 1


def test_what_no_target_may_have_is_not_kept_for_the_source_that_was_read_either(page, ana):
    read_before = form_of(opened(ana, page), LEAD_KEY)
    page = edit(page, [NEW_LEAD, SECTION, WARNING])
    response = save(ana, page, "Un \u202etratamiento", read_before)
    assert response.status_code == 409
    assert "copy it" in response.content.decode()
    assert not Target.objects.exists()


@pytest.mark.parametrize("field", ["text", "source", "key", "base", "comment"])
@pytest.mark.parametrize("act", ["save", "approve", "comment", "take:1", "dismiss:99999999999999"])
def test_no_act_breaks_on_characters_that_a_database_refuses(page, field, act):
    client = client_of(person("both", "translate_es", "review_es"))
    save(client, page, "Un tratamiento suave.")
    fields = {**form_of(opened(client, page), LEAD_KEY), "comment": "Hm?"}
    fields[field] = "a\x00b"
    assert send(client, page, fields, act=act).status_code in (200, 302, 409, 422)
