"""The safety kernel, over every input it can have."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pages.document.vocabulary import TranslationStatus as Status
from pages.publishing.serving import Candidate, Policy, decide

states = st.sampled_from([None, "machine", "needs_review", "approved"])
candidates = st.lists(
    st.builds(Candidate, state=states, outdated=st.booleans(), blocked=st.booleans()), max_size=8
)
policies = st.sampled_from(Policy)


def _is_clean(candidate: Candidate) -> bool:
    return candidate.state == "approved" and not candidate.blocked


@given(candidates, policies)
def test_a_critical_block_is_served_only_if_every_segment_is_approved_and_clean(found, policy):
    served = not decide(found, critical=True, policy=policy).fell_back
    assert served == (bool(found) and all(map(_is_clean, found)))


@given(candidates, st.booleans())
def test_without_a_policy_nothing_but_approved_translations_is_served(found, critical):
    status = decide(found, critical=critical, policy=Policy.NEVER)
    assert status.fell_back or (status == Status.APPROVED and all(map(_is_clean, found)))


@given(candidates, st.booleans(), policies)
def test_a_segment_without_a_current_target_always_takes_its_block_to_the_source(
    found, critical, policy
):
    found = [*found, Candidate(None)]
    assert decide(found, critical=critical, policy=policy).fell_back


@given(candidates, st.booleans(), policies)
def test_no_policy_serves_a_failing_check(found, critical, policy):
    found = [*found, Candidate("approved", blocked=True)]
    assert decide(found, critical=critical, policy=policy).fell_back


@given(candidates, policies)
def test_what_is_served_says_its_weakest_segment(found, policy):
    status = decide(found, critical=False, policy=policy)
    if not status.fell_back:
        weakest = min(found, key=lambda c: ["machine", "needs_review", "approved"].index(c.state))
        assert status == Status(weakest.state)


@given(candidates, st.booleans(), policies)
def test_the_order_of_segments_does_not_matter(found, critical, policy):
    assert decide(found, critical=critical, policy=policy) == decide(
        found[::-1], critical=critical, policy=policy
    )


@given(candidates, st.booleans())
def test_a_more_permissive_policy_never_serves_less(found, critical):
    order = [Policy.NEVER, Policy.NEEDS_REVIEW, Policy.MACHINE]
    served = [not decide(found, critical=critical, policy=policy).fell_back for policy in order]
    assert served == sorted(served)


def test_the_most_telling_reason_is_said():
    found = [Candidate(None), Candidate(None, outdated=True), Candidate("machine")]
    assert decide(found, critical=False, policy=Policy.NEVER) == Status.STALE
    assert decide([], critical=False, policy=Policy.MACHINE) == Status.MISSING
