"""The preview: the draft as an app gets it, in the language chosen inside the preview."""

from __future__ import annotations

import io
import json

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.core.files.images import ImageFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.images import get_image_model

from pages.admin.preview import LANGUAGE_COOKIE
from pages.catalog.segments import page_segments
from pages.catalog.targets import store_target
from pages.document.vocabulary import Origin
from pages.languages import all_languages, get_language
from pages.models import Release, TreatmentPage
from tests.admin.conftest import block_of, translate
from tests.admin.posting import page_post

BLOCKS = TreatmentPage._meta.get_field("body").stream_block.child_blocks


def preview(
    client: Client, page: TreatmentPage, code: str | None = None, **changes: str
) -> BeautifulSoup:
    """As Wagtail's panel does: post the form, then get the page with the editor's cookies."""
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    answer = client.post(url, page_post(page, User.objects.get(), **changes)).json()
    assert answer == {"is_valid": True, "is_available": True}
    if code is not None:
        client.cookies[LANGUAGE_COOKIE] = code
    response = client.get(url)
    assert response.status_code == 200
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    return BeautifulSoup(response.content, "html.parser")


def counts(soup: BeautifulSoup) -> list[str]:
    return [line.text for line in soup.select(".bar__count")]


def mark_before(soup: BeautifulSoup, kind: str) -> str:
    """What the preview says of a block: the mark right above it, "" where there is none."""
    above = soup.select_one(f".block--{kind}").find_previous_sibling()
    is_mark = above is not None and "mark" in above.get("class", [])
    return " ".join(above.text.split()) if is_mark else ""


def translate_page(
    page: TreatmentPage, code: str, *, without: tuple[str, ...] = (), words: str = "نص عربي"
) -> None:
    segments = page_segments(page)
    for segment in segments.scalars.values():
        translate(page, code, segment, words)
    for found in segments.blocks:
        if found.block.name not in without:
            for segment in found.segments:
                translate(page, code, segment, words)


def test_without_a_choice_the_preview_is_in_the_source_language(editor_client, treatment):
    soup = preview(editor_client, treatment)
    assert soup.html["lang"] == "en"
    assert counts(soup) == ["3 blocks in English, the source language."]
    assert soup.select_one(".block--lead .lead").text == "A gentle treatment for stiff joints."


def test_a_cookie_of_no_language_of_ours_is_taken_for_no_choice(editor_client, treatment):
    assert preview(editor_client, treatment, "tlh").html["lang"] == "en"


def test_every_language_of_the_site_can_be_chosen_inside_the_preview(editor_client, treatment):
    buttons = preview(editor_client, treatment, "ur").select("[data-language]")
    assert [button["data-language"] for button in buttons] == [
        language.code for language in all_languages()
    ]
    pressed = [button for button in buttons if button["aria-pressed"] == "true"]
    assert [(button["lang"], button["dir"]) for button in pressed] == [("ur", "rtl")]


def test_arabic_is_mirrored_and_a_fallen_back_block_is_not(editor_client, treatment):
    translate_page(treatment, "ar", without=("prose_section",))
    soup = preview(editor_client, treatment, "ar")
    assert (soup.html["lang"], soup.html["dir"]) == ("ar", "rtl")
    lead, prose = soup.select_one(".block--lead"), soup.select_one(".block--prose_section")
    assert (lead["lang"], lead["dir"]) == ("ar", "rtl")
    assert (prose["lang"], prose["dir"]) == ("en", "ltr")
    assert mark_before(soup, "lead") == ""
    assert mark_before(soup, "prose_section") == "Shown in English. Not translated yet."
    assert soup.select(".block--fallen") == [prose]


def test_one_line_counts_what_fell_back_and_why(editor_client, treatment):
    translate_page(treatment, "ar", without=("prose_section", "contraindications"))
    (segment,) = block_of(treatment, "contraindications").segments
    store_target(treatment.pk, get_language("ar"), segment, "نص عربي", by="T", origin=Origin.HUMAN)
    assert counts(preview(editor_client, treatment, "ar"))[0] == (
        "2 of 3 blocks are not in Arabic: shown in English (1 not translated yet, 1 not reviewed)."
    )


def test_the_line_also_says_what_above_the_blocks_fell_back(editor_client, treatment):
    assert counts(preview(editor_client, treatment, "ar"))[0] == (
        "The heading, the summary and 3 of 3 blocks are not in Arabic: shown in English "
        "(5 not translated yet)."
    )
    translate_page(treatment, "ar")
    assert counts(preview(editor_client, treatment, "ar"))[0] == (
        "Every block is in Arabic (3 blocks)."
    )
    soup = preview(editor_client, treatment, "ar", heading_en="Another heading")
    assert counts(soup)[0] == ("The heading is not in Arabic: shown in English (1 out of date).")


def test_the_line_counts_the_description_of_the_picture(editor_client, treatment):
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "PNG")
    image = get_image_model().objects.create(title="Spine", file=ImageFile(file, "spine.png"))
    TreatmentPage.objects.filter(pk=treatment.pk).update(image=image, image_alt_en="A spine")
    treatment.refresh_from_db()
    translate_page(treatment, "ar")
    assert counts(preview(editor_client, treatment, "ar"))[0] == (
        "Every block is in Arabic (3 blocks)."
    )
    soup = preview(editor_client, treatment, "ar", image_alt_en="A spine from the side")
    assert counts(soup)[0] == (
        "The description of the picture is not in Arabic: shown in English "
        "(1 without a reviewed translation)."
    )
    (mark,) = soup.select(".mark--fallen")
    assert mark.text == "The picture is described in English: A spine from the side"


def test_an_edited_draft_shows_that_its_translation_is_out_of_date(editor_client, treatment):
    translate_page(treatment, "ar")
    edit = {"body-0-value-text": "Quite another sentence."}
    soup = preview(editor_client, treatment, "ar", **edit)
    assert "Quite another sentence." in soup.select_one(".block--lead").text
    assert mark_before(soup, "lead") == "Shown in English. The translation is out of date."
    treatment.refresh_from_db()
    assert treatment.body[0].value["text"] == "A gentle treatment for stiff joints."


def test_a_critical_block_says_that_it_is(editor_client, treatment):
    soup = preview(editor_client, treatment)
    assert "block--critical" in soup.select_one(".block--contraindications")["class"]
    assert mark_before(soup, "contraindications").startswith("Critical.")
    assert "block--critical" not in soup.select_one(".block--lead")["class"]


def test_the_json_is_the_document_of_the_language(editor_client, treatment):
    translate_page(treatment, "ar", without=("prose_section",))
    document = json.loads(preview(editor_client, treatment, "ar").select_one("details pre").text)
    assert document["lang"] == "ar"
    assert document["coverage"] == {"blocks": 3, "in_language": 2}
    assert document["blocks"][1]["translation"]["status"] == "missing"


def test_the_preview_says_whether_apps_get_the_language_at_all(editor_client, treatment):
    assert counts(preview(editor_client, treatment, "ar"))[1].startswith("Not released in Arabic:")
    translate_page(treatment, "ar")
    assert counts(preview(editor_client, treatment, "ar"))[1:] == [
        "Apps get the page in Arabic once you publish it."
    ]
    release = Release.objects.create(page=treatment, language="ar", state="released", by="rule")
    assert counts(preview(editor_client, treatment, "ar"))[1:] == []
    release.state = "withdrawn"
    release.save()
    assert counts(preview(editor_client, treatment, "ar"))[1:] == [
        "Withdrawn in Arabic: apps get nothing in it."
    ]
    release.state = "recalled"
    release.save()
    assert counts(preview(editor_client, treatment, "ar"))[1:] == [
        "Recalled in Arabic: apps get nothing in it."
    ]
    Release.objects.create(page=treatment, language="en", state="recalled", by="Dr. Luz")
    assert counts(preview(editor_client, treatment, "ar"))[1:] == [
        "Recalled in English: apps get nothing in Arabic."
    ]


def test_a_revision_of_the_past_can_be_previewed(editor_client, treatment):
    revision = treatment.latest_revision
    response = editor_client.get(
        reverse("wagtailadmin_pages:revisions_view", args=[treatment.pk, revision.pk])
    )
    assert b"A gentle treatment for stiff joints." in response.content


def test_a_page_that_was_never_saved_can_be_previewed(editor_client, editor, index, treatment):
    url = reverse("wagtailadmin_pages:preview_on_add", args=["pages", "treatmentpage", index.pk])
    draft = page_post(treatment, editor, slug="another", title="Another")
    assert editor_client.post(url, draft).json()["is_valid"]
    response = editor_client.get(url)
    assert b"A gentle treatment for stiff joints." in response.content


@pytest.mark.parametrize("code", [language.code for language in all_languages()])
def test_words_of_an_editor_are_escaped_in_every_language(code, editor_client, treatment):
    soup = preview(editor_client, treatment, code, heading_en="<script>alert(1)</script>")
    assert soup.h1.text == "<script>alert(1)</script>"
    assert soup.h1.script is None


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_just_added_and_still_empty_can_be_previewed(name, editor_client, treatment):
    block = BLOCKS[name]
    empty = block.get_prep_value(block.normalize(block.get_default()))
    treatment.body = treatment.body.stream_block.to_python([{"type": name, "value": empty}])
    assert preview(editor_client, treatment, "ar").select_one(f".block--{name}")
