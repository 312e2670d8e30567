"""The essential act, without JavaScript: see the source, write the target, save."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pages.catalog.segments import page_segments
from tests.admin.workspace import (
    address,
    client_of,
    form_of,
    opened,
    person,
    row_in,
    send,
    target_of,
)
from tests.factory import block_id, edit, translate, treatment

pytestmark = pytest.mark.django_db

LEAD_KEY = f"body.{block_id('lead')}.text"
REST_KEY = f"body.{block_id('section')}.body#rest0"


@pytest.fixture
def ana():
    return person("ana", "translate_es", first_name="Ana", last_name="Luz")


@pytest.fixture
def client(ana):
    return client_of(ana)


@pytest.fixture
def page():
    return treatment()


def test_the_way_from_the_menu_to_a_saved_text(client, page):
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    languages = reverse("workspace_languages")
    assert languages in home
    queue = reverse("workspace_queue", args=["es"])
    assert queue in client.get(languages).content.decode()
    assert address(page) in client.get(queue).content.decode()
    fields = form_of(opened(client, page), LEAD_KEY)
    response = send(client, page, {**fields, "text": "Un tratamiento suave."})
    assert response.status_code == 302
    assert response.url == f"{address(page)}#{row_in(opened(client, page), LEAD_KEY)['id']}"
    target = target_of(page, LEAD_KEY)
    assert (target.text, target.state, target.author, target.origin) == (
        "Un tratamiento suave.",
        "needs_review",
        "Ana Luz",
        "human",
    )


def test_all_segments_stand_in_reading_order_under_their_block(client, page):
    soup = opened(client, page)
    shown = [field["value"] for field in soup.select("form [name=key]")]
    assert shown == [segment.key for segment in page_segments(page)]
    titles = [title.find(string=True).strip() for title in soup.select(".workspace-block__title")]
    assert titles == [
        "The page itself",
        "Lead",
        "Section of text",
        "When not to have it",
    ]
    (critical,) = soup.select(".workspace-block--critical")
    assert "broken bone" in critical.text


def test_rich_text_shows_its_tags_and_what_they_do(client, page):
    source = row_in(opened(client, page), REST_KEY).select_one(".workspace-text")
    assert [tag.text for tag in source.select("code")] == ["<b1>", "</b1>"]
    assert source.b.text == "20 minutes"


def test_a_stale_text_shows_what_changed_in_the_source_and_the_old_translation(client, page):
    translate(page, "es")
    lead = ("lead", "lead", {"text": "A gentle treatment for a stiff neck."})
    page = edit(page, [lead])
    row = row_in(opened(client, page), LEAD_KEY)
    assert row.select_one(".workspace-chip").text == "Stale"
    change = row.select_one(".workspace-change")
    assert (change.find("del").text, change.find("ins").text) == ("back", "neck")
    assert row.textarea.text.strip() == "A gentle treatment for a stiff back. (español)"


def test_a_broken_tag_is_refused_and_what_was_typed_is_still_there(client, page):
    fields = form_of(opened(client, page), REST_KEY)
    response = send(client, page, {**fields, "text": "Descanse 20 minutos."})
    assert response.status_code == 422
    assert "Missing tags: &lt;b1&gt;." in response.content.decode()
    assert "Descanse 20 minutos." in response.content.decode()
    assert target_of(page, REST_KEY) is None


@pytest.mark.parametrize(("code", "direction"), [("ar", "rtl"), ("ur", "rtl"), ("zh-hans", "ltr")])
def test_a_target_is_written_in_its_direction_and_the_source_keeps_its_own(page, code, direction):
    suffix = code.replace("-", "_")
    client = client_of(person("writer", f"translate_{suffix}"))
    row = row_in(opened(client, page, code), LEAD_KEY)
    assert (row.textarea["lang"], row.textarea["dir"]) == (code, direction)
    source = row.select_one(".workspace-text")
    assert (source["lang"], source["dir"]) == ("en", "ltr")


def test_an_act_that_does_not_exist_names_those_that_do(client, page):
    fields = form_of(opened(client, page), LEAD_KEY)
    response = send(client, page, fields, act="publish")
    assert response.status_code == 400
    assert "save, approve" in response.content.decode()
