"""The listing of treatments says which languages each is public in."""

from __future__ import annotations

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from pages.catalog.segments import page_segments
from tests.admin.conftest import BODY, block_of, make_page, translate

LISTING = reverse("treatments:index")


def cells(client: Client) -> dict[str, str]:
    soup = BeautifulSoup(client.get(LISTING).content, "html.parser")
    rows = soup.select(".listing tbody tr")
    return {
        " ".join(row.select_one(".title-wrapper").text.split()): " ".join(
            row.select("td")[1].text.split()
        )
        for row in rows
    }


def test_a_treatment_is_public_in_its_source_language_first(editor_client, treatment):
    assert cells(editor_client) == {"Spinal mobilization": "1 of 11 languages"}


def test_a_released_language_counts_and_says_that_a_block_fell_back(editor_client, treatment):
    scalars = page_segments(treatment).scalars
    essential = [scalars["heading"], scalars["summary"]]
    for segment in (*essential, *block_of(treatment, "contraindications").segments):
        translate(treatment, "ar", segment, "نص عربي")
    treatment.save_revision().publish()
    assert cells(editor_client) == {
        "Spinal mobilization": "2 of 11 languages 1 with blocks in English"
    }


def test_a_draft_is_not_public(editor_client, treatment):
    treatment.unpublish()
    assert cells(editor_client) == {"Spinal mobilization": "Not public"}


def test_more_treatments_cost_no_more_queries(
    editor_client, index, treatment, django_assert_max_num_queries
):
    with django_assert_max_num_queries(200) as few:
        editor_client.get(LISTING)
    for number in range(5):
        make_page(index, BODY, title=f"Treatment {number}", slug=f"treatment-{number}")
    with django_assert_max_num_queries(200) as many:
        editor_client.get(LISTING)
    asked = [
        [query for query in found.captured_queries if "pages_currentedition" in query["sql"]]
        for found in (few, many)
    ]
    assert [len(queries) for queries in asked] == [1, 1]
