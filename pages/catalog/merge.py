"""The three-way merge of one unit: a pure decision, without a database.

Base is what the hand-off held, theirs is what came back, ours is what stands now
(TRANSLATION.md, "Coming back").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Decision(Enum):
    KEEP = auto()  # theirs says nothing new
    TAKE = auto()  # theirs becomes the target
    CONFLICT = auto()  # ours stands, and theirs is kept beside it


@dataclass(frozen=True, slots=True)
class Ours:
    """The target that stands. own: whoever made the file wrote it; earlier: theirs was this
    target once."""

    text: str
    is_machine: bool
    is_approved: bool
    own: bool
    earlier: bool


def merge(theirs: str, ours: Ours | None, base: str | None, *, reviewed: bool) -> Decision:
    """base: None where no hand-off tells. reviewed: a reviewer answers for theirs, and may."""
    if not theirs.strip() or (ours is not None and theirs == ours.text):
        return Decision.KEEP
    if base is not None and theirs == base:
        return Decision.KEEP  # nobody touched it: never instead of a newer edit
    if ours is None:
        return Decision.TAKE
    if base is None and ours.earlier:
        return Decision.KEEP
    if ours.is_machine:
        return Decision.TAKE
    untouched = base == ours.text
    if ours.is_approved:
        return Decision.TAKE if reviewed and untouched else Decision.CONFLICT
    return Decision.TAKE if untouched or ours.own else Decision.CONFLICT
