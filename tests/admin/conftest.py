"""An editor, a small vocabulary and one treatment page for the tests of the admin."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pages.catalog.segments import BlockSegments, Segment, page_segments
from pages.catalog.targets import approve_target, store_target
from pages.document.vocabulary import Origin
from pages.languages import get_language
from pages.models import GlossaryTerm, TreatmentIndexPage, TreatmentPage
from tests import factory


@pytest.fixture
def editor(db) -> User:
    return User.objects.create_superuser("editor", "editor@clinic.example.org", "editor")


@pytest.fixture
def editor_client(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client


@pytest.fixture
def joint(db) -> GlossaryTerm:
    return GlossaryTerm.objects.create(
        term_en="Joint",
        definition_en="The place where two bones meet.",
        term_es="Articulación",
        definition_es="El lugar donde se unen dos huesos.",
        term_ar="مفصل",
        definition_ar="المكان الذي تلتقي فيه عظمتان.",
    )


def make_index() -> TreatmentIndexPage:
    """Where treatments are kept, in a new site or in that of Wagtail's own migrations."""
    page: TreatmentIndexPage = factory.site().root_page.add_child(
        instance=TreatmentIndexPage(title="Treatments", slug="treatments")
    )
    return page


@pytest.fixture
def index(db) -> TreatmentIndexPage:
    return make_index()


BODY: list[dict[str, Any]] = [
    {"type": "lead", "value": {"text": "A gentle treatment for stiff joints."}},
    {
        "type": "prose_section",
        "value": {"heading": "Who treats you", "body": "<p>A licensed therapist.</p>"},
    },
    {
        "type": "contraindications",
        "value": {
            "items": [
                {
                    "type": "item",
                    "value": {
                        "text": "You have a broken bone.",
                        "severity": "absolute",
                        "codes": [],
                    },
                }
            ]
        },
    },
]


def make_page(index: TreatmentIndexPage, body: list[dict[str, Any]], **fields: Any) -> Any:
    page = TreatmentPage(
        **{
            "title": "Spinal mobilization",
            "slug": "spinal-mobilization",
            "heading_en": "Spinal mobilization",
            "summary_en": "A therapist moves your spine slowly.",
            **fields,
        },
        body=json.dumps(body),
    )
    index.add_child(instance=page)
    page.save_revision().publish()
    return TreatmentPage.objects.get(pk=page.pk)


@pytest.fixture
def treatment(index: TreatmentIndexPage) -> TreatmentPage:
    page: TreatmentPage = make_page(index, BODY)
    return page


def translate(page: TreatmentPage, code: str, segment: Segment, text: str) -> None:
    """Store `text` for `segment` and have somebody else approve it."""
    target = store_target(
        page.pk, get_language(code), segment, text, by="Translator", origin=Origin.HUMAN
    )
    approve_target(target, by="Reviewer")


def block_of(page: TreatmentPage, kind: str) -> BlockSegments:
    return next(found for found in page_segments(page).blocks if found.block.name == kind)
