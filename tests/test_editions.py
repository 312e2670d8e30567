"""The edition log: appended in one transaction, only when bytes changed, and never rewritten."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from wagtail.models import PageViewRestriction

from pages.catalog.segments import page_segments
from pages.catalog.targets import store_target
from pages.document.vocabulary import Origin
from pages.languages import all_languages, get_language
from pages.models import CurrentEdition, Edition, GlossaryTerm, Release, Target, TreatmentPage
from pages.models.target import TargetState
from pages.publishing.batch import together
from pages.publishing.compile import forget_blocks
from pages.publishing.editions import (
    chain_digest,
    editions_appended,
    reconcile,
    reconcile_pages,
)
from pages.publishing.load import compile_draft
from pages.publishing.release import set_release
from tests import factory
from tests.factory import LEAD, SECTION, WARNING, block_id

pytestmark = pytest.mark.django_db


def document(page, code: str) -> dict:
    row = CurrentEdition.objects.select_related("edition").get(page=page, language=code)
    return orjson.loads(bytes(row.edition.body))


def statuses(page, code: str) -> dict[str, tuple[str, str]]:
    return {
        block["type"]: (block["lang"], block["translation"]["status"])
        for block in document(page, code)["blocks"]
    }


def test_publishing_appends_one_edition_for_each_released_language():
    page = factory.treatment()
    assert list(Edition.objects.values_list("language", flat=True)) == ["en"]
    factory.translate(page)
    assert set(Edition.objects.values_list("language", flat=True)) == {
        language.code for language in all_languages()
    }


def test_publishing_again_without_a_change_appends_nothing():
    page = factory.treatment()
    factory.translate(page)
    before = Edition.objects.count()
    factory.edit(page)
    assert reconcile(page.pk) == []
    assert Edition.objects.count() == before


def test_an_edited_block_falls_back_alone_and_a_revert_brings_the_reviewed_words_back():
    page = factory.treatment()
    factory.translate(page)
    reviewed = document(page, "ar")
    reworded = (
        "section",
        "prose_section",
        {**SECTION[2], "body": SECTION[2]["body"].replace("20", "30")},
    )
    factory.edit(page, blocks=(LEAD, reworded, WARNING))
    for language in all_languages()[1:]:
        assert statuses(page, language.code) == {
            "lead": (language.code, "approved"),
            "prose_section": ("en", "stale"),
            "contraindications": (language.code, "approved"),
        }
    factory.edit(page, blocks=(LEAD, SECTION, WARNING))
    assert document(page, "ar") == reviewed


def test_a_changed_link_makes_nothing_stale_and_reaches_every_language():
    def with_link(address: str):
        body = f'<p data-block-key="kkkkk">See <a href="{address}">our page</a>.</p>'
        return (LEAD, ("s", "prose_section", {"heading": "", "body": body}), WARNING)

    page = factory.treatment(blocks=with_link("https://a.example/"))
    factory.translate(page, "es")
    factory.edit(page, blocks=with_link("https://b.example/"))
    assert statuses(page, "es")["prose_section"] == ("es", "approved")
    section = next(b for b in document(page, "es")["blocks"] if b["type"] == "prose_section")
    marks = [mark for span in section["body"][0]["spans"] for mark in span["marks"]]
    assert [mark["href"] for mark in marks] == ["https://b.example/"]


def test_a_critical_block_waits_for_review_whatever_the_policy(settings):
    settings.UNREVIEWED_POLICY = "machine"
    page = factory.treatment()
    factory.translate(page, "es")
    factory.translate(page, "es", state="needs_review", only="heading")
    warning = f"body.{block_id('warning')}"
    machine = factory.edit(
        page,
        blocks=(
            ("lead", "lead", {"text": "A new lead."}),
            SECTION,
            ("warning", "contraindications", {"items": [{"text": "New.", "severity": "absolute"}]}),
        ),
    )
    factory.translate(machine, "es", state="machine", only=warning)
    factory.translate(machine, "es", state="machine", only=f"body.{block_id('lead')}")
    assert statuses(page, "es")["lead"] == ("es", "machine")
    assert statuses(page, "es")["contraindications"] == ("en", "unreviewed")


def test_a_language_exists_for_the_public_once_its_essentials_are_approved():
    page = factory.treatment()
    for part in ("heading", "summary"):
        factory.translate(page, "es", only=part)
    assert not CurrentEdition.objects.filter(language="es").exists()
    factory.translate(page, "es", only=f"body.{block_id('warning')}")
    assert statuses(page, "es") == {
        "lead": ("en", "missing"),
        "prose_section": ("en", "missing"),
        "contraindications": ("es", "approved"),
    }


def test_a_withdrawn_language_is_a_tombstone_until_somebody_releases_it():
    page = factory.treatment()
    factory.translate(page, "es")
    set_release(page.pk, get_language("es"), Release.State.WITHDRAWN, by="Dr. Luz", reason="wrong")
    reconcile(page.pk)
    last = Edition.objects.filter(language="es").last()
    assert (last.kind, last.reason, bytes(last.body)) == ("tombstone", "withdrawn", b"")
    factory.translate(page, "es")
    factory.edit(page, summary_en="New summary.")
    assert not CurrentEdition.objects.filter(language="es").exists()
    set_release(page.pk, get_language("es"), Release.State.RELEASED, by="Dr. Luz")
    reconcile(page.pk)
    assert CurrentEdition.objects.filter(language="es").exists()


def test_unpublishing_expiring_hiding_and_deleting_are_events_with_a_reason():
    reasons = {}
    page = factory.treatment("one")
    page.unpublish()
    reasons["unpublished"] = Edition.objects.last().reason
    page = factory.treatment("two")
    page.unpublish(set_expired=True)
    reasons["expired"] = Edition.objects.last().reason
    page = factory.treatment("three")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    reasons["private"] = Edition.objects.last().reason
    page = factory.treatment("four")
    page.delete()
    reasons["deleted"] = Edition.objects.last().reason
    page = factory.treatment("five", valid_until=date.today() - timedelta(days=2))
    assert {reason: reason for reason in reasons} == reasons
    assert not CurrentEdition.objects.exists()
    assert not Edition.objects.filter(document_id=page.translation_key).exists()


def test_a_restriction_that_is_lifted_makes_the_page_public_again():
    page = factory.treatment()
    restriction = PageViewRestriction.objects.create(
        page=page.get_parent(), restriction_type="login"
    )
    assert not CurrentEdition.objects.exists()
    restriction.delete()
    assert CurrentEdition.objects.filter(page=page).exists()


def test_a_draft_changes_nothing_public():
    page = factory.treatment()
    before = list(Edition.objects.values_list("digest", flat=True))
    draft = TreatmentPage.objects.get(pk=page.pk)
    draft.summary_en = "Not for the public yet."
    draft.save_revision()
    reconcile(page.pk)
    assert list(Edition.objects.values_list("digest", flat=True)) == before


def test_editions_are_chained_by_hash_and_numbered_per_page_and_language():
    page = factory.treatment()
    for summary in ("Second.", "Third."):
        page = factory.edit(page, summary_en=summary)
    chain = ""
    for number, edition in enumerate(Edition.objects.filter(language="en"), start=1):
        assert edition.number == number
        assert edition.chain == chain_digest(edition, chain)
        chain = edition.chain
    assert number == 3


@pytest.mark.django_db(transaction=True)
def test_the_log_is_in_commit_order_and_refuses_to_be_rewritten():
    page = factory.treatment()
    factory.edit(page, summary_en="Second.")
    sequence = list(Edition.objects.order_by("id").values_list("seq", flat=True))
    assert None not in sequence
    assert sequence == sorted(set(sequence))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Edition.objects.filter(number=1).update(reason="edited")
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Edition.objects.filter(number=1).delete()


@pytest.mark.django_db(transaction=True)
def test_a_publish_that_fails_leaves_neither_content_nor_edition(monkeypatch):
    page = factory.treatment()
    before = Edition.objects.count()
    draft = TreatmentPage.objects.get(pk=page.pk)
    draft.summary_en = "Half done."
    revision = draft.save_revision()

    def full(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("pages.publishing.editions.orjson.dumps", full)
    with pytest.raises(OSError, match="disk full"):
        revision.publish()
    assert TreatmentPage.objects.get(pk=page.pk).summary_en == "Hands-on care for your back."
    assert Edition.objects.count() == before


def test_rooms_above_hear_of_new_editions_inside_their_transaction_and_can_undo_it():
    heard: list[tuple[str, bool]] = []

    def hear(sender, editions, **kwargs):
        heard.extend((edition.language, connection.in_atomic_block) for edition in editions)

    def refuse(sender, **kwargs):
        raise RuntimeError("refused")

    editions_appended.connect(hear)
    try:
        page = factory.treatment()
        reconcile(page.pk)  # nothing new
        assert heard == [("en", True)]
        editions_appended.connect(refuse)
        before = Edition.objects.count()
        with pytest.raises(RuntimeError, match="refused"), transaction.atomic():
            factory.edit(page, summary_en="Other words.")
        assert Edition.objects.count() == before
    finally:
        editions_appended.disconnect(hear)
        editions_appended.disconnect(refuse)


def test_pages_that_are_recompiled_together_stay_each_in_its_own_languages():
    """What another page asks for releases nothing here that nobody then publishes."""
    first, second = factory.treatment("one"), factory.treatment("two")
    for segment in page_segments(first):
        factory.translate_segment(first, segment, get_language("fr"), TargetState.APPROVED)
    # It ends at another time than its documents say: all its languages are recompiled.
    tomorrow = timezone.now() + timedelta(days=1)
    TreatmentPage.objects.filter(pk=second.pk).update(expire_at=tomorrow)
    reconcile_pages([first.pk, second.pk], [get_language("es")])
    assert not Release.objects.filter(page=first, language="fr").exists()
    reconcile(first.pk)
    assert CurrentEdition.objects.filter(page=first, language="fr").exists()


def test_a_snippet_change_recompiles_just_the_pages_that_use_it():
    term = GlossaryTerm.objects.create(term_en="joint", definition_en="Where two bones meet.")
    body = f'<p>Your <a linktype="glossary" id="{term.pk}">joint</a> moves.</p>'
    user = factory.treatment("user", blocks=(LEAD, ("s", "prose_section", {"body": body})))
    factory.treatment("other")
    before = Edition.objects.count()
    term.definition_en = "The place where two bones meet."
    term.save()
    new = Edition.objects.all()[before:]
    assert [edition.document_id for edition in new] == [user.translation_key]
    assert b"The place where two bones meet." in bytes(new[0].body)


def test_a_stale_glossary_definition_is_not_served():
    term = GlossaryTerm.objects.create(
        term_en="joint",
        definition_en="Where bones meet.",
        term_es="articulación",
        definition_es="Donde se unen los huesos.",
    )
    body = f'<p>Your <a linktype="glossary" id="{term.pk}">joint</a> moves.</p>'
    page = factory.treatment(blocks=(LEAD, ("s", "prose_section", {"body": body}), WARNING))
    factory.translate(page, "es")

    def mark() -> dict:
        section = next(b for b in document(page, "es")["blocks"] if b["type"] == "prose_section")
        return next(m for span in section["body"][0]["spans"] for m in span["marks"])

    assert (mark()["lang"], mark()["term"]) == ("es", "articulación")
    term.definition_en = "Where two bones meet and move."
    term.save()
    assert (mark()["lang"], mark()["definition"]) == ("en", "Where two bones meet and move.")
    term.confirm_translations()
    term.save()
    assert mark()["lang"] == "es"


def test_a_link_follows_the_heading_of_the_treatment_that_it_leads_to():
    other = factory.treatment("other")
    relation = ("r", "relation", {"kind": "complements", "treatment": other.pk, "text": "Both."})
    page = factory.treatment(blocks=(LEAD, relation, WARNING))

    def treatment() -> dict | None:
        return next(b for b in document(page, "en")["blocks"] if b["type"] == "relation")[
            "treatment"
        ]

    factory.edit(other, heading_en="A better name")
    assert treatment()["heading"] == "A better name"
    TreatmentPage.objects.get(pk=other.pk).unpublish()
    assert treatment() is None


def test_the_target_columns_are_projections_of_approved_targets():
    page = factory.treatment()
    factory.translate(page, "es", state="needs_review", only="heading")
    page.refresh_from_db()
    assert page.heading_es is None
    factory.translate(page, "es", only="heading")
    page.refresh_from_db()
    assert page.heading_es == "Back care (español)"
    page = factory.edit(page, heading_en="Care of the back")
    assert page.heading_es is None


def test_numbers_in_right_to_left_text_are_isolated():
    page = factory.treatment(
        blocks=(LEAD, ("c", "checklist", {"items": ["Call +1 (212) 555-0100 first."]}), WARNING)
    )
    factory.translate(page, "ar", "es")
    item = next(b for b in document(page, "ar")["blocks"] if b["type"] == "checklist")["items"][0]
    assert "\u2066+1 (212) 555-0100\u2069" in item
    assert "\u2066" not in str(document(page, "es"))


def test_the_segments_of_an_alias_are_delivered_by_the_original_alone():
    page = factory.treatment()
    alias = page.create_alias(update_slug="copy")
    assert not CurrentEdition.objects.filter(page=alias).exists()
    assert len(list(page_segments(page))) == len(list(page_segments(alias)))


def test_an_end_is_in_the_document_of_every_language_and_the_time_that_copies_last_too(settings):
    page = factory.treatment()
    factory.translate(page, "es")
    assert document(page, "es")["expires_at"] is None
    assert document(page, "es")["max_stale"] == settings.OFFLINE_MAX_STALE == 604_800
    page = factory.edit(page, expire_at=datetime(2099, 1, 1, 12, tzinfo=UTC))
    for code in ("en", "es"):
        assert document(page, code)["expires_at"] == "2099-01-01T12:00:00Z"
    # Saved by a script that publishes nothing: the next act of any language tells all of them.
    end = datetime(2098, 1, 1, 12, 0, 0, 5, tzinfo=UTC)
    TreatmentPage.objects.filter(pk=page.pk).update(expire_at=end)
    reconcile(page.pk, [get_language("es")])
    for code in ("en", "es"):
        assert document(page, code)["expires_at"] == "2098-01-01T12:00:00.000005Z"
    assert not CurrentEdition.objects.exclude(expires_at=end).exists()


def test_many_changed_snippets_recompile_each_page_once():
    terms = [
        GlossaryTerm.objects.create(term_en=word, definition_en="Once.") for word in ("one", "two")
    ]
    links = "".join(f'<a linktype="glossary" id="{t.pk}">{t.term_en}</a> ' for t in terms)
    page = factory.treatment(blocks=(LEAD, ("s", "prose_section", {"body": f"<p>{links}</p>"})))
    before = Edition.objects.count()
    with together():
        for term in terms:
            term.definition_en = "Twice."
            term.save()
        assert Edition.objects.count() == before
    assert Edition.objects.count() == before + 1
    assert "Twice." in str(document(page, "en"))
    assert "Once." not in str(document(page, "en"))


def test_a_remembered_block_is_what_compiling_it_anew_gives():
    page = factory.treatment()
    factory.translate(page)
    for blocks in ((LEAD, WARNING, SECTION), (SECTION, LEAD, WARNING), (LEAD, SECTION, WARNING)):
        factory.edit(page, blocks=blocks)
        for language in all_languages():
            live = TreatmentPage.objects.get(pk=page.pk)
            remembered = compile_draft(live, language)
            forget_blocks()
            assert compile_draft(live, language) == remembered
            assert orjson.dumps(remembered) == orjson.dumps(document(page, language.code))


def test_a_translation_with_another_number_is_blocked_even_where_machines_are_served(settings):
    settings.UNREVIEWED_POLICY = "machine"
    page = factory.treatment()
    factory.translate(page, "es")
    rest = next(s for s in page_segments(page) if "20 minutes" in s.text)
    wrong = rest.text.replace("20", "200")
    spanish = get_language("es")
    Target.objects.filter(page=page, language="es", key=rest.key).delete()
    store_target(page.pk, spanish, rest, wrong, by="engine", origin=Origin.MACHINE, state="machine")
    reconcile(page.pk)
    assert statuses(page, "es")["prose_section"] == ("en", "blocked")
    assert "200 minutes" not in str(document(page, "es"))
