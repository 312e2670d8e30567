"""The safety kernel: what may be served. One pure function, without a database or a clock.

A block is served in a language only if every segment of it is approved, matches the current
source and fails no blocking check that nobody waived; otherwise the whole block is the current
source (TRANSLATION.md, "What may be served").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pages.document.vocabulary import TranslationStatus


class Policy(StrEnum):
    """What else than approved translations may be served, in blocks that are not critical."""

    NEVER = "never"
    NEEDS_REVIEW = "needs_review"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What there is for one segment in one language.

    state: of the target whose digest is the current source's: "approved", "needs_review" or
    "machine"; None where no target matches. outdated: whether an older wording was translated.
    blocked: whether a blocking check fails and no reviewer waived it.
    """

    state: str | None
    outdated: bool = False
    blocked: bool = False


# The most telling reason first: what an editor should hear about a block that fell back.
_FALLBACK_ORDER = (
    TranslationStatus.STALE,
    TranslationStatus.MISSING,
    TranslationStatus.BLOCKED,
    TranslationStatus.UNREVIEWED,
)
_SERVED_BY_POLICY = {
    Policy.NEVER: frozenset({"approved"}),
    Policy.NEEDS_REVIEW: frozenset({"approved", "needs_review"}),
    Policy.MACHINE: frozenset({"approved", "needs_review", "machine"}),
}
# The weakest state of a block's segments is the state of the block.
_WEAKEST_FIRST = (
    TranslationStatus.MACHINE,
    TranslationStatus.NEEDS_REVIEW,
    TranslationStatus.APPROVED,
)


def decide(candidates: Sequence[Candidate], *, critical: bool, policy: Policy) -> TranslationStatus:
    """Whether the block that these segments make up is served translated, and as what.

    A status whose `fell_back` is true means: serve the current source instead, whole. A block
    without segments falls back: nothing says that anybody looked at it.
    """
    allowed = _SERVED_BY_POLICY[Policy.NEVER if critical else policy]
    statuses = {_status(candidate, allowed) for candidate in candidates}
    for reason in _FALLBACK_ORDER:
        if reason in statuses:
            return reason
    for status in _WEAKEST_FIRST:
        if status in statuses:
            return status
    return TranslationStatus.MISSING


def _status(candidate: Candidate, allowed: Collection[str]) -> TranslationStatus:
    if candidate.state is None:
        return TranslationStatus.STALE if candidate.outdated else TranslationStatus.MISSING
    if candidate.blocked:
        return TranslationStatus.BLOCKED
    if candidate.state not in allowed:
        return TranslationStatus.UNREVIEWED
    return TranslationStatus(candidate.state)
