"""Ways around the rules of translating: who may review what, what a file may overwrite, and what
an undo, a waiver or a late tick leaves served."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import clear_script_prefix, reverse, set_script_prefix

from pages.admin.gate import is_open
from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog
from pages.catalog.handoffs import export_handoff
from pages.catalog.memory.pretranslate import pretranslate
from pages.catalog.recognise import ReceivedFile
from pages.catalog.segments import Segment, page_segments
from pages.catalog.targets import approve_target, store_target, stored_targets
from pages.catalog.verdicts import Acceptance, Verdict
from pages.document.vocabulary import Origin
from pages.languages import Language, get_language
from pages.models import (
    Category,
    CurrentEdition,
    GlossaryTerm,
    Handoff,
    Release,
    Target,
    TreatmentPage,
)
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from pages.publishing.returned_catalogs import Imported, import_file, undo_import
from pages.publishing.verify_translations import verify_translations
from tests import factory
from tests.admin.test_handoffs import applied, hand_out, returned
from tests.admin.test_handoffs import send as upload
from tests.admin.workspace import address, client_of, form_of, opened, person, send, target_of
from tests.factory import LEAD, WARNING, block_id
from tests.test_concurrency import at_the_same_time

pytestmark = pytest.mark.django_db
SPANISH = get_language("es")
FRENCH = get_language("fr")
PO = CODECS["po"]
LEAD_KEY = f"body.{block_id('lead')}.text"
REVIEWED = Acceptance(by="Ana", reviewer="Dr. Luz")
TRANSLATED = Acceptance(by="Ana")


def came_back(handoff: Handoff, data: bytes, acceptance: Acceptance = TRANSLATED) -> Imported:
    language = get_language(handoff.language)
    return import_file(ReceivedFile(handoff.file_name, data, PO, language), acceptance)


def handed_out(catalog: Catalog = Catalog.TREATMENTS, language: Language = SPANISH) -> Handoff:
    return export_handoff(catalog, language, PO, by="Clinic")


def segment_of(page: TreatmentPage, words: str) -> Segment:
    return next(found for found in page_segments(page) if words in found.text)


def served(page: TreatmentPage, kind: str) -> str:
    """The language that a block of the Spanish page is served in."""
    body = bytes(CurrentEdition.objects.get(page=page, language="es").edition.body)
    return next(found["lang"] for found in orjson.loads(body)["blocks"] if found["type"] == kind)


# Four eyes: an account stays who it is, whatever it is called


@pytest.fixture
def luz() -> User:
    return person("luz", "translate_es", "review_es", first_name="Luz", last_name="Vega")


def under_another_name(user: User) -> Client:
    """What anybody may do in their own account."""
    user.first_name, user.last_name = "Nora", "Mora"
    user.save()
    return client_of(user)


def approving(client: Client, page: TreatmentPage, key: str) -> int:
    return send(client, page, form_of(opened(client, page), key), act="approve").status_code


def test_words_that_memory_copied_are_still_their_authors_own(luz):
    page, client = factory.treatment(), client_of(luz)
    send(client, page, {**form_of(opened(client, page), LEAD_KEY), "text": "Un trato suave."})
    copied = factory.treatment("copied")
    pretranslate(copied, [SPANISH])
    assert target_of(copied, LEAD_KEY).text == "Un trato suave."
    assert approving(under_another_name(luz), copied, LEAD_KEY) == 422
    assert target_of(copied, LEAD_KEY).state == "needs_review"


def test_words_of_ones_own_file_are_ones_own_under_every_name(luz):
    page, client = factory.treatment(), client_of(luz)
    (handoff,) = hand_out(client)
    applied(client, returned(handoff))
    client = under_another_name(luz)
    assert approving(client, page, "summary") == 422
    rows = opened(client, page)  # and not all of them at once either
    marked = [box["value"] for box in rows.find_all("input", {"name": "selected"})]
    client.post(address(page), {"act": "approve_selected", "selected": marked})
    assert not Target.objects.filter(state="approved").exists()


def test_undoing_ones_own_file_does_not_make_its_words_somebody_elses(luz):
    factory.treatment()
    client = client_of(luz)
    (handoff,) = hand_out(client)
    record = applied(client, returned(handoff))
    client.post(reverse("handoff_undo", args=[record.pk]))
    answer = upload(client, returned(handoff), translator="Agency", reviewed="on")
    assert "are your own words" in "\n".join(answer.context["form"].errors["file"])


def test_words_of_ones_own_file_that_somebody_took_are_ones_own(luz):
    page, client = factory.treatment(), client_of(luz)
    (handoff,) = hand_out(client)
    ana = client_of(person("ana", "translate_es"))
    send(ana, page, {**form_of(opened(ana, page), LEAD_KEY), "text": "Palabras de Ana."})
    applied(client, returned(handoff))
    (proposal,) = target_of(page, LEAD_KEY).proposals.all()
    send(ana, page, form_of(opened(ana, page), LEAD_KEY), act=f"take:{proposal.pk}")
    assert target_of(page, LEAD_KEY).text == proposal.text
    assert approving(under_another_name(luz), page, LEAD_KEY) == 422


def test_an_agencys_file_is_reviewed_by_who_uploaded_it(luz):
    page, client = factory.treatment(), client_of(luz)
    (handoff,) = hand_out(client)
    applied(client, returned(handoff), translator="Agency")
    assert approving(client, page, "summary") == 302


# What a file may overwrite


def test_an_untouched_word_of_the_vocabulary_does_not_undo_a_newer_correction():
    category = Category.objects.create(name_en="Hands-on", slug="hands-on", name_es="Mal")
    handoff = handed_out(Catalog.VOCABULARY)
    category.name_es = "Con las manos"
    category.save()
    (line,) = came_back(handoff, handoff.data, REVIEWED).report.lines
    assert (line.verdict, line.message) == (
        Verdict.UNCHANGED,
        "An earlier wording; it is 'Con las manos' now.",
    )
    category.refresh_from_db()
    assert category.name_es == "Con las manos"


def test_two_new_words_for_one_term_are_a_conflict_and_what_is_served_stays():
    category = Category.objects.create(name_en="Hands-on", slug="hands-on", name_es="Mal")
    handoff = handed_out(Catalog.VOCABULARY)
    category.name_es = "Con las manos"
    category.save()
    imported = came_back(handoff, returned(handoff), REVIEWED)
    (line,) = imported.report.lines
    assert line.verdict == Verdict.CONFLICT
    assert "'Con las manos'" in line.message
    category.refresh_from_db()
    assert category.name_es == "Con las manos"
    assert imported.record.data == returned(handoff)  # where the other words are kept


def test_a_touched_word_that_nobody_else_touched_is_taken():
    category = Category.objects.create(name_en="Hands-on", slug="hands-on", name_es="Mal")
    handoff = handed_out(Catalog.VOCABULARY)
    (line,) = came_back(handoff, returned(handoff), REVIEWED).report.lines
    assert line.verdict == Verdict.APPLIED
    category.refresh_from_db()
    assert category.name_es != "Mal"


@pytest.mark.django_db(transaction=True)
def test_vocabularies_of_two_languages_at_once_keep_each_others_words():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's writers wait for each other: one connection writes at a time")
    for number in range(40):
        Category.objects.create(name_en=f"Name of {'abcdefgh'[number % 8]}", slug=f"c-{number}")
    files = [handed_out(Catalog.VOCABULARY, language) for language in (SPANISH, FRENCH)]
    at_the_same_time(*(_coming_back(handoff) for handoff in files))
    lost = [term.slug for term in Category.objects.all() if not (term.name_es and term.name_fr)]
    assert lost == []


def _coming_back(handoff: Handoff) -> Any:
    return lambda: came_back(handoff, returned(handoff), REVIEWED)


# What an undo leaves


def test_a_language_that_only_an_undone_import_made_public_is_not_public_any_more():
    page = factory.treatment()
    handoff = handed_out()
    imported = came_back(handoff, returned(handoff), REVIEWED)
    assert CurrentEdition.objects.filter(page=page, language="es").exists()
    undo_import(imported.record, by="Clinic")
    assert not CurrentEdition.objects.filter(page=page, language="es").exists()
    assert not Release.objects.filter(page=page, language="es").exists()
    assert verify_translations().faults == []
    came_back(handoff, returned(handoff), REVIEWED)
    assert CurrentEdition.objects.filter(page=page, language="es").exists()


@pytest.mark.parametrize("how", ["before", "by an act", "by other work"])
def test_a_language_that_was_public_without_the_import_stays_public(how):
    page = factory.treatment()
    if how == "before":
        factory.translate(page, "es")
    if how == "by an act":
        set_release(page.pk, SPANISH, Release.State.RELEASED, by="Clinic")
    handoff = handed_out()
    # Only the lead: nothing that the rule asks for.
    data = returned(handoff)
    if how == "by other work":
        data = _only(handoff, LEAD_KEY)
    imported = came_back(handoff, data, REVIEWED)
    if how == "by other work":
        for part in ("heading", "summary", f"body.{block_id('warning')}"):
            factory.translate(page, "es", only=part)
        page = factory.edit(page, heading_en="Another name")
    undo_import(imported.record, by="Clinic")
    assert CurrentEdition.objects.filter(page=page, language="es").exists()


def _only(handoff: Handoff, key: str) -> bytes:
    """The file with one unit filled in."""
    read = PO.read(handoff.data, SPANISH).units
    others = {unit.key.partition("/")[2]: "" for unit in read}
    del others[key]
    return returned(handoff, **others)


def test_words_beside_a_target_that_was_taken_back_are_still_shown_and_taken():
    page = factory.treatment()
    handoff = handed_out()
    first = came_back(handoff, returned(handoff, summary="Uno."))
    came_back(handoff, returned(handoff, summary="Dos."), Acceptance(by="Ben"))
    undo_import(first.record, by="Clinic")
    ana = client_of(person("ana", "translate_es"))
    shown = opened(ana, page)
    assert "Dos." in shown.text
    (proposal,) = first.record.changes.get(
        target__key="summary", action="stored"
    ).target.proposals.all()
    assert send(ana, page, form_of(shown, "summary"), act=f"take:{proposal.pk}").status_code == 302
    target = target_of(page, "summary")
    assert (target.text, target.state, target.author) == ("Dos.", "needs_review", "Ben")
    proposal.refresh_from_db()
    assert proposal.resolution == "taken"


def test_an_approval_that_an_undo_brings_back_is_not_served_if_it_fails_a_check_today():
    page = factory.treatment()
    factory.translate(page, "es")
    found = segment_of(page, "gentle")
    target = store_target(page.pk, SPANISH, found, "Un trato suave.", by="Ana", origin=Origin.HUMAN)
    approve_target(target, by="Dr. Luz")
    reconcile(page.pk)
    handoff = handed_out()
    imported = came_back(handoff, returned(handoff), REVIEWED)
    GlossaryTerm.objects.create(
        term_en="gentle treatment", definition_en="Ours.", do_not_translate=True
    )
    undo_import(imported.record, by="Clinic")
    target.refresh_from_db()
    assert (target.text, target.state) == ("Un trato suave.", "approved")
    assert target.failed_checks == ["do_not_translate"]
    assert served(page, "lead") == "en"
    assert target_of(page, "summary").failed_checks == []


# A waiver is for what failed when it was given


@pytest.fixture
def minutes() -> tuple[TreatmentPage, Segment]:
    page = factory.treatment()
    return page, segment_of(page, "20")


def test_a_reason_for_nothing_is_no_waiver(minutes):
    page, found = minutes
    target = store_target(
        page.pk, SPANISH, found, f"{found.text} Sí.", by="Ana", origin=Origin.HUMAN
    )
    approve_target(target, by="Dr. Luz", waiver="It is fine.")
    assert (target.state, target.waiver) == ("approved", "")


def test_a_waiver_does_not_pass_what_is_found_later(minutes):
    page, found = minutes
    wrong = found.text.replace("20", "30")
    target = store_target(page.pk, SPANISH, found, wrong, by="Ana", origin=Origin.HUMAN)
    Target.objects.filter(pk=target.pk).update(failed_checks=["placeholders"])
    target.refresh_from_db()
    approve_target(target, by="Dr. Luz", waiver="The placeholder is meant.")
    ledger = stored_targets(SPANISH, [page.pk])
    stored = ledger.get(page.pk, found.key, found.digest)
    assert ledger.recheck(stored, found, by="Clinic")
    assert (stored.failed_checks, stored.waiver) == (["numbers"], "")


def test_a_waiver_stays_while_nothing_new_fails(minutes):
    page, found = minutes
    wrong = found.text.replace("20", "30")
    target = store_target(page.pk, SPANISH, found, wrong, by="Ana", origin=Origin.HUMAN)
    Target.objects.filter(pk=target.pk).update(failed_checks=["numbers", "placeholders"])
    target.refresh_from_db()
    approve_target(target, by="Dr. Luz", waiver="A range.")
    ledger = stored_targets(SPANISH, [page.pk])
    stored = ledger.get(page.pk, found.key, found.digest)
    assert ledger.recheck(stored, found, by="Clinic")
    assert (stored.failed_checks, stored.waiver) == (["numbers"], "A range.")


# A block that becomes critical


DRIVE = (
    "section",
    "prose_section",
    {"heading": "After it", "body": '<p data-block-key="k0">Do not drive for two hours.</p>'},
)
CRITICAL = ("section", "prose_section", {**DRIVE[2], "critical": True})


def test_a_lost_negation_is_not_served_once_its_block_is_critical():
    """In other blocks it is a warning that a reviewer may pass over."""
    page = factory.treatment(blocks=(LEAD, DRIVE, WARNING))
    factory.translate(page, "es")
    found = segment_of(page, "drive")
    target = store_target(
        page.pk, SPANISH, found, "Conduzca durante dos horas.", by="Ana", origin=Origin.HUMAN
    )
    approve_target(target, by="Dr. Luz")
    reconcile(page.pk)
    assert served(page, "prose_section") == "es"
    page = factory.edit(page, blocks=(LEAD, CRITICAL, WARNING))
    assert served(page, "prose_section") == "en"
    target.refresh_from_db()
    assert (target.state, target.failed_checks) == ("approved", ["negation"])
    assert verify_translations().faults == []


def test_a_sound_translation_stays_served_when_its_block_becomes_critical():
    page = factory.treatment(blocks=(LEAD, DRIVE, WARNING))
    factory.translate(page, "es")
    found = segment_of(page, "drive")
    target = store_target(
        page.pk, SPANISH, found, "No conduzca durante dos horas.", by="Ana", origin=Origin.HUMAN
    )
    approve_target(target, by="Dr. Luz")
    page = factory.edit(page, blocks=(LEAD, CRITICAL, WARNING))
    assert served(page, "prose_section") == "es"


# The gate


def test_the_gate_holds_where_the_site_is_below_a_path(settings):
    settings.FORCE_SCRIPT_NAME = "/cms"  # what a server says with SCRIPT_NAME (PEP 3333)
    client = client_of(person("ana", "translate_es"))
    set_script_prefix("/cms/")
    try:
        assert not is_open("/cms/admin/pages/")
        answer = client.get("/admin/api/main/pages/")
    finally:
        clear_script_prefix()
    assert answer.status_code == 302  # to the dashboard, which says that it is refused


def test_an_act_that_there_is_not_is_named_as_text_and_runs_nowhere():
    client = client_of(person("ana", "translate_es"))
    answer = client.post(address(factory.treatment()), {"act": "<img src=x onerror=alert(1)>"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
