"""A real leaflet in eight languages, by command line: brought in through files as agencies send
them, reviewed, served; then ten sentences change, and only those travel again.

The story is walked once. The tests read what was seen on the way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.catalog import agency
from tests.catalog.leaflet import CHANGES, DOSE, agency_pairs, changed, leaflet_page
from tests.catalog.leaflet_story import CODES, ECHO, HELD, WAIVED, Story, walked

pytestmark = pytest.mark.django_db  # or the database of tests is not made


@pytest.fixture(scope="module")
def story(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    cache = {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}
    own = override_settings(
        VAR_DIR=folder, MEDIA_ROOT=folder / "media", CACHES={**settings.CACHES, "default": cache}
    )
    with own, django_db_blocker.unblock(), transaction.atomic():
        yield walked(Story(folder, leaflet_page()))
        transaction.set_rollback(True)


def as_text(words: str) -> str:
    """OmegaT and the memory compose letters and fold spaces."""
    return " ".join(unicodedata.normalize("NFC", words).split())


every_language = pytest.mark.parametrize("code", CODES)


@every_language
def test_what_had_no_clear_partner_stays_empty_and_the_rest_is_applied(story: Story, code: str):
    pairs = agency_pairs(code)
    if code == "ur":  # a memory fills in nothing that fails a check
        pairs = {line: pair for line, pair in pairs.items() if not line.startswith(HELD["ur"])}
    assert {job.source: as_text(job.target) for job in story.first[code]} == {
        job.source: as_text(pairs.get(job.source, "")) for job in story.first[code]
    }
    if code == "ur":
        assert story.said["memory", code].status == 0
        return
    (report, *_) = story.reports[code]
    filled = sum(bool(job.target) for job in story.first[code])
    assert report["counts"] == {
        **dict.fromkeys(report["counts"], 0),
        "applied": filled,
        "unchanged": len(story.first[code]) - filled,
    }


@every_language
def test_no_language_exists_before_its_review(story: Story, code: str):
    assert story.served["translated", code][0] == 404
    assert story.served["translated", "en"][0] == 200


@every_language
def test_checks_hold_back_just_what_a_person_has_to_decide(story: Story, code: str):
    decided = sorted((*HELD.get(code, ()), *WAIVED.get(code, ())))
    held = sorted(story.failed["translated", code])
    assert len(held) == (0 if code == "ur" else len(decided))
    for source, start in zip(held, decided, strict=code != "ur"):
        assert source.startswith(start)


@every_language
def test_after_the_review_all_are_served_and_each_block_says_what_it_is(story: Story, code: str):
    assert story.statuses("reviewed", code) == story.wanted(
        "reviewed", code, blocked=HELD.get(code, ())
    )
    document = story.served["reviewed", code][1]
    assert document["lang"] == code
    cards = [block for block in document["blocks"] if block["type"] == "care_card"]
    assert [(card["lang"], card["translation"]["reviewed_by"]) for card in cards] == [
        (code, "Dr. Luz")
    ]


@every_language
def test_the_coordinator_hands_out_exactly_the_stale_segments(story: Story, code: str):
    changed_keys = {
        key
        for _, texts in story.blocks["changed"]
        for key, text in texts.items()
        if text not in {old for _, olds in story.blocks["reviewed"] for old in olds.values()}
    }
    assert len(changed_keys) == len(CHANGES) == 10
    assert agency.keys_of(story.stale[code]) == changed_keys & story.translated(code)
    for job in story.stale[code]:
        assert as_text(job.target) == as_text(agency_pairs(code)[job.previous])
        assert job.source == changed(job.previous, job.previous) != job.previous


NEW = tuple(
    start.replace("2 metres", "3 metres").replace("Version 3", "Version 4") for start in CHANGES
)


@every_language
def test_exactly_their_blocks_are_stale_and_english(story: Story, code: str):
    assert story.statuses("changed", code) == story.wanted(
        "changed", code, stale=NEW, blocked=HELD.get(code, ())
    )
    english = story.served["changed", "en"][1]["blocks"]
    for block, own in zip(story.served["changed", code][1]["blocks"], english, strict=True):
        if block["translation"]["status"] == "stale":
            assert {**block, "translation": None} == {**own, "translation": None}
    assert "no more than 3 times in 24 hours" in str(english)


@every_language
def test_what_comes_back_is_taken_and_serves_nothing_yet(story: Story, code: str):
    report = story.reports[code][0 if code == "ur" else 1]
    assert report["units"] == len(story.stale[code])
    assert report["counts"]["applied"] == report["units"]
    assert [lang for lang, _ in story.statuses("returned", code)] == [
        lang for lang, _ in story.statuses("changed", code)
    ]


def test_a_changed_dose_is_said_at_its_line_and_waits_for_nobody_s_approval(story: Story):
    (line,) = story.reports["es"][1]["lines"]
    assert line["at"].startswith("line ")
    assert line["message"].startswith("Checks fail: ")
    new = changed(DOSE, DOSE)
    assert "numbers" in story.failed["returned", "es"][new]
    review = story.said["second review", "es"]
    assert review.status == 1
    said = review.out[review.out.index(f"source: {new}") :]
    assert "not approved: Checks fail: " in said
    assert story.statuses("second review", "es")[-1] == ("en", "blocked")
    assert "50 mg" not in str(story.served["second review", "es"][1])


def test_the_old_words_for_another_number_are_held_back_as_a_stale_echo(story: Story):
    messages = [line["message"] for line in story.reports["fr"][1]["lines"]]
    assert any("stale_echo" in message for message in messages)
    (failed,) = (
        names for source, names in story.failed["returned", "fr"].items() if source[:29] == ECHO
    )
    assert "stale_echo" in failed
    assert story.said["second review", "fr"].status == 1
    assert "20 secondes" not in str(story.served["second review", "fr"][1])


@every_language
def test_after_the_second_review_all_but_the_mistakes_is_served_again(story: Story, code: str):
    mistakes = {"es": ("Take 500 mg",), "fr": (ECHO,)}.get(code, ())
    assert story.statuses("second review", code) == story.wanted(
        "second review", code, blocked=(*HELD.get(code, ()), *mistakes)
    )


@every_language
def test_once_they_are_mended_every_block_is_as_before_the_change(story: Story, code: str):
    assert story.statuses("mended", code) == story.statuses("reviewed", code)


def test_the_right_dose_is_served_in_the_end(story: Story):
    assert "Tome 500 mg de paracetamol, no más de 3 veces" in str(story.served["mended", "es"][1])
    assert "30 secondes" in str(story.served["mended", "fr"][1])


def test_every_unit_of_every_file_has_one_verdict(story: Story):
    assert len(story.kept) == 7 + 8 + 2
    for report in (*story.kept, *(report for found in story.reports.values() for report in found)):
        assert sum(report["counts"].values()) == report["units"]


def test_at_the_end_all_is_what_segments_and_policy_say(story: Story):
    for command in ("verify_translations", "verify_editions"):
        assert story.said["end", command].status == 0, story.said["end", command]
