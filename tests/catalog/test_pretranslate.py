"""Duplicated blocks, copied pages and sentences used again: filled from memory, never approved."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.actions.convert_alias import ConvertAliasPageAction

from pages.catalog.ledger import ReviewRefused
from pages.catalog.memory.pretranslate import BY, fill_missing, pretranslate
from pages.catalog.segments import page_segments
from pages.catalog.targets import approve_target, load_targets, store_target
from pages.document.vocabulary import Origin
from pages.languages import get_language
from pages.models import Target, TargetChange, TreatmentPage
from pages.models.target import TargetState
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from tests import factory
from tests.factory import LEAD, SECTION, WARNING

pytestmark = pytest.mark.django_db
SPANISH = get_language("es")


def translated(*codes: str, state: TargetState = TargetState.APPROVED) -> TreatmentPage:
    page = factory.treatment()
    factory.translate(page, *(codes or ("es",)), state=state)
    return page


def targets(page: TreatmentPage, language: str = "es") -> dict[str, Target]:
    return {row.key: row for row in Target.objects.filter(page=page, language=language)}


def copied(page: TreatmentPage, slug: str = "copy") -> TreatmentPage:
    made = page.copy(update_attrs={"slug": slug, "title": slug})
    return TreatmentPage.objects.get(pk=made.pk)


def spanish(page: TreatmentPage) -> dict:
    return Client().get(f"/api/v1/es/treatments/{page.slug}/").json()


# Copies


def test_a_copied_page_is_filled_and_waits_for_a_review():
    original = translated()
    copy = copied(original)
    filled = targets(copy)
    assert filled.keys() == targets(original).keys()
    for key, target in filled.items():
        assert target.text == targets(original)[key].text
        assert (target.state, target.origin) == (TargetState.NEEDS_REVIEW, Origin.MEMORY)
        assert (target.reviewer, target.qualification) == ("", "")


def test_a_fill_names_its_source_in_its_note_and_the_memory_in_the_log():
    target = targets(copied(translated()))["summary"]
    assert target.note == "From memory: back-care, approved by Dr. Luz"
    (change,) = TargetChange.objects.filter(target=target)
    assert (change.by, change.action) == (BY, "stored")


def test_whoever_wrote_the_original_cannot_review_its_fill():
    target = targets(copied(translated()))["summary"]
    with pytest.raises(ReviewRefused, match="Ana translated this"):
        approve_target(target, by="Ana")
    approve_target(target, by="Dr. Luz")


def test_a_copy_is_not_public_in_a_language_whose_targets_nobody_reviewed():
    copy = copied(translated())
    assert Client().get(f"/api/v1/es/treatments/{copy.slug}/").status_code == 404


def test_the_copy_s_targets_are_its_own():
    original = translated()
    copy = copied(original)
    segment = next(each for each in page_segments(copy) if each.key == "summary")
    store_target(copy.pk, SPANISH, segment, "Otra cosa.", by="Eva", origin=Origin.HUMAN)
    assert targets(original)["summary"].text != "Otra cosa."
    copy.delete()
    assert all(row.state == TargetState.APPROVED for row in targets(original).values())
    assert spanish(original)["summary"]


def test_a_copy_that_is_a_draft_is_filled_when_it_is_published():
    copy = translated().copy(keep_live=False, update_attrs={"slug": "copy", "title": "Copy"})
    copy = TreatmentPage.objects.get(pk=copy.pk)
    assert not targets(copy)
    copy.save_revision().publish()
    assert targets(copy)


# Aliases


def test_an_alias_has_no_targets_and_shows_the_original_s():
    original = translated()
    alias = original.create_alias(update_slug="alias")
    original.save_revision().publish()
    assert not targets(TreatmentPage.objects.get(pk=alias.pk))
    assert pretranslate(TreatmentPage.objects.get(pk=alias.pk), [SPANISH]) == []


def test_an_alias_that_becomes_a_page_of_its_own_is_filled_when_it_is_published():
    alias = translated().create_alias(update_slug="alias")
    ConvertAliasPageAction(alias).execute()
    page = TreatmentPage.objects.get(pk=alias.pk)
    page.save_revision().publish()
    assert {row.state for row in targets(page).values()} == {TargetState.NEEDS_REVIEW}


# The same sentences elsewhere


def test_a_duplicated_block_is_filled():
    page = translated()
    again = ("again", *LEAD[1:])
    page = factory.edit(page, blocks=[LEAD, again, SECTION, WARNING])
    filled = [row for row in targets(page).values() if factory.block_id("again") in row.key]
    assert [row.state for row in filled] == [TargetState.NEEDS_REVIEW]
    assert len(spanish(page)["blocks"]) == 4  # the approved ones are served, this one in English


def test_a_page_that_uses_the_sentences_of_a_deleted_page_is_filled():
    translated().delete()
    page = factory.treatment("anew", blocks=[("new", *LEAD[1:])])
    (filled,) = (row for row in targets(page).values() if row.key.startswith("body"))
    assert filled.note == "From memory: a deleted page, approved by Dr. Luz"


def test_every_language_is_filled_from_its_own_memory():
    copy = copied(translated("es", "fr"))
    assert {row.language for row in Target.objects.filter(page=copy)} == {"es", "fr"}
    assert targets(copy, "fr")["summary"].text.endswith("(français)")


def test_a_target_that_stands_is_left_alone():
    page = translated(state=TargetState.NEEDS_REVIEW)
    before = {key: (row.text, row.updated_at) for key, row in targets(page).items()}
    copied(page)
    page.save_revision().publish()
    assert {key: (row.text, row.updated_at) for key, row in targets(page).items()} == before


def test_a_stale_segment_keeps_its_old_translation_as_its_start():
    page = translated()
    factory.translate(factory.treatment("other", summary_en="Quite another thing."), "es")
    page = factory.edit(page, summary_en="Quite another thing.")
    assert Target.objects.filter(page=page, language="es", key="summary").count() == 1


def test_a_fill_that_was_taken_back_does_not_come_again():
    copy = copied(translated())
    Target.objects.filter(page=copy).update(state=TargetState.RETRACTED)
    copy.save_revision().publish()
    assert {row.state for row in targets(copy).values()} == {TargetState.RETRACTED}


def test_a_machine_s_words_are_not_passed_on_as_something_better():
    assert not targets(copied(translated(state=TargetState.MACHINE)))


def test_similar_is_not_the_same():
    translated()
    page = factory.treatment("other", blocks=[("other", "lead", {"text": f"{LEAD[2]['text']}!"})])
    assert not [key for key in targets(page) if key.startswith("body")]


def test_what_fails_a_check_is_not_filled_in():
    page = factory.treatment(blocks=[("dose", "lead", {"text": "Take 2 tablets a day."})])
    segment = next(each for each in page_segments(page) if each.key.startswith("body"))
    store_target(page.pk, SPANISH, segment, "Tome 20 al día.", by="Ana", origin=Origin.HUMAN)
    assert not targets(copied(page))


def test_reviewed_words_are_taken_before_others():
    reviewed, other = factory.treatment("reviewed"), factory.treatment("other")
    factory.translate(reviewed, "es", only="summary")
    segment = next(each for each in page_segments(other) if each.key == "summary")
    store_target(other.pk, SPANISH, segment, "Sin revisar.", by="Eva", origin=Origin.HUMAN)
    Target.objects.filter(page=other).update(state=TargetState.NEEDS_REVIEW, text="Sin revisar.")
    assert "reviewed" in targets(copied(other))["summary"].note


def test_what_a_translator_stores_in_the_same_moment_stays():
    """Publishing read that nothing was there; somebody stored before it wrote."""
    translated()
    page = factory.treatment("other", blocks=[("other", "lead", {"text": "Something new."})])
    Target.objects.filter(page=page).delete()
    before = load_targets(page.pk, [SPANISH])
    segment = next(each for each in page_segments(page) if each.key == "summary")
    store_target(page.pk, SPANISH, segment, "Lo de Eva.", by="Eva", origin=Origin.HUMAN)
    assert fill_missing(page.pk, page_segments(page), before) == []
    assert [row.text for row in targets(page).values()] == ["Lo de Eva."]


# When


def test_the_setting_switches_it_off(settings):
    settings.PRETRANSLATE_FROM_MEMORY = False
    assert not targets(copied(translated()))


def test_a_policy_that_serves_unreviewed_words_never_serves_them_in_a_critical_block(settings):
    settings.UNREVIEWED_POLICY = "needs_review"
    copy = copied(translated())
    set_release(copy.pk, SPANISH, "released", by="Eva")
    reconcile(copy.pk)
    served = {block["type"]: block["translation"] for block in spanish(copy)["blocks"]}
    assert served["lead"]["status"] == "needs_review"
    assert served["contraindications"]["status"] == "unreviewed"


def test_a_review_does_not_fill_anything(settings):
    settings.PRETRANSLATE_FROM_MEMORY = False
    original = translated()
    copy = copied(original)
    settings.PRETRANSLATE_FROM_MEMORY = True
    factory.translate(copy, "es", only="summary")
    assert targets(copy).keys() == {"summary"}


def test_publishing_costs_no_query_where_all_is_translated_and_one_where_memory_has_nothing(
    settings,
):
    page = factory.treatment()
    factory.translate(page, state=TargetState.NEEDS_REVIEW)

    def queries(*, pretranslate: bool) -> int:
        settings.PRETRANSLATE_FROM_MEMORY = pretranslate
        with CaptureQueriesContext(connection) as captured:
            page.save_revision().publish()
        return len(captured)

    queries(pretranslate=False)  # what Wagtail and Django remember from the first time
    assert queries(pretranslate=True) == queries(pretranslate=False)
    Target.objects.filter(page=page, language="es").delete()
    queries(pretranslate=False)  # the editions that follow from it
    assert queries(pretranslate=True) == queries(pretranslate=False) + 1


# A draft, and the command


def test_a_draft_can_be_filled_before_it_is_published():
    translated()
    page = factory.treatment("draft", blocks=[("first", "lead", {"text": "Something new."})])
    page.body = factory.body_of([("first", *LEAD[1:])])
    page.save_revision()
    draft = page.get_latest_revision_as_object()
    (fill,) = (each for each in pretranslate(draft, [SPANISH]) if each.segment.key != "summary")
    assert fill.segment.text == LEAD[2]["text"]
    assert targets(page)[fill.segment.key].text == fill.text


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("pretranslate", *options, stdout=out)
    return out.getvalue()


def test_the_command_rehearses_and_then_fills(settings):
    settings.PRETRANSLATE_FROM_MEMORY = False
    copy = copied(translated("es", "fr"))
    said = run("--dry-run", "--language", "es")
    assert "would be filled" in said
    assert "From memory: back-care, approved by Dr. Luz" in said
    assert not targets(copy)
    assert run("--language", "es", "--page", "copy").endswith(
        f"{len(targets(copy))} segments filled from memory; each waits for a review.\n"
    )
    assert targets(copy)
    assert not targets(copy, "fr")
    assert run("--language", "es").startswith("0 segments")


def test_the_command_refuses_a_page_that_there_is_not():
    with pytest.raises(CommandError, match="no such page"):
        run("--page", "nowhere")
