"""What stands beside the text in work: memory, the glossary, the checks."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pages.models import GlossaryTerm
from tests.admin.workspace import client_of, opened, person, row_in, soup_of
from tests.factory import block_id, translate, treatment

pytestmark = pytest.mark.django_db

LEAD_KEY = f"body.{block_id('lead')}.text"
REST_KEY = f"body.{block_id('section')}.body#rest0"
LIKE_IT = ("lead", "lead", {"text": "A gentle treatment for a stiff neck."})


@pytest.fixture
def page():
    return treatment()


@pytest.fixture
def ana():
    return client_of(person("ana", "translate_es"))


def beside(client, page, key, code="es"):
    return soup_of(client.get(reverse("workspace_aside", args=[code, page.pk]), {"key": key}))


def said(client, page, key, text):
    where = reverse("workspace_checks", args=["es", page.pk])
    answer = soup_of(client.post(where, {"key": key, "text": text}))
    return [(item["class"][-1].rpartition("--")[2], item.text) for item in answer.find_all("li")]


def test_memory_says_how_like_a_text_is_and_what_differs(page, ana):
    translate(page, "es", only=LEAD_KEY)
    other = treatment("neck-care", [LIKE_IT])
    item = beside(ana, other, LEAD_KEY).select_one(".workspace-suggestions li")
    assert item.select_one("[data-suggestion]").text == (
        "A gentle treatment for a stiff back. (español)"
    )
    assert (item.find("del").text, item.find("ins").text) == ("back", "neck")
    assert "back-care, approved by Dr. Luz" in item.text
    assert " 100 %" not in item.text


def test_memory_of_another_language_is_not_shown(page, ana):
    translate(page, "fr", only=LEAD_KEY)
    other = treatment("neck-care", [LIKE_IT])
    assert not beside(ana, other, LEAD_KEY).select("[data-suggestion]")


def test_the_glossary_shows_the_terms_of_the_source(page, ana):
    GlossaryTerm.objects.create(slug="back", term_en="Back", term_es="Espalda", definition_en="x")
    GlossaryTerm.objects.create(slug="knee", term_en="Knee", term_es="Rodilla", definition_en="x")
    text = beside(ana, page, LEAD_KEY).text
    assert "Espalda" in text
    assert "Rodilla" not in text


def test_the_help_comes_with_the_page_where_there_is_no_javascript(page, ana):
    translate(page, "es", only=LEAD_KEY)
    other = treatment("neck-care", [LIKE_IT])
    row = row_in(opened(ana, other), LEAD_KEY)
    assert row.find("textarea", {"name": "comment"}) is None
    link = row.select_one("[data-more]")["href"]
    soup = soup_of(ana.get(link.partition("#")[0]))
    assert row_in(soup, LEAD_KEY).select_one("[data-suggestion]")
    assert len(soup.find_all("textarea", {"name": "comment"})) == 1


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("Descanse <b1>20 minutos</b1>.", []),
        ("Descanse <b1>30 minutos</b1>.", ["blocks"]),
        ("Descanse 20 minutos.", ["refuses"]),
        ("Descanse <b1>20 minutos</b1>", ["warns"]),
        ("   ", []),
    ],
)
def test_the_checks_weigh_what_they_find(page, ana, text, weights):
    assert [weight for weight, _ in said(ana, page, REST_KEY, text)] == weights


def test_checking_stores_nothing_and_only_answers_to_a_post(page, ana):
    said(ana, page, REST_KEY, "Descanse <b1>20 minutos</b1>.")
    assert row_in(opened(ana, page), REST_KEY).select_one(".workspace-chip").text == "Missing"
    where = reverse("workspace_checks", args=["es", page.pk])
    assert ana.get(where, {"key": REST_KEY, "text": "x"}).status_code == 405


def test_a_text_that_the_page_does_not_have_is_not_found(page, ana):
    where = reverse("workspace_checks", args=["es", page.pk])
    assert ana.post(where, {"key": "body.none", "text": "x"}).status_code == 404
    aside = reverse("workspace_aside", args=["es", page.pk])
    assert ana.get(aside, {"key": "body.none"}).status_code == 404
