"""Nothing of a text is lost, and nothing is invented, whatever it says and in whatever format."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from pages.importing.draft_words import words_in_draft
from pages.importing.treatment_import import read_draft, unsaved_page
from pages.importing.words import coverage, words_of
from tests.importing.outlines import (
    RANDOM_TEXTS,
    RandomText,
    as_html,
    as_markdown,
    as_text,
    as_word,
    as_xml,
    words_of_text,
)

WRITERS = {
    "md": as_markdown,
    "html": as_html,
    "docx": as_word,
    "txt": as_text,
    "xml": as_xml,
}


@pytest.mark.django_db
@pytest.mark.parametrize("ending", WRITERS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(text=RANDOM_TEXTS)
def test_every_word_of_a_random_text_is_in_a_draft_that_could_be_published(
    ending: str, text: RandomText
):
    write: Callable[[RandomText], bytes] = WRITERS[ending]
    draft, report = read_draft(write(text), f"random.{ending}")
    written = words_of(words_of_text(text))
    found = words_in_draft(draft)
    assert written - found == {}, "lost"
    assert found - written == {}, "invented, or said twice"
    assert report.coverage.percent == 100
    unsaved_page(draft)  # raises if the body does not pass its own validation


def test_coverage_counts_a_word_as_often_as_it_was_said():
    found = coverage(words_of(["rest and rest"]), words_of(["rest and ice"]))
    assert found.missing == ("rest",)
    assert found.percent == 66.6
    assert not found.complete


def test_words_are_compared_in_their_composed_form():
    assert words_of(["caf\u00e9"]) == words_of(["cafe\u0301"])
