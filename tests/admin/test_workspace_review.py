"""Reviews: a second person, what was read, and what is served right after it."""

from __future__ import annotations

import orjson
import pytest
from wagtail.models import ModelLogEntry

from pages.models import CurrentEdition
from pages.models.target import TargetState
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
from tests.factory import block_id, edit, translate, treatment

pytestmark = pytest.mark.django_db

LEAD_KEY = f"body.{block_id('lead')}.text"
REST_KEY = f"body.{block_id('section')}.body#rest0"
GOOD = "Un tratamiento suave para la espalda."


@pytest.fixture
def page():
    return treatment()


@pytest.fixture
def ana():
    return client_of(person("ana", "translate_es", first_name="Ana", last_name="Luz"))


@pytest.fixture
def vega():
    return client_of(person("vega", "review_es", first_name="Eva", last_name="Vega"))


def save(client, page, key, text):
    assert (
        send(client, page, {**form_of(opened(client, page), key), "text": text}).status_code == 302
    )


def act(client, page, key, name, **more):
    return send(client, page, form_of(opened(client, page), key), act=name, **more)


def served_lead(page, code="es"):
    """(language, text) of the lead as an app gets it."""
    body = CurrentEdition.objects.get(page=page, language=code).edition.body
    (lead,) = (block for block in orjson.loads(body)["blocks"] if block["type"] == "lead")
    return lead["lang"], lead["text"]


def test_a_review_is_served_in_the_same_request(page, ana, vega):
    for key in ("heading", "summary"):
        translate(page, "es", only=key)
    translate(page, "es", only=f"body.{block_id('warning')}")
    assert served_lead(page)[0] == "en"
    save(ana, page, LEAD_KEY, GOOD)
    assert served_lead(page)[0] == "en"
    assert act(vega, page, LEAD_KEY, "approve").status_code == 302
    assert served_lead(page) == ("es", GOOD)
    target = target_of(page, LEAD_KEY)
    assert (target.state, target.reviewer) == ("approved", "Eva Vega")
    assert target.changes.latest("pk").by == "Eva Vega"


def test_reopening_takes_it_back_from_patients_at_once(page, ana, vega):
    translate(page, "es")
    assert served_lead(page)[0] == "es"
    assert act(vega, page, LEAD_KEY, "reopen").status_code == 302
    assert served_lead(page)[0] == "en"
    assert target_of(page, LEAD_KEY).state == "needs_review"


def test_nobody_reviews_words_of_their_own(page):
    both = client_of(person("both", "translate_es", "review_es"))
    save(both, page, LEAD_KEY, GOOD)
    row = row_in(opened(both, page), LEAD_KEY)
    assert "somebody else reviews them" in row.text
    assert row.find("button", {"value": "approve"}) is None
    response = act(both, page, LEAD_KEY, "approve")
    assert response.status_code == 422
    assert "four eyes" in response.content.decode()
    assert target_of(page, LEAD_KEY).state == "needs_review"


def test_another_name_does_not_make_another_person(page):
    user = person("both", "translate_es", "review_es", first_name="Luis", last_name="Ortiz")
    client = client_of(user)
    save(client, page, LEAD_KEY, GOOD)
    user.first_name, user.last_name = "Dr. Laura", "Campos"
    user.save()
    assert act(client, page, LEAD_KEY, "approve").status_code == 422
    assert target_of(page, LEAD_KEY).state == "needs_review"


def test_own_words_that_somebody_else_took_are_still_own_words(page, ana):
    both = person("both", "translate_es", "review_es")
    client = client_of(both)
    read_before = form_of(opened(client, page), LEAD_KEY)
    save(ana, page, LEAD_KEY, "Un tratamiento.")
    send(client, page, {**read_before, "text": GOOD})
    (proposal,) = target_of(page, LEAD_KEY).proposals.all()
    act(ana, page, LEAD_KEY, f"take:{proposal.pk}")
    assert target_of(page, LEAD_KEY).text == GOOD
    both.first_name = "Somebody else"
    both.save()
    assert act(client, page, LEAD_KEY, "approve").status_code == 422


def test_a_clinic_with_one_bilingual_person_may_switch_four_eyes_off(page, settings):
    settings.FOUR_EYES = False
    both = client_of(person("both", "translate_es", "review_es"))
    save(both, page, LEAD_KEY, GOOD)
    assert act(both, page, LEAD_KEY, "approve").status_code == 302
    target = target_of(page, LEAD_KEY)
    assert (target.author, target.reviewer) == ("both", "both")


def test_a_failing_check_passes_only_with_a_reason_and_the_reason_is_kept(page, ana, vega):
    save(ana, page, REST_KEY, "Descanse <b1>veinte y tantos minutos</b1>.")
    row = row_in(opened(vega, page, query="?show=failing"), REST_KEY)
    assert row.select_one(".workspace-finding").text
    refused = act(vega, page, REST_KEY, "approve")
    assert refused.status_code == 422
    assert act(vega, page, REST_KEY, "approve", waiver="   ").status_code == 422
    assert target_of(page, REST_KEY).state == "needs_review"
    reason = "The number is spelled out."
    assert act(vega, page, REST_KEY, "approve", waiver=reason).status_code == 302
    target = target_of(page, REST_KEY)
    assert (target.state, target.waiver) == ("approved", reason)
    assert reason in row_in(opened(vega, page), REST_KEY).text


def test_a_machines_words_are_confirmed_by_a_person_before_a_review(page, ana, vega):
    translate(page, "es", state=TargetState.MACHINE, only=LEAD_KEY)
    assert row_in(opened(vega, page), LEAD_KEY).find("button", {"value": "approve"}) is None
    refused = act(vega, page, LEAD_KEY, "approve")
    assert refused.status_code == 422
    assert "confirm" in refused.content.decode()
    assert act(ana, page, LEAD_KEY, "confirm").status_code == 302
    target = target_of(page, LEAD_KEY)
    assert (target.state, target.author) == ("needs_review", "Ana Luz")
    assert act(vega, page, LEAD_KEY, "approve").status_code == 302


def test_who_confirmed_a_machines_words_does_not_review_them(page):
    both = client_of(person("both", "translate_es", "review_es"))
    translate(page, "es", state=TargetState.MACHINE, only=LEAD_KEY)
    assert act(both, page, LEAD_KEY, "confirm").status_code == 302
    assert act(both, page, LEAD_KEY, "approve").status_code == 422


def test_what_changed_after_it_was_read_is_not_approved(page, ana, vega):
    save(ana, page, LEAD_KEY, GOOD)
    read = form_of(opened(vega, page), LEAD_KEY)
    save(ana, page, LEAD_KEY, "Un tratamiento fuerte.")
    response = send(vega, page, read, act="approve")
    assert response.status_code == 409
    assert target_of(page, LEAD_KEY).state == "needs_review"


def test_what_is_typed_and_not_saved_is_not_what_is_approved(page, ana):
    both = client_of(person("both", "translate_es", "review_es"))
    save(ana, page, LEAD_KEY, GOOD)
    response = act(both, page, LEAD_KEY, "approve", text="Un tratamiento mejor.")
    assert response.status_code == 422
    assert "Un tratamiento mejor." in response.content.decode()
    assert target_of(page, LEAD_KEY).state == "needs_review"


def test_the_rows_marked_as_read_are_approved_together(page, ana, vega):
    page = edit(page, heading_en="Back care")
    save(ana, page, "heading", "Cuidado de la espalda")
    save(ana, page, LEAD_KEY, GOOD)
    save(ana, page, REST_KEY, "Descanse <b1>20 minutos</b1>.")
    soup = opened(vega, page)
    boxes = soup.select("input[name=selected]")
    assert len(boxes) == 3
    assert {box["form"] for box in boxes} == {soup.find("form", id="bulk")["id"]}
    selected = [
        row_in(soup, key).find("input", {"name": "selected"})["value"]
        for key in ("heading", LEAD_KEY)
    ]
    save(ana, page, LEAD_KEY, "Changed after it was read.")
    response = vega.post(
        address(page), {"act": "approve_selected", "selected": selected}, follow=True
    )
    assert "1 approved. 1 left as they were" in response.content.decode()
    states = {key: target_of(page, key).state for key in ("heading", LEAD_KEY, REST_KEY)}
    assert states == {"heading": "approved", LEAD_KEY: "needs_review", REST_KEY: "needs_review"}


def test_approving_together_passes_over_own_words_and_failing_checks(page, ana):
    both = client_of(person("both", "translate_es", "review_es"))
    save(both, page, LEAD_KEY, GOOD)
    save(ana, page, REST_KEY, "Descanse <b1>30 minutos</b1>.")
    soup = opened(both, page)
    assert soup.select("input[name=selected]") == []
    selected = [
        f"{row_in(soup, key)['id']}:{form_of(soup, key)['base']}" for key in (LEAD_KEY, REST_KEY)
    ]
    both.post(address(page), {"act": "approve_selected", "selected": selected})
    assert {target_of(page, key).state for key in (LEAD_KEY, REST_KEY)} == {"needs_review"}


def test_missing_texts_are_filled_from_memory_to_wait_for_a_review(page, ana, settings):
    settings.PRETRANSLATE_FROM_MEMORY = False
    save(ana, page, LEAD_KEY, GOOD)
    other = treatment("neck-care")
    soup = opened(ana, other)
    assert soup.find("button", {"value": "accept_exact"}).text == "Fill 1 missing from memory"
    response = ana.post(address(other), {"act": "accept_exact"}, follow=True)
    assert "1 filled from memory" in response.content.decode()
    target = target_of(other, LEAD_KEY)
    assert (target.text, target.state, target.origin) == (GOOD, "needs_review", "memory")
    assert opened(ana, other).find("button", {"value": "accept_exact"}) is None


def test_the_log_of_the_admin_says_whose_account_it_was(page, ana, vega):
    save(ana, page, LEAD_KEY, GOOD)
    act(vega, page, LEAD_KEY, "approve")
    entries = ModelLogEntry.objects.filter(object_id=str(target_of(page, LEAD_KEY).pk))
    said = sorted((entry.action, entry.user.get_username()) for entry in entries)
    assert said == [("pages.translation.review", "vega"), ("pages.translation.write", "ana")]


def test_comments_are_read_by_those_who_work_in_the_language(page, ana, vega):
    asked = act(ana, page, LEAD_KEY, "comment", comment="Is it the lower back?")
    assert asked.status_code == 302
    row = row_in(opened(vega, page, query="?show=comments"), LEAD_KEY)
    assert "Is it the lower back?" in row.text
    close = row.find("button", string="Close")["value"]
    assert act(vega, page, LEAD_KEY, close).status_code == 302
    assert "closed by Eva Vega" in row_in(opened(ana, page), LEAD_KEY).text
    french = client_of(person("fabien", "translate_fr"))
    assert "lower back?" not in row_in(opened(french, page, "fr"), LEAD_KEY).text


def test_a_question_about_the_source_is_seen_in_every_language_and_closed_by_who_asked(page, ana):
    act(ana, page, LEAD_KEY, "comment", comment="How gentle is it?", about_source="on")
    french = client_of(person("fabien", "translate_fr"))
    row = row_in(opened(french, page, "fr"), LEAD_KEY)
    assert "How gentle is it?" in row.text
    close = row.find("button", string="Close")["value"]
    fields = form_of(opened(french, page, "fr"), LEAD_KEY)
    assert send(french, page, fields, code="fr", act=close).status_code == 422
    assert act(ana, page, LEAD_KEY, close).status_code == 302


@pytest.mark.parametrize(("comment", "reason"), [("  ", "empty"), ("a" * 4001, "Allowed: 4000")])
def test_a_comment_that_is_refused_says_why(page, ana, comment, reason):
    response = act(ana, page, LEAD_KEY, "comment", comment=comment)
    assert response.status_code == 422
    assert reason in response.content.decode()


def test_a_comment_does_not_cost_the_text_that_is_not_saved_yet(page, ana):
    response = act(ana, page, LEAD_KEY, "comment", comment="Hm?", text="Not saved yet")
    assert response.status_code == 200
    assert soup_of(response).find("textarea").text.strip() == "Not saved yet"
