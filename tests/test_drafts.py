"""A draft is compiled as it is, finished or not, for the preview."""

from __future__ import annotations

import pytest
from wagtail.blocks import StreamValue

from pages.languages import get_language
from pages.models import TreatmentPage
from pages.publishing.load import compile_draft
from tests import factory

pytestmark = pytest.mark.django_db
STREAM = TreatmentPage._meta.get_field("body").stream_block


@pytest.mark.parametrize("kind", STREAM.child_blocks)
@pytest.mark.parametrize("code", ["en", "ar"])
def test_a_block_that_was_just_added_compiles(kind, code):
    block = STREAM.child_blocks[kind]
    page = TreatmentPage(title="New", slug="new")
    page.body = StreamValue(STREAM, [(kind, block.normalize(block.get_default()))])
    document = compile_draft(page, get_language(code))
    assert [found.type for found in document.blocks] == [kind]


def test_a_draft_shows_what_translators_approved_before_the_language_is_released():
    page = factory.treatment()
    factory.translate(page, "es", only=f"body.{factory.block_id('lead')}")
    document = compile_draft(TreatmentPage.objects.get(pk=page.pk), get_language("es"))
    assert [(block.type, block.lang) for block in document.blocks] == [
        ("lead", "es"),
        ("prose_section", "en"),
        ("contraindications", "en"),
    ]


def test_compiling_a_draft_writes_nothing():
    page = TreatmentPage.objects.get(pk=factory.treatment().pk)
    page.summary_en = "Only in memory."
    compile_draft(page, get_language("ar"))
    assert TreatmentPage.objects.get(pk=page.pk).summary_en == "Hands-on care for your back."
