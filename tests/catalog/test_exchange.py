"""Catalogues coming back: nothing lost, nothing silent, nothing approved by a file."""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.catalog.codecs.codec import ReadUnit
from pages.catalog.exchange import import_units
from pages.catalog.ledger import ReviewRefused
from pages.catalog.segments import page_segments
from pages.catalog.units import unit_key
from pages.catalog.verdicts import NOT_STORED, Acceptance, Verdict
from pages.languages import target_languages
from pages.models import Proposal, Target, TargetChange
from pages.models.target import TargetState
from pages.publishing.editions import reconcile
from tests import factory
from tests.catalog.conftest import (
    REVIEWED,
    TRANSLATED,
    exported,
    filled,
    only,
    stored,
    take,
    undone,
    verdict,
)
from tests.factory import LEAD, WARNING, block_id

pytestmark = pytest.mark.django_db

OLD = "You rest for <b1>10 minutes</b1>."


def section(sentence: str) -> tuple:
    html = f'<p data-block-key="rest0">{sentence}</p><p data-block-key="home0">Go home.</p>'
    return ("section", "prose_section", {"heading": "What to expect", "body": html})


@pytest.fixture
def page():
    return factory.treatment()


@pytest.fixture
def reworded():
    """A page whose "#rest0" was translated and approved, and then changed."""
    page = factory.treatment(blocks=(LEAD, section("You rest for <b>10 minutes</b>."), WARNING))
    take(filled(exported(page)), REVIEWED)
    return factory.edit(page, (LEAD, section("You rest for <b>20 minutes</b>."), WARNING))


def log_of(target: Target) -> list[tuple[str, str, str | None, str]]:
    return [
        (change.action, change.by, (change.before or {}).get("text"), change.after["text"])
        for change in target.changes.order_by("pk")
    ]


# Files do not approve


def test_a_file_is_stored_for_review_whatever_it_says_of_itself(page):
    assert take(filled(exported(page))).counts() == {Verdict.APPLIED: 7}
    assert set(Target.objects.values_list("state", flat=True)) == {TargetState.NEEDS_REVIEW}


def test_a_named_reviewer_answers_for_the_units_without_the_fuzzy_flag(page):
    units = filled(exported(page))
    fuzzy = replace(units[0], fuzzy=True)
    take([fuzzy, *units[1:]], REVIEWED)
    assert stored("heading").state == TargetState.NEEDS_REVIEW
    target = stored("#home0")
    assert (target.state, target.reviewer, target.qualification) == ("approved", "Dr. Luz", "MD")
    assert target.reviewed_at is not None


def test_the_translator_is_no_reviewer_however_the_name_is_written(page):
    with pytest.raises(ReviewRefused, match="four eyes"):
        Acceptance(by="Ana Luz", reviewer="ana  LUZ")
    take(filled(exported(page)), Acceptance(by="Ana"))
    report = take(filled(exported(page)), Acceptance(by="Ben", reviewer="ana"))
    assert report.counts() == {Verdict.UNCHANGED: 7}
    assert all("translated this and cannot review" in line.message for line in report.lines)
    assert not Target.objects.filter(state="approved").exists()


def test_a_second_file_may_bring_the_review_of_what_the_first_one_brought(page):
    take(filled(exported(page)))
    returned = [replace(unit, fuzzy=False) for unit in exported(page)]
    assert take(returned, REVIEWED).counts() == {Verdict.APPLIED: 7}
    assert [entry[0] for entry in log_of(stored("heading"))] == ["stored", "approved"]


def test_a_failing_check_keeps_it_from_approval_and_says_so(page):
    unit = replace(only(exported(page), "#rest0"), target="Descanse <b1>2 minutos</b1>.")
    assert verdict(unit, REVIEWED) == (
        Verdict.APPLIED,
        "Not approved: Checks fail: numbers. "
        "Mend the text, or let a reviewer give a reason (review_targets --waiver).",
    )
    assert stored("#rest0").state == TargetState.NEEDS_REVIEW
    assert verdict(unit, TRANSLATED) == (
        Verdict.UNCHANGED,
        "Checks fail: numbers. Not served until mended or waived.",
    )


def test_what_was_approved_before_a_check_learned_to_see_it_is_held_back_still(page):
    take(filled(exported(page)), REVIEWED)
    Target.objects.filter(key="summary").update(failed_checks=["numbers"])  # recheck_targets
    lines = {line.unit.key.rpartition("/")[2]: line for line in take(exported(page)).lines}
    assert lines["summary"].held
    assert "Checks fail: numbers. Not served" in lines["summary"].message
    assert sum(line.held for line in lines.values()) == 1
    Target.objects.filter(key="summary").update(waiver="The number is spelled out.")
    assert not any(line.held for line in take(exported(page)).lines)


def test_words_of_a_machine_stay_a_machine_s_until_a_person_clears_the_flag(page):
    factory.translate(page, "es", state=TargetState.MACHINE)
    assert take(exported(page), REVIEWED).counts() == {Verdict.UNCHANGED: 7}
    assert set(Target.objects.values_list("state", flat=True)) == {"machine"}
    confirmed = replace(only(exported(page), "heading"), fuzzy=False)
    assert verdict(confirmed)[0] == Verdict.APPLIED
    target = stored("heading")
    assert (target.state, target.origin, target.author) == ("needs_review", "machine", "Ana")


# Nothing is lost


def test_an_empty_unit_erases_nothing(page):
    take(filled(exported(page)), REVIEWED)
    before = list(Target.objects.values())
    emptied = [replace(unit, target="  ") for unit in exported(page)]
    assert take(emptied, REVIEWED).counts() == {Verdict.UNCHANGED: 7}
    assert list(Target.objects.values()) == before


def test_an_approved_target_stays_and_what_the_file_says_instead_is_kept_beside_it(page):
    take(filled(exported(page)), REVIEWED)
    other = replace(only(exported(page), "heading"), target="Otra cosa")
    for _ in range(2):
        found, message = verdict(other, REVIEWED)
        assert found == Verdict.CONFLICT
        assert message == "Dr. Luz approved 'Back care (es)'; it stays."
    assert stored("heading").text == "Back care (es)"
    proposal = Proposal.objects.get()
    assert (proposal.target, proposal.text, proposal.by) == (stored("heading"), "Otra cosa", "Ana")
    assert proposal.resolution == Proposal.Resolution.OPEN


def test_every_change_is_in_the_log_with_who_when_and_from_what(page):
    first = replace(only(exported(page), "heading"), target="Cuidado")
    take([first])
    take([replace(first, target="Cuidado de la espalda")])
    assert log_of(stored("heading")) == [
        ("stored", "Ana", None, "Cuidado"),
        ("stored", "Ana", "Cuidado", "Cuidado de la espalda"),
    ]
    assert all(change.at for change in TargetChange.objects.all())


def test_an_old_file_does_not_undo_a_newer_wording(page):
    take(filled(exported(page)))
    old_file = exported(page)
    take(filled(old_file, " (better)"))
    report = take(old_file, Acceptance(by="Ben"))
    assert report.counts() == {Verdict.UNCHANGED: 7}
    assert report.lines[0].message == "An earlier wording; it is 'Back care (better)' now."
    assert stored("heading").text == "Back care (better)"


def test_one_key_with_two_wordings_in_one_file_is_a_conflict_and_the_first_is_taken(page):
    first = replace(only(exported(page), "heading"), target="Uno", at="line 5")
    again = replace(first, source="Back  care", target="Dos", at="line 9")
    report = take([first, again])
    assert [line.verdict for line in report.lines] == [Verdict.APPLIED, Verdict.CONFLICT]
    assert report.lines[1].message == "Line 5 of the file says 'Uno'."
    assert take([first, again]).lines[0].verdict == Verdict.UNCHANGED


def test_what_no_page_has_is_quarantined_and_an_empty_unit_of_it_is_nothing(page):
    unit = only(exported(page), "heading")
    for key in (f"{uuid.uuid4()}/heading", "nonsense", "", f"{page.translation_key}/gone"):
        assert verdict(replace(unit, key=key, target="Algo"))[0] == Verdict.QUARANTINED
        assert verdict(replace(unit, key=key, target=""))[0] == Verdict.UNCHANGED
    assert not Target.objects.exists()


def test_an_old_file_of_a_page_that_lost_a_paragraph_has_nothing_new_to_say(page):
    take(filled(exported(page)))
    old_file = exported(page)
    factory.edit(page, (LEAD, WARNING))
    assert take(old_file).counts() == {Verdict.UNCHANGED: 7}


# The source moved on


def test_a_stale_target_is_exported_with_the_wording_that_it_translates(reworded):
    unit = only(exported(reworded), "#rest0")
    assert (unit.fuzzy, unit.previous_source) == (True, OLD)
    assert unit.source == "You rest for <b1>20 minutes</b1>."
    assert unit.target == f"{OLD} (es)"


def test_work_on_an_older_wording_is_kept_against_it_and_shown_at_the_next_export(page):
    old_file = filled(exported(page), " (old)")
    edited = factory.edit(page, (LEAD, section("You rest for <b>30 minutes</b>."), WARNING))
    report = take(old_file, REVIEWED)
    assert report.counts() == {Verdict.APPLIED: 5, Verdict.SUGGESTION: 2}
    assert stored("#rest0").state == TargetState.NEEDS_REVIEW
    unit = only(exported(edited), "#rest0")
    assert unit.previous_source == "You rest for <b1>20 minutes</b1>."
    assert unit.target == "You rest for <b1>20 minutes</b1>. (old)"


def test_a_stale_unit_that_nobody_touched_changes_nothing(reworded):
    assert take(exported(reworded), REVIEWED).counts() == {Verdict.UNCHANGED: 7}
    assert take(exported(reworded), REVIEWED).worth_a_look() == []


def test_a_stale_unit_with_new_words_translates_the_new_wording_even_while_it_is_fuzzy(reworded):
    new = replace(only(exported(reworded), "#rest0"), target="Descanse <b1>20 minutos</b1>.")
    assert verdict(new, REVIEWED)[0] == Verdict.APPLIED
    target = stored("#rest0", text=new.target)
    assert (target.source, target.state) == (new.source, "needs_review")
    assert stored("#rest0", source=OLD).state == TargetState.APPROVED
    assert verdict(replace(new, fuzzy=False), REVIEWED)[0] == Verdict.APPLIED
    assert stored("#rest0", text=new.target).state == TargetState.APPROVED


def test_the_old_words_without_their_fuzzy_flag_are_never_approved_by_a_file():
    """OmegaT drops the flag unasked, so it proves no review."""
    page = factory.treatment(blocks=(LEAD, section("You rest a little."), WARNING))
    take(filled(exported(page)), REVIEWED)
    edited = factory.edit(page, (LEAD, section("You do not rest a little."), WARNING))
    unflagged = replace(only(exported(edited), "#rest0"), fuzzy=False)
    for _ in range(2):
        message = verdict(unflagged, REVIEWED)[1]
        assert message.startswith("Not approved: the same words translated 'You rest a little.'")
    target = stored("#rest0", source="You do not rest a little.")
    assert target.state == TargetState.NEEDS_REVIEW


def test_a_file_cannot_overwrite_what_was_approved_for_an_older_wording(reworded):
    """Reverting the source revives that approval; it must still be what the reviewer read."""
    other = replace(
        only(exported(reworded), "#rest0"), source=OLD, target="Otra <b1>10</b1>.", fuzzy=False
    )
    assert verdict(other, REVIEWED)[0] == Verdict.CONFLICT
    assert stored("#rest0", source=OLD).text == f"{OLD} (es)"


def test_a_stale_unit_enters_an_empty_database_as_what_it_is(reworded):
    units = exported(reworded)
    Target.objects.all().delete()
    assert take(units, REVIEWED).counts() == {Verdict.APPLIED: 6, Verdict.SUGGESTION: 1}
    assert [replace(unit, at="") for unit in exported(reworded)] == [
        replace(unit, at="") for unit in units
    ]


def test_words_for_an_older_wording_need_its_tags_too(reworded):
    unit = only(exported(reworded), "#rest0")
    older = "You <b1>rest</b1>."
    broken = replace(unit, source=older, target="Descanse.", fuzzy=False)
    assert verdict(broken) == (Verdict.REJECTED, "Tags none. Its source has: <b1>.")


def test_what_was_stored_for_an_older_wording_is_checked_again_when_it_is_back():
    page = factory.treatment(summary_en="A short text.")
    long = replace(only(exported(page), "heading"), source="Other", target="x" * 201)
    assert verdict(long)[0] == Verdict.SUGGESTION
    factory.edit(page, heading_en="Other")
    assert "too_long" in verdict(replace(long), REVIEWED)[1]
    assert stored("heading").state == TargetState.NEEDS_REVIEW


# What no target may have

REJECTED = {
    "a missing tag": ("#rest0", "Descanse 20 minutos.", "Missing tags: <b1>"),
    "an unknown tag": ("#home0", "Vaya <i7>a casa</i7>.", "Unknown tags: <i7>"),
    "an unclosed tag": ("#rest0", "Descanse <b1>20 minutos.", "Not well-formed"),
    "a tag twice": ("#rest0", "<b1>20</b1> <b1>20</b1>", "Repeated tags: <b1>"),
    "an attribute": ("#rest0", 'Descanse <b1 onclick="x">20</b1>.', "without attributes"),
    "a bare ampersand": ("#home0", "Casa & jardín", "Not well-formed"),
    "tags without words": ("#rest0", "<b1> </b1>", "no words"),
    "an embedding": ("heading", "a\u202eb", "U\\+202E"),
    "an embedding as a reference": ("#home0", "a&#x202e;b", "U\\+202E"),
    "a NUL": ("heading", "a\x00b", "U\\+0000"),
    "a control character": ("heading", "a\x1bb", "U\\+001B"),
    "a replacement character": ("heading", "a\ufffdb", "U\\+FFFD"),
    "an open isolate": ("heading", "a\u2067b", "isolate"),
    "an isolate closed twice": ("heading", "\u2067a\u2069\u2069", "isolate"),
}


@pytest.mark.parametrize(("ending", "text", "message"), REJECTED.values(), ids=REJECTED.keys())
def test_rejected(page, ending, text, message):
    found, said = verdict(replace(only(exported(page), ending), target=text), REVIEWED)
    assert found == Verdict.REJECTED
    assert re.search(message, said)
    assert not Target.objects.exists()


def test_tags_may_change_their_order(page):
    unit = replace(only(exported(page), "#rest0"), target="<b1>20 minutos</b1> de descanso.")
    assert verdict(unit)[0] == Verdict.APPLIED


def test_marks_of_direction_joiners_and_closed_isolates_are_kept(page):
    text = "\u2067العناية\u2069\u200f\u061c ن\u200dن"
    assert verdict(replace(only(exported(page), "heading"), target=text))[0] == Verdict.APPLIED
    assert stored("heading").text == text


def test_a_target_is_stored_in_nfc_and_with_the_outer_white_space_of_its_source(page):
    unit = replace(only(exported(page), "heading"), target="\n  Cuidado\u0301 \n")
    assert verdict(unit)[0] == Verdict.APPLIED
    assert stored("heading").text == "Cuidad\u00f3"
    assert verdict(unit)[0] == Verdict.UNCHANGED


# Whole files


def test_the_current_export_changes_nothing_in_any_language(reworded):
    """Approved in some languages, machine-made in others, stale, missing."""
    factory.translate(reworded, "ar", "zh-hans")
    factory.translate(reworded, "fr", state=TargetState.MACHINE)
    factory.translate(reworded, "bn", state=TargetState.NEEDS_REVIEW)
    rows, log = list(Target.objects.values()), TargetChange.objects.count()
    for language in target_languages():
        report = import_units(exported(reworded, language), language, REVIEWED)
        assert report.counts() == {Verdict.UNCHANGED: 7}
        assert report.worth_a_look() == []
    assert list(Target.objects.values()) == rows
    assert TargetChange.objects.count() == log


def test_a_second_import_writes_no_row_no_log_entry_and_no_edition(page):
    units = filled(exported(page))
    take(units, REVIEWED)
    assert reconcile(page.pk)
    rows, log = list(Target.objects.values()), TargetChange.objects.count()
    report = take(units, REVIEWED)
    assert report.counts() == {Verdict.UNCHANGED: 7}
    assert report.pages == set()
    assert reconcile(page.pk) == []
    assert (list(Target.objects.values()), TargetChange.objects.count()) == (rows, log)


def test_a_file_is_a_handful_of_queries_whatever_its_size(django_assert_max_num_queries):
    points = tuple(
        (f"p{n}", "prose_section", {"heading": f"Part {n}", "body": f"<p>Words of {n}.</p>"})
        for n in range(30)
    )
    page = factory.treatment(blocks=(LEAD, *points, WARNING))
    units = filled(exported(page))
    assert len(units) == 64
    # Savepoint, the pages' ids, the pages, the targets, the glossary, the rows, the log (in
    # batches), release.
    with django_assert_max_num_queries(10):
        take(units, REVIEWED)
    with django_assert_max_num_queries(6):  # the glossary too, which the checks need
        take(units, REVIEWED)


# The conservation law


@st.composite
def returned_units(draw, segments) -> list[ReadUnit]:
    found = []
    for line in range(draw(st.integers(0, 12))):
        segment, document = draw(st.sampled_from(segments)), draw(st.integers(0, 9))
        key = draw(st.sampled_from([segment.key, segment.key, segment.key, "body.gone", ""]))
        source = draw(st.sampled_from([segment.text, segment.text, "Older.", f" {segment.text} "]))
        good = [f"{segment.text} {n}" for n in ("uno", "dos")]
        bad = ["", " ", "a\u202eb", "<b1>", "9", "a & b", segment.text, "a\x00"]
        found.append(
            ReadUnit(
                key=f"{uuid.UUID(int=document) if document == 9 else '{page}'}/{key}",
                source=source,
                target=draw(st.sampled_from(good) | st.sampled_from(bad) | st.text(max_size=5)),
                fuzzy=draw(st.booleans()),
                previous_source=draw(st.sampled_from([None, None, "Older.", segment.text])),
                at=f"line {line}",
            )
        )
    return found


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), accept=st.booleans())
def test_every_unit_ends_as_one_verdict_and_no_words_vanish(page, data, accept):
    units = [
        replace(unit, key=unit.key.replace("{page}", str(page.translation_key)))
        for unit in data.draw(returned_units(list(page_segments(page))))
    ]
    acceptance = REVIEWED if accept else TRANSLATED
    with undone():
        if data.draw(st.booleans()):
            factory.translate(page, "es", state=data.draw(st.sampled_from(TargetState)))
        approved = dict(Target.objects.filter(state="approved").values_list("pk", "text"))
        held = (Target.objects.count(), TargetChange.objects.count())
        rehearsal = take(units, acceptance, dry_run=True)
        assert (Target.objects.count(), TargetChange.objects.count()) == held
        report = take(units, acceptance)
        assert rehearsal.lines == report.lines
        assert [line.unit for line in report.lines] == units
        assert sum(report.counts().values()) == len(units)

        kept = {text.strip() for text in Target.objects.values_list("text", flat=True)}
        for change in TargetChange.objects.all():
            kept |= {held["text"].strip() for held in (change.before, change.after) if held}
        for line in report.lines:
            words = line.unit.target.strip()
            if words and line.verdict not in NOT_STORED:
                assert unicodedata.normalize("NFC", words) in kept
            if not words:
                assert line.verdict == Verdict.UNCHANGED
            if line.verdict in NOT_STORED:
                assert line.message
        for pk, text in approved.items():
            assert Target.objects.get(pk=pk).text == text
        for target in Target.objects.filter(state="approved").exclude(pk__in=approved):
            assert accept
            assert not target.failed_checks

        log = TargetChange.objects.count()
        again = take(units, acceptance)
        assert again.counts()[Verdict.APPLIED] == again.counts()[Verdict.SUGGESTION] == 0
        assert TargetChange.objects.count() == log


def test_the_key_of_a_unit_names_the_page_so_that_a_copy_shares_nothing(page):
    copy = page.copy(update_attrs={"slug": "copied", "title": "Copied"}, keep_live=True)
    take(filled(exported(page)), REVIEWED)
    assert {unit.target for unit in exported(copy)} == {""}
    assert unit_key(page, "heading") != unit_key(copy, "heading")
    assert block_id("section") in only(exported(copy), "#rest0").key
