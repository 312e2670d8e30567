"""A long page and a full site: queries do not grow with them, and the page stays light."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pages.catalog.segments import page_segments
from pages.languages import get_language
from pages.models.target import TargetState
from tests.admin.workspace import address, client_of, form_of, opened, person, send
from tests.factory import translate_segment, treatment

pytestmark = pytest.mark.django_db

MEGABYTE = 1_000_000


def long_blocks(number):
    """`number` blocks, in turn one of a text, one of ten paragraphs and a critical one."""
    for position in range(number):
        kind = ("lead", "prose_section", "contraindications")[position % 3]
        yield f"{kind}{position}", kind, _value(kind, position)


def _value(kind, position):
    if kind == "lead":
        return {"text": f"Part {position}: move slowly, and stop when it hurts more than before."}
    if kind == "prose_section":
        paragraphs = "".join(
            f'<p data-block-key="k{position}x{line}">Rest for <b>{line} minutes</b>, then walk to '
            "the end of the room and back again, as far as you can without holding on.</p>"
            for line in range(1, 11)
        )
        return {"heading": f"What to expect, part {position}", "body": paragraphs}
    items = ("a broken bone", "a fever", "an infection of the skin")
    return {
        "items": [
            {"text": f"You have {item} ({position}).", "severity": "absolute"} for item in items
        ]
    }


@pytest.fixture
def long_page():
    page = treatment("long", list(long_blocks(60)))
    spanish = get_language("es")
    for number, segment in enumerate(page_segments(page)):
        if number % 3:
            translate_segment(page, segment, spanish, TargetState.NEEDS_REVIEW)
    return page


@pytest.fixture
def client():
    return client_of(person("both", "translate_es", "review_es"))


def queries(act):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return len(captured)


def test_a_page_of_sixty_blocks_is_light_and_takes_no_more_queries_than_a_short_one(
    client, long_page
):
    short = treatment("short")
    opened(client, short)  # what is remembered for the next request
    few = queries(lambda: opened(client, short))
    many = queries(lambda: opened(client, long_page))
    assert many <= few
    assert few <= 25
    response = client.get(address(long_page))
    assert len(list(page_segments(long_page))) >= 300
    assert len(response.content) < MEGABYTE


def test_saving_one_text_of_a_long_page_takes_no_more_queries_than_of_a_short_one(
    client, long_page
):
    short = treatment("short")
    counts = []
    for page in (short, long_page):
        fields = form_of(opened(client, page), "heading")
        send(client, page, {**fields, "text": "Primero"})
        fields = form_of(opened(client, page), "heading")
        counts.append(queries(lambda p=page, f=fields: send(client, p, {**f, "text": "Segundo"})))
    assert counts[1] <= counts[0]
    assert counts[0] <= 55


def test_the_queue_of_many_pages_takes_no_more_queries_than_of_one(client):
    treatment("one")
    queue = reverse("workspace_queue", args=["es"])
    client.get(queue)
    few = queries(lambda: client.get(queue))
    for number in range(5):
        treatment(f"more-{number}")
    assert queries(lambda: client.get(queue)) == few
    assert few <= 20
