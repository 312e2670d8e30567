"""Segments: complete, in reading order, under keys that do not move."""

from __future__ import annotations

import pytest
from wagtail import blocks

from pages.catalog.segments import UnknownBlock, page_segments
from pages.demo.read import read_treatments
from tests import factory
from tests.factory import LEAD, SECTION, WARNING, block_id

pytestmark = pytest.mark.django_db


def _texts(page) -> dict[str, str]:
    return {segment.key: segment.text for segment in page_segments(page)}


def test_a_page_is_its_scalars_then_its_blocks_in_reading_order():
    page = factory.treatment()
    assert list(_texts(page).values()) == [
        "Back care",
        "Hands-on care for your back.",
        "A gentle treatment for a stiff back.",
        "What to expect",
        "You rest for <b1>20 minutes</b1>.",
        "Then you go home.",
        "You have a broken bone in your spine.",
    ]


def test_a_key_is_the_content_path_that_wagtail_knows():
    page = factory.treatment()
    stream = page.body.stream_block
    for key in _texts(page):
        if key.startswith("body."):
            path = key.removeprefix("body.").partition("#")[0].split(".")
            assert stream.get_block_by_content_path(page.body, path) is not None
    assert f"body.{block_id('warning')}.items.{block_id('warning.items.0')}.text" in _texts(page)


def test_what_all_languages_share_is_no_segment():
    study = {
        "reference": "smith-2020",
        "title": "A study",
        "authors": "Smith J",
        "journal": "BMJ",
        "year": 2020,
        "doi": "10.1136/bmj.l689",
        "takeaway": "It helps a little.",
    }
    page = factory.treatment(blocks=(LEAD, ("study", "evidence", study)))
    texts = _texts(page)
    assert "It helps a little." in texts.values()
    assert not {"A study", "Smith J", "BMJ", "smith-2020"} & set(texts.values())


def test_saving_again_reordering_and_inserting_move_no_key():
    page = factory.treatment()
    before = _texts(page)
    again = factory.edit(page)
    assert _texts(again) == before
    extra = ("more", "key_points", {"items": ["Move every day."]})
    moved = factory.edit(page, blocks=(WARNING, extra, SECTION, LEAD))
    after = _texts(moved)
    assert {key: after[key] for key in before} == before
    assert set(after) - set(before) == {f"body.{block_id('more')}.items.{block_id('more.items.0')}"}


def test_the_digest_sees_words_and_tags_but_neither_white_space_nor_links():
    page = factory.treatment(blocks=(LEAD,))

    def digest(html: str) -> list[str]:
        section = ("s", "prose_section", {"heading": "", "body": html})
        edited = factory.edit(page, blocks=(LEAD, section))
        return [segment.digest for segment in page_segments(edited) if "#" in segment.key]

    same = '<p data-block-key="k">See <a href="https://a.example/">us</a>.</p>'
    moved = '<p data-block-key="k">See  <a href="https://b.example/x">us</a>.</p>'
    reworded = '<p data-block-key="k">Visit <a href="https://a.example/">us</a>.</p>'
    unlinked = '<p data-block-key="k">See <b>us</b>.</p>'
    assert digest(same) == digest(moved)
    assert len({tuple(digest(html)) for html in (same, reworded, unlinked)}) == 3


def test_a_split_paragraph_keeps_the_first_key_and_the_second_is_new():
    one = '<p data-block-key="aaaaa">You rest. Then you go home.</p>'
    two = '<p data-block-key="aaaaa">You rest.</p><p>Then you go home.</p>'
    page = factory.treatment(blocks=(LEAD, ("s", "prose_section", {"body": one})))
    split = factory.edit(page, blocks=(LEAD, ("s", "prose_section", {"body": two})))
    keys = [key.partition("#")[2] for key in _texts(split) if "#" in key]
    assert keys[0] == "aaaaa"
    assert keys[1] not in ("", "aaaaa")


def test_a_repeated_block_id_is_replaced_and_the_first_keeps_its_own():
    page = factory.treatment(blocks=(LEAD, SECTION, SECTION))
    ids = [child.id for child in page.body]
    assert ids[1] == block_id("section")
    assert len(set(ids)) == 3


def test_a_block_type_that_the_code_does_not_define_is_an_error_and_not_silence():
    page = factory.treatment()
    page.body.raw_data.insert(0, {"type": "horoscope", "id": "1", "value": {}})

    class Holder:
        segment_fields = page.segment_fields
        body = page.body
        heading_en = also_called_en = summary_en = image_alt_en = ""

    with pytest.raises(UnknownBlock, match="horoscope"):
        page_segments(Holder())


def test_every_word_field_of_every_demo_block_is_a_segment_or_declared_shared():
    """A new field is translated unless somebody said translatable=False."""
    shared = set()

    def walk(block, path):
        if hasattr(block, "child_blocks"):
            for name, child in block.child_blocks.items():
                walk(child, f"{path}.{name}")
        elif hasattr(block, "child_block"):
            walk(block.child_block, path)
        elif isinstance(block, blocks.CharBlock | blocks.TextBlock) and not getattr(
            block.meta, "translatable", True
        ):
            shared.add(path.lstrip("."))

    walk(factory.TreatmentPage._meta.get_field("body").stream_block, "")
    assert shared == {
        "cta.target",
        "care_card.action",
        "media.url",
        "indications.items.codes.code",
        "contraindications.items.codes.code",
        "evidence.title",
        "evidence.cited_lang",
        "evidence.authors",
        "evidence.journal",
        "evidence.doi",
        "evidence.pmid",
    }


def test_the_demo_uses_every_block_type():
    stream = factory.TreatmentPage._meta.get_field("body").stream_block
    used = {item["type"] for treatment in read_treatments() for item in treatment["body"]}
    assert used == set(stream.child_blocks)


def test_a_segment_knows_whether_its_block_is_critical():
    critical = {segment.text: segment.critical for segment in page_segments(factory.treatment())}
    assert critical.pop("You have a broken bone in your spine.")
    assert not any(critical.values())
