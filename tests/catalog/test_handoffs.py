"""A hand-off goes out, is kept, and its return is merged against what it held."""

from __future__ import annotations

from uuid import uuid4

import polib
import pytest

from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog, Scope
from pages.catalog.handoffs import UnknownHandoff, export_handoff
from pages.catalog.recognise import ReceivedFile
from pages.catalog.segments import page_segments
from pages.catalog.targets import approve_target, store_target
from pages.catalog.undo import UndoRefused
from pages.catalog.units import UnitState
from pages.catalog.verdicts import Acceptance, Verdict
from pages.document.vocabulary import Origin
from pages.models import (
    CatalogImport,
    Category,
    CurrentEdition,
    Handoff,
    Proposal,
    SegmentComment,
    Target,
    TargetChange,
)
from pages.models.target import TargetState
from pages.publishing.returned_catalogs import Imported, import_file, undo_import
from tests import factory
from tests.catalog.conftest import SPANISH, exported, filled, stored, take
from tests.factory import LEAD, WARNING

pytestmark = pytest.mark.django_db
ANA, BEN = Acceptance(by="Ana"), Acceptance(by="Ben")
BEN_REVIEWED = Acceptance(by="Ben", reviewer="Dr. Mar", qualification="MD")
PO = CODECS["po"]


@pytest.fixture
def page():
    page = factory.treatment()
    take(filled(exported(page)), ANA)
    return page


def sent(scope: Scope = Scope(), *, codec=PO, catalog=Catalog.TREATMENTS) -> Handoff:  # noqa: B008
    return export_handoff(catalog, SPANISH, codec, scope, by="Coordinator")


def edited(data: bytes, comment: str = "", *, fuzzy: bool = False, **targets: str) -> bytes:
    """The PO file as a translator returns it. targets: by the end of their keys."""
    file = polib.pofile(data.decode(), encoding="utf-8")
    for ending, target in targets.items():
        (entry,) = (each for each in file if _is(each.msgctxt, ending))
        entry.msgstr = target
        entry.flags = ["fuzzy"] if fuzzy else []
        entry.tcomment = comment
    return str(file).encode()


def _is(key: str, name: str) -> bool:
    """name: of a page's scalar, of a vocabulary's field, or the end of a paragraph's key."""
    key = key.partition("/")[2] or key.rpartition(".")[2]
    return key == name or (name.startswith("#") and key.endswith(name))


def returned(
    data: bytes, acceptance: Acceptance = ANA, *, name: str = "job.po", **options
) -> Imported:
    return import_file(ReceivedFile(name, data, PO, SPANISH), acceptance, **options)


def counts(imported: Imported) -> dict[Verdict, int]:
    return dict(imported.report.counts())


def in_admin(page, name: str, text: str, by: str = "Carla") -> Target:
    """What somebody writes in the workspace meanwhile."""
    (segment,) = (each for each in page_segments(page) if _is(f"page/{each.key}", name))
    return store_target(page.pk, SPANISH, segment, text, by=by, origin=Origin.HUMAN)


# Going out


def test_a_hand_off_is_kept_with_its_id_in_its_file(page):
    handoff = sent(Scope(slugs=("back-care",)))
    read = PO.read(handoff.data, SPANISH)
    assert read.handoff == str(handoff.public_id)
    assert (handoff.units, len(read.units)) == (7, 7)
    assert handoff.scope["pages"] == ["back-care"]
    assert handoff.scope["documents"] == [str(page.translation_key)]


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS.keys())
def test_the_same_export_again_is_the_same_hand_off_until_something_changes(page, codec):
    first = sent(codec=codec)
    assert sent(codec=codec) == first
    in_admin(page, "heading", "Otro")
    second = sent(codec=codec)
    assert second != first
    assert second.public_id != first.public_id


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS.keys())
def test_an_untouched_return_changes_nothing_in_any_format(page, codec):
    data = sent(codec=codec).data
    in_admin(page, "heading", "Más nuevo")
    imported = import_file(ReceivedFile("job", data, codec, SPANISH), BEN)
    assert counts(imported) == {Verdict.UNCHANGED: 7}
    assert stored("heading").text == "Más nuevo"


def test_only_the_wanted_states_and_pages_go_out(page):
    other = factory.treatment("neck-care")
    approve_target(stored("heading", page_id=page.pk), by="Dr. Luz")
    assert sent(Scope(states=(UnitState.APPROVED,))).units == 1
    assert sent(Scope(states=(UnitState.MISSING, UnitState.NEEDS_REVIEW))).units == 13
    assert sent(Scope(slugs=("neck-care",))).units == 7
    other.category = Category.objects.create(slug="hands-on", name_en="Hands-on care")
    other.save()
    assert sent(Scope(category="hands-on")).units == 7


# Coming back


def test_what_nobody_touched_since_makes_room_for_what_comes_back(page):
    data = edited(sent().data, heading="Mejor")
    assert counts(returned(data, BEN)) == {Verdict.APPLIED: 1, Verdict.UNCHANGED: 6}
    assert (stored("heading").text, stored("heading").author) == ("Mejor", "Ben")


def test_both_changed_it_is_a_conflict_and_both_are_kept_once(page):
    data = edited(sent().data, heading="Del archivo")
    in_admin(page, "heading", "Del editor")
    for _ in range(2):
        imported = returned(data, BEN)
        assert counts(imported) == {Verdict.CONFLICT: 1, Verdict.UNCHANGED: 6}
        (line,) = imported.report.worth_a_look()
        assert line.message == "Carla wrote 'Del editor'; it stays until one is taken."
    assert stored("heading").text == "Del editor"
    proposal = Proposal.objects.get()
    assert (proposal.text, proposal.by, proposal.resolution) == ("Del archivo", "Ben", "")
    assert proposal.catalog_import == CatalogImport.objects.get()


def test_one_replaces_one_s_own_unreviewed_words_but_a_nameless_file_is_nobody(page):
    data = edited(sent().data, heading="Del archivo")
    in_admin(page, "heading", "De Ana", by="ana")
    assert counts(returned(data, ANA))[Verdict.APPLIED] == 1
    in_admin(page, "heading", "Otro", by="a file")
    assert counts(returned(edited(data, heading="X"), Acceptance(by="a file")))[Verdict.CONFLICT]


def test_a_reviewer_may_replace_an_approved_target_that_the_file_held(page):
    approve_target(stored("heading"), by="Dr. Luz")
    data = edited(sent().data, heading="Mejor")
    assert counts(returned(data, BEN)) == {Verdict.CONFLICT: 1, Verdict.UNCHANGED: 6}
    assert counts(returned(data, BEN_REVIEWED))[Verdict.APPLIED] == 1
    heading = stored("heading")
    assert (heading.text, heading.state, heading.reviewer) == ("Mejor", "approved", "Dr. Mar")


def test_an_approved_target_does_not_make_room_for_what_cannot_be_approved(page):
    approve_target(stored("#rest0"), by="Dr. Luz")
    data = edited(sent().data, **{"#rest0": "Descanse <b1>2 minutos</b1>."})
    assert counts(returned(data, BEN_REVIEWED))[Verdict.CONFLICT] == 1
    assert stored("#rest0").reviewer == "Dr. Luz"


def test_the_base_is_the_file_s_own_and_not_a_later_export(page):
    data = edited(sent(Scope(slugs=("back-care",))).data, heading="Del archivo")
    in_admin(page, "heading", "Del editor")
    later = sent(Scope(slugs=("back-care",)))
    assert counts(returned(data, BEN))[Verdict.CONFLICT] == 1
    named = returned(
        data.replace(b"X-Polyclinic-Handoff", b"X-Lost"), BEN, handoff=later.public_id.hex
    )
    assert counts(named)[Verdict.APPLIED] == 1
    assert named.record.handoff == later


def test_a_file_that_lost_its_id_is_held_against_the_newest_that_held_the_unit(page):
    data = sent().data.replace(b"X-Polyclinic-Handoff", b"X-Lost").replace(b"POT-Creation", b"X")
    assert counts(returned(edited(data, heading="Mejor"), BEN))[Verdict.APPLIED] == 1
    sent(Scope(states=(UnitState.MISSING,)))  # it held no such unit
    newer = edited(data, heading="Mejor aún")
    assert counts(returned(newer, BEN))[Verdict.APPLIED] == 1  # his own words
    in_admin(page, "summary", "De Carla")
    assert counts(returned(edited(data, summary="De Ben"), BEN))[Verdict.CONFLICT] == 1


def test_a_file_without_id_is_held_against_the_export_of_its_own_date(page):
    """Else an export between would pass for its base, and an edit between would be lost."""
    Target.objects.update(updated_at="2026-01-01T10:00Z")
    first = sent()
    data = edited(first.data.replace(b"X-Polyclinic-Handoff", b"X-Lost"), heading="Del archivo")
    in_admin(page, "heading", "Del editor")
    sent()
    assert counts(returned(data, BEN))[Verdict.CONFLICT] == 1


@pytest.mark.parametrize("wanted", ["nonsense", "0d4b4cc6-3d9c-4a3f-9a46-3fd2a1f1c001"])
def test_an_unknown_hand_off_is_refused_and_an_unknown_id_in_a_file_is_no_fault(page, wanted):
    data = sent().data
    with pytest.raises(UnknownHandoff, match="No hand-off"):
        returned(data, handoff=wanted)
    id_in_file = PO.read(data, SPANISH).handoff.encode()
    assert counts(returned(data.replace(id_in_file, wanted.encode()))) == {Verdict.UNCHANGED: 7}


def test_a_stale_unit_given_back_as_finished_says_that_it_still_holds(page):
    approve_target(stored("summary"), by="Dr. Luz")
    factory.edit(page, summary_en="Hands-on care for backs.")
    data = sent().data
    text = stored("summary").text
    assert counts(returned(data, BEN)) == {Verdict.UNCHANGED: 7}
    assert counts(returned(edited(data, summary=text), BEN))[Verdict.APPLIED] == 1
    now = stored("summary", source="Hands-on care for backs.")
    assert (now.text, now.state, now.author) == (text, "needs_review", "Ben")


def test_but_not_where_somebody_translated_the_new_wording_meanwhile(page):
    edited_page = factory.edit(page, summary_en="Hands-on care for backs.")
    data = sent().data
    text = stored("summary").text
    in_admin(edited_page, "summary", "Nuevo")
    assert counts(returned(edited(data, summary=text), BEN)) == {Verdict.UNCHANGED: 7}
    assert stored("summary", source="Hands-on care for backs.").text == "Nuevo"


def test_the_old_words_for_a_source_with_other_numbers_are_held_back(page):
    section = (
        "section",
        "prose_section",
        {
            "heading": "What to expect",
            "body": '<p data-block-key="rest0">You do not rest for <b>20 minutes</b>.</p>'
            '<p data-block-key="home0">Then you go home.</p>',
        },
    )
    factory.edit(page, (LEAD, section, WARNING))
    old = stored("#rest0").text
    returned(edited(sent().data, **{"#rest0": old}), BEN_REVIEWED)
    now = stored("#rest0", source="You do not rest for <b1>20 minutes</b1>.")
    assert now.failed_checks == ["stale_echo"]
    assert now.state == TargetState.NEEDS_REVIEW
    approve_target(now, by="Dr. Mar", waiver="It said so before.")
    assert stored("#rest0", waiver="It said so before.").state == TargetState.APPROVED


def test_what_a_translator_remarks_becomes_a_comment_once(page):
    data = edited(sent().data, comment="Is this the lower back?", heading="Mejor")
    for _ in range(2):
        returned(data, BEN)
    comment = SegmentComment.objects.get()
    assert (comment.page_id, comment.key, comment.language) == (page.pk, "heading", "es")
    assert (comment.text, comment.by) == ("Is this the lower back?", "Ben")


def test_of_a_remark_of_any_length_no_word_is_lost(page):
    unbroken = "".join(map(str, range(2500)))
    remark = " ".join([*(f"word-{number}" for number in range(1500)), unbroken])
    data = edited(sent().data, comment=remark, heading="Mejor")
    for _ in range(2):
        returned(data, BEN)
    parts = SegmentComment.objects.order_by("pk").values_list("text", flat=True)
    assert len(parts) > 2
    assert all(0 < len(part) <= 4000 for part in parts)
    words = " ".join(parts).split()
    assert words[:1500] == remark.split()[:1500]
    assert "".join(words[1500:]) == unbroken


def test_a_remark_beside_what_no_page_has_is_said_to_stay_in_the_file(page):
    data = sent().data.replace(str(page.translation_key).encode(), str(uuid4()).encode())
    report = returned(edited(data, comment="Which?", summary=""), BEN).report
    (line,) = (line for line in report.worth_a_look() if line.unit.comment)
    assert line.verdict == Verdict.UNCHANGED
    assert line.message == "No page has this text. Its comment stays in the file."


def test_a_remark_beside_a_term_of_the_vocabulary_is_said_to_stay_in_the_file(page):
    Category.objects.create(slug="hands-on", name_en="Hands-on care")
    data = edited(sent(catalog=Catalog.VOCABULARY).data, comment="Which hands?", name="")
    (line,) = returned(data, BEN).report.worth_a_look()
    assert line.message == "Its comment stays in the file."


def test_an_untouched_return_does_not_bring_back_what_was_undone(page):
    record = returned(edited(sent().data, heading="Mejor"), BEN).record
    Target.objects.filter(key="heading").delete()
    again = returned(record.data, BEN).record
    untouched = sent().data
    undo_import(again, by="Coordinator")
    assert stored("heading").state == TargetState.RETRACTED
    assert counts(returned(untouched, BEN)) == {Verdict.UNCHANGED: 7}
    assert stored("heading").state == TargetState.RETRACTED


def test_an_untouched_return_brings_back_what_the_database_lost(page):
    data = sent().data
    Target.objects.all().delete()
    assert counts(returned(data, BEN)) == {Verdict.APPLIED: 7}


# What is kept


def test_every_change_names_the_file_that_brought_it_and_the_file_is_kept(page):
    data = edited(sent().data, heading="Mejor", **{"#rest0": "Sin <i9>marca</i9>"})
    record = returned(data, BEN, uploaded_by="coordinator").record
    (change,) = record.changes.all()
    assert (change.target, change.before["text"]) == (stored("heading"), "Back care (es)")
    assert record.data == data
    assert (record.by, record.uploaded_by) == ("Ben", "coordinator")
    assert record.report["counts"] == {
        "applied": 1,
        "unchanged": 5,
        "conflict": 0,
        "suggestion": 0,
        "quarantined": 0,
        "rejected": 1,
    }
    (line,) = record.report["lines"]
    assert line["verdict"] == "rejected"
    kept = {entry.msgctxt: entry.msgstr for entry in polib.pofile(record.data.decode())}
    assert kept[line["key"]] == "Sin <i9>marca</i9>"


def test_the_same_bytes_again_change_nothing_and_are_not_kept_again(page):
    data = edited(sent().data, heading="Mejor")
    first = returned(data, BEN).record
    log = TargetChange.objects.count()
    again = returned(data, BEN)
    assert again.report.changes == 0
    assert again.record == first
    assert (CatalogImport.objects.count(), TargetChange.objects.count()) == (1, log)


def test_a_dry_run_keeps_nothing_at_all(page):
    data = edited(sent().data, comment="?", heading="Mejor")
    log = TargetChange.objects.count()
    rehearsal = returned(data, BEN, dry_run=True)
    assert rehearsal.record is None
    assert not CatalogImport.objects.exists()
    assert not SegmentComment.objects.exists()
    assert TargetChange.objects.count() == log
    assert returned(data, BEN).report == rehearsal.report


def test_page_by_page_ends_the_same(page):
    factory.treatment("neck-care")
    data = sent().data.replace(b'msgstr ""\n\n', b'msgstr "Palabras"\n\n')
    whole = returned(data, BEN, dry_run=True)
    parts = returned(data, BEN, per_page=True)
    assert parts.report.lines == whole.report.lines
    assert parts.record.report == whole.report.as_json()


# Drafts


def test_translators_work_ahead_on_a_draft_and_its_words_are_there_when_it_goes_live(page):
    draft = factory.TreatmentPage.objects.get(pk=page.pk)
    draft.summary_en = "A new summary."
    draft.body = factory.body_of(
        (LEAD, factory.SECTION, WARNING, ("more", "lead", {"text": "New."}))
    )
    draft.save_revision()
    live, ahead = sent(), sent(Scope(drafts=True))
    assert (live.units, ahead.units) == (7, 8)
    new = f"body.{factory.block_id('more')}.text"
    data = edited(ahead.data, summary="Un resumen.", **{new: "Nuevo."})
    assert counts(returned(data, BEN)) == {Verdict.APPLIED: 2, Verdict.UNCHANGED: 6}
    assert stored("summary", source="Hands-on care for your back.").text.endswith("(es)")
    draft.save_revision().publish()
    assert {unit.target for unit in exported(draft)} >= {"Un resumen.", "Nuevo."}


# Undoing


def served(page) -> bytes:
    return bytes(CurrentEdition.objects.get(page=page, language="es").edition.body)


def test_undoing_gives_back_what_was_there_before_and_what_was_served(page):
    factory.translate(page, "es")
    before, public = list(Target.objects.order_by("pk").values("pk", *STATE)), served(page)
    data = edited(sent().data, heading="Mejor", summary="Mejor resumen")
    record = returned(data, BEN_REVIEWED).record
    assert served(page) != public
    undone = undo_import(record, by="Coordinator")
    assert (undone.restored, undone.left) == (2, [])
    assert list(Target.objects.order_by("pk").values("pk", *STATE)) == before
    assert served(page) == public
    newest = stored("heading").changes.order_by("pk").last()
    assert (newest.action, newest.by, newest.catalog_import) == ("undone", "Coordinator", None)


STATE = ("text", "state", "author", "reviewer", "qualification", "failed_checks", "waiver", "note")


def test_what_the_import_created_is_retracted_counts_nowhere_and_comes_back_with_the_file():
    page = factory.treatment()
    data = edited(sent().data, heading="Cuidado")
    record = returned(data, BEN).record
    undo_import(record, by="Coordinator")
    assert stored("heading").state == TargetState.RETRACTED
    assert {unit.target for unit in exported(page)} == {""}
    again = returned(data, BEN)
    assert counts(again)[Verdict.APPLIED] == 1
    assert again.record != record
    assert (stored("heading").text, stored("heading").state) == ("Cuidado", "needs_review")


def test_what_somebody_changed_since_is_left_and_said(page):
    record = returned(edited(sent().data, heading="Uno", summary="Dos"), BEN).record
    in_admin(page, "heading", "De Carla")
    undone = undo_import(record, by="Coordinator")
    assert (undone.restored, undone.left) == (1, ["heading"])
    assert stored("heading").text == "De Carla"
    assert stored("summary").text == "Hands-on care for your back. (es)"


def test_its_open_proposals_are_closed_and_opened_again_by_another_import(page):
    data = edited(sent().data, heading="Del archivo")
    in_admin(page, "heading", "Del editor")
    record = returned(data, BEN).record
    undo_import(record, by="Coordinator")
    closed = Proposal.objects.get()
    assert (closed.resolution, closed.resolved_by) == ("undone", "Coordinator")
    returned(data, BEN)
    assert Proposal.objects.filter(resolution="").count() == 1


def test_it_is_undone_once(page):
    record = returned(edited(sent().data, heading="Uno"), BEN).record
    undo_import(record, by="Coordinator")
    with pytest.raises(UndoRefused, match="Coordinator undid this import already"):
        undo_import(record, by="Somebody")


def test_vocabulary_is_undone_too_and_stale_words_stay_stale():
    category = Category.objects.create(slug="hands-on", name_en="Hands-on care", name_es="Manual")
    category.name_en = "Care by hand"
    category.save()
    data = sent(catalog=Catalog.VOCABULARY).data
    record = returned(edited(data, name="Cuidado manual"), BEN_REVIEWED).record
    category.refresh_from_db()
    assert category.text("name", SPANISH) == "Cuidado manual"
    assert undo_import(record, by="Coordinator").restored == 1
    category.refresh_from_db()
    assert category.name_es == "Manual"
    assert category.stale_translations() == [("name", SPANISH)]
