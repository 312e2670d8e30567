"""Rows: each segment of a page with all that a translator has to see of it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from pages.admin.workspace.words import changed_words, coded_html, inline_tags
from pages.catalog.segments import PageSegments, Segment, page_segments
from pages.catalog.units import UnitState
from pages.languages import Language
from pages.models import Proposal, SegmentComment, Target, TreatmentPage
from pages.models.target import TargetState

_DIGEST = 12  # bytes


STATE_LABELS = {
    UnitState.MISSING: "Missing",
    UnitState.STALE: "Stale",
    UnitState.MACHINE: "Machine",
    UnitState.NEEDS_REVIEW: "Needs review",
    UnitState.APPROVED: "Approved",
}


def base_of(segment: Segment, target: Target | None) -> str:
    """What somebody read before they wrote: 24 hexadecimal digits over source, target and state.

    The state too: a save must not take an approval away that its author has not seen.
    """
    stored = (target.state, target.text) if target else ("", "")
    said = "\x00".join((segment.digest, *stored))
    return hashlib.blake2b(said.encode(), digest_size=_DIGEST).hexdigest()


def anchor_of(key: str) -> str:
    """The id of a row in HTML, and so in an address: keys have # in them."""
    return f"s{hashlib.blake2b(key.encode(), digest_size=6).hexdigest()}"


@dataclass(frozen=True)
class Row:
    """A segment; `target` matches its current wording, `older` earlier ones, newest first."""

    segment: Segment
    target: Target | None = None
    older: tuple[Target, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    comments: tuple[SegmentComment, ...] = ()
    findings: Sequence[Any] = ()  # of findings.py, which stands above this module

    @property
    def state(self) -> UnitState:
        if self.target is not None:
            return UnitState(self.target.state)
        return UnitState.STALE if self.older else UnitState.MISSING

    @property
    def failing(self) -> bool:
        """A check stops it from being served, and nobody said why that may pass."""
        return self.target is not None and bool(
            self.target.failed_checks and not self.target.waiver
        )

    @property
    def state_label(self) -> str:
        return STATE_LABELS[self.state]

    @property
    def may_be_approved(self) -> bool:
        return self.state is UnitState.NEEDS_REVIEW or (
            self.state is UnitState.APPROVED and self.failing
        )

    @property
    def open(self) -> bool:
        return self.state is not UnitState.APPROVED or self.failing

    @property
    def open_comments(self) -> int:
        return sum(comment.resolved_at is None for comment in self.comments)

    @property
    def text(self) -> str:
        """What stands in the editor: the target, or the one of the wording before."""
        if self.target is not None:
            return self.target.text
        return self.older[0].text if self.older else ""

    @property
    def base(self) -> str:
        return base_of(self.segment, self.target)

    @property
    def anchor(self) -> str:
        return anchor_of(self.segment.key)

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Without the block's own label, which stands above."""
        return self.segment.crumbs[1:] or self.segment.crumbs

    @cached_property
    def source_html(self) -> SafeString:
        return coded_html(self.segment.text, coded=self.segment.paragraph is not None)

    @cached_property
    def tags(self) -> Sequence[str]:
        return inline_tags(self.segment.text) if self.segment.paragraph else ()

    @cached_property
    def source_change(self) -> SafeString | None:
        """What changed in the source since `text` was made for it."""
        if self.target is not None or not self.older:
            return None
        coded = self.segment.paragraph is not None
        return changed_words(self.older[0].source, self.segment.text, coded=coded)

    @property
    def conflicts(self) -> Iterator[tuple[Proposal, SafeString]]:
        """Each proposal, and how it differs from what stands in the editor."""
        coded = self.segment.paragraph is not None
        for proposal in self.proposals:
            yield proposal, changed_words(self.text, proposal.text, coded=coded)

    @property
    def credit(self) -> str:
        """Whose words stand there."""
        if self.target is None:
            return ""
        names = [self.target.engine or self.target.author or "From a file"]
        if self.target.reviewer:
            names.append(f"reviewed by {self.target.reviewer}")
        return ", ".join(names)

    @property
    def lines(self) -> int:
        """Rows of the input that hold the text without scrolling, as a start."""
        longest = max(len(self.text), len(self.segment.text))
        return min(12, max(1, self.text.count("\n") + 1, longest // 42 + 1))


@dataclass(frozen=True, slots=True)
class Group:
    """A block of the page, or the page's own texts (id ""), with the rows that are shown."""

    id: str
    label: str
    critical: bool
    rows: tuple[Row, ...]
    total: int
    open: int


@dataclass(frozen=True, slots=True)
class Work:
    """All that is stored of some pages in a language, by (page id, segment key); three queries.

    current: by (page id, key, digest) too; stranded: proposals whose target was taken back.
    """

    current: Mapping[tuple[int, str, str], Target]
    targets: Mapping[tuple[int, str], Sequence[Target]]
    proposals: Mapping[int, Sequence[Proposal]]
    stranded: Mapping[tuple[int, str], Sequence[Proposal]]
    comments: Mapping[tuple[int, str], Sequence[SegmentComment]]

    def row(self, page_id: int, segment: Segment) -> Row:
        key = (page_id, segment.key)
        stored = self.targets.get(key, ())
        current = self.current.get((*key, segment.digest))
        older = tuple(target for target in reversed(stored) if target is not current)
        proposals = tuple(
            proposal
            for target in ((current,) if current else older)
            for proposal in self.proposals.get(target.pk, ())
        ) + tuple(self.stranded.get(key, ()))
        comments = tuple(self.comments.get(key, ()))
        return Row(segment, current, older, proposals, comments)


def stored_work(page_ids: Iterable[int], language: Language, key: str | None = None) -> Work:
    """What is stored for these pages, or for one segment of them."""
    of_key = {} if key is None else {"key": key}
    targets = (
        Target.objects.standing()
        .filter(page_id__in=list(page_ids), language=language.code, **of_key)
        .order_by("updated_at", "pk")
    )
    by_key: dict[tuple[int, str], list[Target]] = defaultdict(list)
    current = {}
    for target in targets:
        if target.page_id is not None:
            by_key[target.page_id, target.key].append(target)
            current[target.page_id, target.key, target.text_digest] = target
    proposals: dict[int, list[Proposal]] = defaultdict(list)
    stranded: dict[tuple[int, str], list[Proposal]] = defaultdict(list)
    waiting = Proposal.objects.filter(
        target__page_id__in=list(page_ids),
        target__language=language.code,
        resolution=Proposal.Resolution.OPEN,
        **{f"target__{name}": value for name, value in of_key.items()},
    )
    for proposal in waiting.select_related("target").order_by("at", "pk"):
        target = proposal.target
        if target.state == TargetState.RETRACTED and target.page_id is not None:
            stranded[target.page_id, target.key].append(proposal)
        else:
            proposals[target.pk].append(proposal)
    comments: dict[tuple[int, str], list[SegmentComment]] = defaultdict(list)
    for comment in SegmentComment.objects.filter(
        page_id__in=list(page_ids), language__in=("", language.code), **of_key
    ):
        comments[comment.page_id, comment.key].append(comment)
    return Work(current, by_key, proposals, stranded, comments)


def groups(page: TreatmentPage, segments: PageSegments, work: Work) -> Iterator[Group]:
    """The page in reading order, block by block; what has no words is left out."""
    parts = [("", "The page itself", False, tuple(segments.scalars.values()))]
    parts += [
        # What is always critical says so in its name; here a mark says it.
        (
            block.id,
            str(block.block.label).removesuffix(" (critical)"),
            block.critical,
            block.segments,
        )
        for block in segments.blocks
    ]
    for block_id, label, critical, found in parts:
        rows = tuple(work.row(page.pk, segment) for segment in found)
        if rows:
            number_open = sum(row.open for row in rows)
            yield Group(block_id, label, critical, rows, len(rows), number_open)


def row_of(page: TreatmentPage, key: str, language: Language) -> Row | None:
    """One row, or None where the page as it is in memory has no such segment."""
    for segment in page_segments(page):
        if segment.key == key:
            return stored_work([page.pk], language, key).row(page.pk, segment)
    return None
