"""Editing and publishing through Wagtail's own form, as a browser posts it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.users.models import UserProfile

from pages.catalog.segments import page_segments
from pages.languages import all_languages, target_languages
from pages.models import TreatmentPage
from tests.admin.conftest import BODY, make_page, translate
from tests.admin.posting import page_post

LEAD, PROSE, CONTRAINDICATIONS = BODY


def publish(client, page: TreatmentPage, user, **changes: str) -> TreatmentPage:
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = {**page_post(page, user, **changes), "action-publish": "action-publish"}
    response = client.post(url, data)
    assert response.status_code == 302, response.context["form"].errors
    return TreatmentPage.objects.get(pk=page.pk)


def columns(page: TreatmentPage) -> dict[str, object]:
    return {
        f"{field}_{language.suffix}": getattr(page, f"{field}_{language.suffix}")
        for field in page.segment_fields
        for language in all_languages()
    }


def steps(count: int) -> dict[str, object]:
    items = [
        {"type": "item", "value": {"title": f"Step {number}", "text": "Lie down.", "duration": ""}}
        for number in range(count)
    ]
    return {"type": "steps", "value": {"phase": "during", "steps": items}}


def test_a_page_of_150_blocks_saves_and_publishes(editor_client, editor, index):
    body = [LEAD, *[PROSE, CONTRAINDICATIONS, steps(4)] * 50][:150]
    page = make_page(index, body)
    assert len(page.body) == 150
    posted = page_post(page, editor)
    # More than Django allows by default: without our settings this is a 400.
    assert 1_000 < len(posted) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    last = max(position for position, block in enumerate(body) if block["type"] == "steps")
    text = f"body-{last}-value-steps-3-value-text"
    assert posted[text] == "Lie down."
    saved = publish(editor_client, page, editor, **{text: "Lie on your side."})
    assert saved.body[last].value["steps"][3]["text"] == "Lie on your side."
    assert [block.id for block in saved.body] == [block.id for block in page.body]


def test_saving_an_untouched_form_changes_nothing_that_a_translation_is_addressed_by(
    editor_client, editor, treatment
):
    before = [(segment.key, segment.digest) for segment in page_segments(treatment)]
    saved = publish(editor_client, treatment, editor)
    assert [(segment.key, segment.digest) for segment in page_segments(saved)] == before


@pytest.mark.parametrize("interface", ["es", "ar"])
def test_an_editor_whose_interface_is_in_another_language_changes_the_source_alone(
    interface, editor_client, editor, treatment
):
    UserProfile.objects.update_or_create(user=editor, defaults={"preferred_language": interface})
    translate(treatment, "es", page_segments(treatment).scalars["heading"], "Movilización")
    treatment.save_revision().publish()
    treatment.refresh_from_db()
    before = columns(treatment)
    assert before["heading_es"] == "Movilización"
    page = editor_client.get(reverse("wagtailadmin_pages:edit", args=[treatment.pk]))
    assert f'lang="{interface}"' in page.content.decode()

    saved = publish(
        editor_client,
        treatment,
        editor,
        summary_en="Slow, gentle movements.",
        also_called_en="Joint mobilization",
    )
    after = columns(saved)
    assert after["summary_en"] == "Slow, gentle movements."
    assert {name for name in after if after[name] != before[name]} == {
        "summary_en",
        "also_called_en",
    }
    assert saved.latest_revision.content["summary_en"] == "Slow, gentle movements."


def test_the_page_form_has_the_source_language_alone(editor_client, treatment):
    page = editor_client.get(reverse("wagtailadmin_pages:edit", args=[treatment.pk]))
    fields = set(page.context["form"].fields)
    assert {"heading_en", "summary_en", "also_called_en", "image_alt_en"} <= fields
    for language in target_languages():
        assert not {name for name in fields if name.endswith(f"_{language.suffix}")}


def test_a_mistake_in_a_block_is_said_and_nothing_is_published(editor_client, editor, treatment):
    url = reverse("wagtailadmin_pages:edit", args=[treatment.pk])
    data = page_post(treatment, editor, **{"body-0-value-text": ""})
    response = editor_client.post(url, {**data, "action-publish": "action-publish"})
    assert response.status_code == 200
    assert any("could not be" in str(message) for message in get_messages(response.wsgi_request))
    treatment.refresh_from_db()
    assert treatment.body[0].value["text"] == "A gentle treatment for stiff joints."
