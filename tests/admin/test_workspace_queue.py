"""The queue: what is left to do in a language, the most urgent first."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pages.admin.workspace.language_views import QueueView
from pages.admin.workspace.queue import Show, queue, queued_pages
from pages.admin.workspace.versions import with_draft_texts
from pages.catalog.segments import page_segments
from pages.languages import get_language
from pages.models import Proposal, SegmentComment, TreatmentPage
from pages.models.target import TargetState
from tests.admin.workspace import client_of, person, soup_of, target_of
from tests.factory import (
    BODY,
    LEAD,
    SECTION,
    WARNING,
    block_id,
    body_of,
    edit,
    translate,
    treatment,
)

pytestmark = pytest.mark.django_db

SPANISH = get_language("es")
NEW_WARNING = (
    "warning",
    "contraindications",
    {"items": [{"text": "You have a broken rib.", "severity": "absolute"}]},
)


def in_order():
    return [item.page.slug for item in queue(SPANISH)]


def tally(page):
    (found,) = (item.tally for item in queue(SPANISH) if item.page.pk == page.pk)
    return found


@pytest.fixture
def ana():
    return client_of(person("ana", "translate_es"))


def shown(client, query=""):
    soup = soup_of(client.get(reverse("workspace_queue", args=["es"]) + query))
    return [link.text for link in soup.select("tbody th a")]


def test_every_segment_is_counted_in_one_state():
    page = treatment()
    segments = list(page_segments(page))
    translate(page, "es", only="body")
    translate(page, "es", state=TargetState.MACHINE, only="heading")
    page = edit(page, [LEAD, SECTION, NEW_WARNING])
    counts = tally(page).counts
    assert counts[Show.ALL] == len(segments)
    assert (counts[Show.MISSING], counts[Show.STALE], counts[Show.UNREVIEWED]) == (1, 1, 1)
    assert counts[Show.OPEN] == 3
    assert tally(page).critical == 1
    assert tally(page).percent == 100 * (len(segments) - 3) // len(segments)


def test_words_are_those_of_the_source_without_tags():
    page = treatment(blocks=[SECTION], heading_en="Back care", summary_en="Care.")
    assert tally(page).words == 2 + 1 + 3 + 5 + 4
    translate(page, "es", only=f"body.{block_id('section')}.body#rest0")
    assert tally(page).words_open == 2 + 1 + 3 + 4


def test_critical_blocks_come_first_then_what_is_outdated():
    done, missing, stale, critical = (
        treatment(slug, [LEAD, SECTION])
        for slug in ("a-done", "b-missing", "c-stale", "d-critical")
    )
    for page in (done, missing, stale):
        translate(page, "es")
    translate(missing, "es")
    missing = edit(missing, [LEAD, SECTION, ("more", "lead", {"text": "Another text here."})])
    stale = edit(stale, [("lead", "lead", {"text": "A strong treatment."}), SECTION])
    translate(critical, "es")
    critical = edit(critical, [LEAD, SECTION, WARNING])
    assert in_order() == ["d-critical", "c-stale", "b-missing", "a-done"]


def test_conflicts_failing_checks_and_open_comments_are_counted():
    page = treatment()
    translate(page, "es")
    key = f"body.{block_id('lead')}.text"
    target = target_of(page, key)
    Proposal.objects.create(target=target, text="Otra.", origin="import", by="Sur")
    Proposal.objects.create(target=target, text="Más.", origin="import", by="Sur")
    SegmentComment.objects.create(page=page, key=key, language="es", text="¿?", by="Ana")
    SegmentComment.objects.create(page=page, key=key, language="", text="Why?", by="Fabien")
    SegmentComment.objects.create(page=page, key=key, language="fr", text="Hm", by="Fabien")
    target.failed_checks = ["numbers"]
    target.save()
    counts = tally(page).counts
    SegmentComment.objects.create(page=page, key="summary", language="es", text="¿?", by="Ana")
    assert (counts[Show.CONFLICTS], counts[Show.COMMENTS], counts[Show.FAILING]) == (1, 1, 1)
    assert tally(page).counts[Show.COMMENTS] == 2  # texts, as in the workspace
    assert counts[Show.OPEN] == 1


def test_what_was_retracted_is_missing():
    page = treatment()
    translate(page, "es", only="summary")
    target = target_of(page, "summary")
    target.state = TargetState.RETRACTED
    target.save()
    assert tally(page).counts[Show.MISSING] == tally(page).counts[Show.ALL]


def test_the_queue_is_narrowed_found_in_and_ordered(ana):
    first, second = treatment("neck-care"), treatment("back-care")
    translate(first, "es")
    assert shown(ana) == ["Back care", "Neck care"]
    assert shown(ana, "?show=missing") == ["Back care"]
    assert shown(ana, "?q=NECK") == ["Neck care"]
    edit(second, [LEAD], title="Zen care")
    assert shown(ana, "?sort=title") == ["Neck care", "Zen care"]
    assert shown(ana, "?show=nonsense&sort=nonsense")[0] == "Zen care"


def test_a_page_that_is_not_live_is_counted_by_its_draft(ana):
    page = treatment()
    page.unpublish()
    draft = TreatmentPage.objects.get(pk=page.pk)
    draft.body = body_of([LEAD])
    draft.summary_en = "Another summary."
    draft.save_revision()
    (queued,) = queued_pages()
    assert list(page_segments(queued)) == list(page_segments(draft))
    assert shown(ana) == ["Back care"]


def test_the_texts_of_a_draft_are_those_that_wagtail_makes_of_it():
    page = treatment(blocks=BODY)
    draft = TreatmentPage.objects.get(pk=page.pk)
    draft.body = body_of([SECTION, LEAD])
    draft.also_called_en = "Manual therapy"
    draft.heading_en = ""
    draft.save_revision()
    light = with_draft_texts(TreatmentPage.objects.get(pk=page.pk))
    full = TreatmentPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert list(page_segments(light)) == list(page_segments(full))


def test_an_alias_is_translated_where_its_original_is():
    page = treatment()
    page.create_alias(update_slug="twin")
    assert in_order() == ["back-care"]


def test_a_long_queue_is_shown_screen_by_screen_and_counted_whole(ana, monkeypatch):
    monkeypatch.setattr(QueueView, "per_screen", 2)
    for slug in ("a-care", "b-care", "c-care"):
        treatment(slug)
    assert len(shown(ana)) == 2
    assert len(shown(ana, "?p=2&sort=title")) == 1
    assert len(shown(ana, "?p=nonsense")) == 2
    soup = soup_of(ana.get(reverse("workspace_queue", args=["es"]), {"p": 2, "show": "missing"}))
    assert soup.select_one("[data-number=all] b").text == "3"
    assert "p=" not in soup.select_one("[data-number=all]")["href"]
