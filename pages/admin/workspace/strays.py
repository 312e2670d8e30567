"""What was said beside texts that the page has no row for: their paragraph was removed, or the
words that it was said of were. It stays until somebody closes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pages.admin.workspace.rows import Group, Row, Work, anchor_of, stored_work
from pages.languages import Language
from pages.models import Proposal, SegmentComment, TreatmentPage


@dataclass(frozen=True, slots=True)
class Stray:
    """A text with its open conflicts and comments. source: as it was when somebody translated it
    last, or "" where nobody ever did."""

    key: str
    source: str
    proposals: tuple[Proposal, ...]
    comments: tuple[SegmentComment, ...]

    @property
    def anchor(self) -> str:
        return anchor_of(self.key)


def strays(page: TreatmentPage, groups: Iterable[Group], work: Work) -> Sequence[Stray]:
    """All that is open and stands beside no row of `groups`, by key."""
    rows = {row.segment.key: row for group in groups for row in group.rows}
    proposals: dict[str, list[Proposal]] = {}
    for found in (*work.proposals.values(), *work.stranded.values()):
        for proposal in found:
            row = rows.get(proposal.target.key)
            if row is None or proposal not in row.proposals:
                proposals.setdefault(proposal.target.key, []).append(proposal)
    comments = {
        key: [comment for comment in found if comment.resolved_at is None]
        for (_, key), found in work.comments.items()
        if key not in rows
    }
    keys = sorted({*proposals, *(key for key, found in comments.items() if found)})
    return [
        Stray(
            key,
            _source(page, key, work, proposals.get(key, ())),
            tuple(proposals.get(key, ())),
            tuple(comments.get(key, ())),
        )
        for key in keys
    ]


def _source(page: TreatmentPage, key: str, work: Work, proposals: Sequence[Proposal]) -> str:
    if proposals:
        return proposals[-1].target.source
    targets = work.targets.get((page.pk, key), ())
    return targets[-1].source if targets else ""


@dataclass(frozen=True, slots=True)
class Said:
    """Beside one text, whatever the wording, and whether or not the page still has it."""

    proposals: Sequence[Proposal]
    comments: Sequence[SegmentComment]


def said_beside(page: TreatmentPage, key: str, language: Language) -> Said:
    if "\x00" in key:  # PostgreSQL stores none, and refuses to look for it
        return Said((), ())
    work = stored_work([page.pk], language, key)
    found = (*work.proposals.values(), *work.stranded.values())
    return Said([each for some in found for each in some], work.comments.get((page.pk, key), ()))


def keys_with_conflicts(rows: Iterable[Row], found: Iterable[Stray]) -> set[str]:
    return {row.segment.key for row in rows if row.proposals} | {
        stray.key for stray in found if stray.proposals
    }


def keys_with_comments(rows: Iterable[Row], found: Iterable[Stray]) -> set[str]:
    return {row.segment.key for row in rows if row.open_comments} | {
        stray.key for stray in found if stray.comments
    }
