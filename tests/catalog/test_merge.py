"""The three-way merge of one unit: each rule, and what holds whatever the three say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.catalog.merge import Decision, Ours, merge

KEEP, TAKE, CONFLICT = Decision.KEEP, Decision.TAKE, Decision.CONFLICT


def ours(text: str, **facts: bool) -> Ours:
    return Ours(text, **{"is_machine": False, "is_approved": False, **_NOBODY, **facts})


_NOBODY = {"own": False, "earlier": False}
RULES = {
    "an empty unit erases nothing": ("", ours("B"), "A", False, KEEP),
    "what stands already is no change": ("A", ours("A"), None, False, KEEP),
    "an untouched unit never overwrites a newer edit": ("A", ours("B"), "A", False, KEEP),
    "nor does it bring back what was retracted": ("A", None, "A", False, KEEP),
    "an earlier wording is no news where no base tells": (
        *("A", ours("B", earlier=True), None, False, KEEP),
    ),
    "but with a base, somebody wrote it again on purpose": (
        *("A", ours("B", earlier=True), "B", False, TAKE),
    ),
    "where nothing stands, it is taken": ("A", None, None, False, TAKE),
    "and where the hand-off held nothing": ("A", None, "", False, TAKE),
    "a machine's words make room": ("A", ours("B", is_machine=True), None, False, TAKE),
    "an approved target stays": ("A", ours("B", is_approved=True), "B", False, CONFLICT),
    "unless a reviewer answers and read what stands": (
        *("A", ours("B", is_approved=True), "B", True, TAKE),
    ),
    "not where the reviewer read something else": (
        *("A", ours("B", is_approved=True), "C", True, CONFLICT),
    ),
    "nor where nobody knows what the reviewer read": (
        *("A", ours("B", is_approved=True), None, True, CONFLICT),
    ),
    "nor for whoever wrote it": ("A", ours("B", is_approved=True, own=True), None, True, CONFLICT),
    "what nobody touched since makes room": ("A", ours("B"), "B", False, TAKE),
    "one's own unreviewed words make room": ("A", ours("B", own=True), "C", False, TAKE),
    "two people who both wrote are a conflict": ("A", ours("B"), "C", False, CONFLICT),
    "also where the hand-off held nothing": ("A", ours("B"), "", False, CONFLICT),
    "also where no base tells": ("A", ours("B"), None, False, CONFLICT),
}


@pytest.mark.parametrize(
    ("theirs", "stands", "base", "reviewed", "decision"), RULES.values(), ids=RULES.keys()
)
def test_rule(theirs, stands, base, reviewed, decision):
    assert merge(theirs, stands, base, reviewed=reviewed) == decision


WORDS = st.sampled_from(["", " ", "A", "B", "C"])
STANDING = st.none() | st.builds(
    Ours,
    text=st.sampled_from("ABC"),
    is_machine=st.booleans(),
    is_approved=st.booleans(),
    own=st.booleans(),
    earlier=st.booleans(),
)


@given(WORDS, STANDING, st.none() | WORDS, st.booleans())
def test_whatever_the_three_say(theirs, stands, base, reviewed):
    decision = merge(theirs, stands, base, reviewed=reviewed)
    if not theirs.strip() or theirs == base:
        assert decision == KEEP
    if decision == CONFLICT:
        assert stands is not None
        assert theirs != stands.text
    if decision == TAKE and stands is not None:
        assert theirs != stands.text
        if stands.is_approved and not stands.is_machine:
            assert reviewed
            assert base == stands.text
        if not (stands.is_machine or stands.own):
            assert base == stands.text  # somebody read what makes room
