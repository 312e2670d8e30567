"""What became of the units of a file that came back, and how its words were to be taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pages.catalog.codecs.codec import ReadUnit
from pages.catalog.ledger import ReviewRefused, same_person
from pages.document.vocabulary import Origin

UNNAMED = "a file"
COMMENT_STAYS = "Its comment stays in the file."
_MOST_LINES = 1000


class Verdict(StrEnum):
    APPLIED = "applied"  # stored as the target of the current source
    UNCHANGED = "unchanged"  # empty, untouched, or what is stored already
    CONFLICT = "conflict"  # somebody else's words stand; the file's are kept beside them
    SUGGESTION = "suggestion"  # the source moved on: kept against the wording it translates
    QUARANTINED = "quarantined"  # no such segment
    REJECTED = "rejected"  # no target may have this text


# What somebody must look at: the file holds words that were not stored as a target.
NOT_STORED = (Verdict.CONFLICT, Verdict.QUARANTINED, Verdict.REJECTED)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one unit of the file. held: its words are stored, and something stands
    against serving them: a check fails, or the reviewer's word was not taken."""

    verdict: Verdict
    unit: ReadUnit
    message: str = ""
    held: bool = False

    @property
    def is_worth_a_look(self) -> bool:
        return bool(self.message) or self.verdict in NOT_STORED


@dataclass(slots=True)
class Report:
    """lines: one per unit of the file, in its order; pages: whose targets changed.

    changes: how many targets, proposals, comments and terms were written.
    """

    lines: list[Line] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    changes: int = 0

    def counts(self) -> Counter[Verdict]:
        return Counter(line.verdict for line in self.lines)

    @property
    def held(self) -> int:
        return sum(line.held for line in self.lines)

    @property
    def kept_back(self) -> int:
        """How many units somebody has to look at before their words can be served."""
        return self.held + sum(line.verdict in NOT_STORED for line in self.lines)

    def worth_a_look(self) -> Sequence[Line]:
        """The lines that somebody should read."""
        return [line for line in self.lines if line.is_worth_a_look]

    def as_json(self) -> dict[str, Any]:
        """Every verdict's count, and the first 1,000 lines that are worth a look.

        The words are not in it: they are in the kept file, at `at`.
        """
        looked_at, counts = self.worth_a_look(), self.counts()
        return {
            "units": len(self.lines),
            "counts": {verdict.value: counts[verdict] for verdict in Verdict},
            "held": self.held,
            "lines": [
                {
                    "at": line.unit.at,
                    "key": line.unit.key,
                    "verdict": line.verdict.value,
                    "message": line.message,
                    "held": line.held,
                }
                for line in looked_at[:_MOST_LINES]
            ],
            "more_lines": max(0, len(looked_at) - _MOST_LINES),
        }


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How targets from a file are taken: who translated and, if anybody did, who reviewed.

    The reviewer answers for the units without the fuzzy flag. Raises ReviewRefused where both
    are one person.
    """

    by: str
    reviewer: str = ""
    qualification: str = ""
    origin: Origin = Origin.IMPORT

    def __post_init__(self) -> None:
        if self.reviewer and same_person(self.by, self.reviewer):
            raise ReviewRefused(
                f"{self.by} translated and cannot review the same: four eyes see more."
            )

    def is_by(self, author: str) -> bool:
        """Whether the file's translator is `author`. Two files of nobody are not one person."""
        return self.by != UNNAMED and same_person(self.by, author)
