"""A glossary term in rich text, from the database to the editor and back."""

from __future__ import annotations

import json

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import ReferenceIndex
from wagtail.rich_text import expand_db_html

from pages.models import GlossaryTerm
from pages.richtext import GLOSSARY_LINKTYPE, Tagged, parse
from tests.admin.conftest import make_page

FEATURES = ["bold", "italic", "ol", "ul", "link", "glossary-term"]


def reopened(db_html: str) -> str:
    """What is stored after an editor opens `db_html` and saves it untouched."""
    converter = ContentstateConverter(FEATURES)
    return converter.to_database_format(converter.from_database_format(db_html))


def entities(db_html: str) -> list[dict[str, object]]:
    contentstate = json.loads(ContentstateConverter(FEATURES).from_database_format(db_html))
    return list(contentstate["entityMap"].values())


def marked(key: int | str) -> str:
    return (
        '<p data-block-key="k1">The <b>small</b> '
        f'<a id="{key}" linktype="glossary">joint</a> moves.</p>'
        f'<ul><li data-block-key="k2">A <a id="{key}" linktype="glossary">joint</a></li></ul>'
    )


def test_a_term_and_every_paragraph_key_survive_opening_and_saving(joint):
    assert parse(reopened(marked(joint.pk))) == parse(marked(joint.pk))


def test_what_is_stored_is_what_translators_and_compile_read_as_a_term(joint):
    (paragraph, _) = parse(reopened(marked(joint.pk)))
    (term,) = [child for child in paragraph.children if getattr(child, "name", "") == "g"]
    assert isinstance(term, Tagged)
    assert dict(term.attributes) == {"linktype": GLOSSARY_LINKTYPE, "id": str(joint.pk)}


def test_the_editor_gets_the_terms_words_and_definition(joint):
    assert entities(marked(joint.pk))[0] == {
        "type": "GLOSSARY",
        "mutability": "MUTABLE",
        "data": {
            "id": str(joint.pk),
            "string": "Joint",
            "definition": "The place where two bones meet.",
        },
    }


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["999999", "joint", ""])
def test_a_term_that_does_not_exist_is_kept_as_it_was(key):
    stored = reopened(marked(key))
    assert f'linktype="{GLOSSARY_LINKTYPE}"' in stored
    assert parse(stored) == parse(marked(key))
    assert entities(marked(key))[0]["data"]["string"] is None


def test_the_pages_that_use_a_term_are_found_from_it(index, joint):
    page = make_page(
        index,
        [
            {"type": "lead", "value": {"text": "A gentle treatment."}},
            {"type": "prose_section", "value": {"heading": "", "body": marked(joint.pk)}},
        ],
    )
    usage = ReferenceIndex.get_references_to(joint)
    assert {reference.object_id for reference in usage} == {str(page.pk)}


def test_elsewhere_a_term_is_a_mark_with_its_slug_and_a_deleted_one_is_plain_words(joint):
    assert expand_db_html(marked(joint.pk)).count('<a data-glossary="joint">joint</a>') == 2
    GlossaryTerm.objects.all().delete()
    assert expand_db_html(marked(joint.pk)).count("<a>joint</a>") == 2
