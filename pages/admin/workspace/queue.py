"""The queue: every page in a language, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import TextField
from django.db.models.functions import Cast

from pages.admin.workspace.versions import Version, versions, with_draft_texts
from pages.catalog.segments import Segment, page_segments
from pages.catalog.units import UnitState
from pages.languages import Language
from pages.models import Proposal, SegmentComment, Target, TreatmentPage
from pages.richtext import plain


class Show(StrEnum):
    """What a list is narrowed to. The same words for pages and for the rows of one."""

    ALL = "all"
    OPEN = "open"
    MISSING = "missing"
    STALE = "stale"
    UNREVIEWED = "unreviewed"
    FAILING = "failing"
    CONFLICTS = "conflicts"
    COMMENTS = "comments"


SHOW_LABELS = {
    Show.ALL: "All",
    Show.OPEN: "To do",
    Show.MISSING: "Missing",
    Show.STALE: "Stale",
    Show.UNREVIEWED: "Unreviewed",
    Show.FAILING: "Failing checks",
    Show.CONFLICTS: "Conflicts",
    Show.COMMENTS: "Comments",
}


@dataclass(slots=True)
class Tally:
    """How far a page is in a language: numbers of segments, and of words of its source.

    critical: segments of critical blocks that are not approved.
    """

    counts: Counter[Show] = field(default_factory=Counter)
    critical: int = 0
    words: int = 0
    words_open: int = 0

    @property
    def percent(self) -> int:
        """Approved, rounded down: 100 is all of it."""
        total = self.counts[Show.ALL]
        return 100 * (total - self.counts[Show.OPEN]) // total if total else 100

    @property
    def urgency(self) -> tuple[int, int, int]:
        """Greater is more urgent: what could hurt, then what patients see outdated."""
        return self.critical, self.counts[Show.STALE], self.counts[Show.OPEN]

    def add(self, segment: Segment, state: UnitState, *, failing: bool) -> None:
        words = word_count(segment)
        self.counts[Show.ALL] += 1
        self.words += words
        if failing:
            self.counts[Show.FAILING] += 1
        if state in _SHOWN_AS:
            self.counts[_SHOWN_AS[state]] += 1
        if failing or state is not UnitState.APPROVED:
            self.counts[Show.OPEN] += 1
            self.words_open += words
            self.critical += segment.critical


_SHOWN_AS = {
    UnitState.MISSING: Show.MISSING,
    UnitState.STALE: Show.STALE,
    UnitState.MACHINE: Show.UNREVIEWED,
    UnitState.NEEDS_REVIEW: Show.UNREVIEWED,
}


@dataclass(frozen=True, slots=True)
class QueuedPage:
    page: TreatmentPage
    version: Version
    has_draft: bool
    tally: Tally


def word_count(segment: Segment) -> int:
    if segment.paragraph is not None:
        return len(plain(segment.paragraph.children).split())
    return len(segment.text.split())


def queued_pages(page_id: int | None = None) -> Sequence[TreatmentPage]:
    """Every page that is translated, or one, with the texts of the version to work on first.
    Two queries."""
    found = TreatmentPage.objects.filter(alias_of=None).order_by("title", "pk")
    if page_id is not None:
        found = found.filter(pk=page_id)
    live = list(found.filter(live=True))
    drafts = [
        with_draft_texts(page)
        for page in found.filter(live=False).select_related("latest_revision")
    ]
    return sorted([*live, *drafts], key=lambda page: page.title.casefold())


def tallies(
    pages: Iterable[TreatmentPage], languages: Sequence[Language]
) -> Mapping[str, Mapping[int, Tally]]:
    """By language code and page id. Three queries, however many pages and languages."""
    codes = [language.code for language in languages]
    found: dict[str, dict[int, Tally]] = {code: {} for code in codes}
    current, known = _stored(codes)
    for page in pages:
        segments = tuple(page_segments(page))
        for code in codes:
            tally = found[code][page.pk] = Tally()
            for segment in segments:
                stored = current.get((code, page.pk, segment.key, segment.digest))
                if stored is not None:
                    state, failing = stored
                    tally.add(segment, UnitState(state), failing=failing)
                else:
                    stale = (code, page.pk, segment.key) in known
                    state = UnitState.STALE if stale else UnitState.MISSING
                    tally.add(segment, state, failing=False)
    _add_talk(found, codes)
    return found


def _stored(
    codes: Sequence[str],
) -> tuple[Mapping[tuple[str, int, str, str], tuple[str, bool]], set[tuple[str, int, str]]]:
    """(state and failing, by language, page, key and digest; the keys with any digest)."""
    rows = (
        Target.objects.standing()
        .filter(language__in=codes, page__isnull=False)
        # As text: all that is asked of it is whether it is empty.
        .annotate(failed=Cast("failed_checks", TextField()))
        .values_list("language", "page_id", "key", "text_digest", "state", "failed", "waiver")
    )
    current: dict[tuple[str, int, str, str], tuple[str, bool]] = {}
    known: set[tuple[str, int, str]] = set()
    for code, page_id, key, digest, state, failed, waiver in rows.iterator():
        current[code, page_id, key, digest] = (state, failed != "[]" and not waiver)
        known.add((code, page_id, key))
    return current, known


def _add_talk(found: Mapping[str, Mapping[int, Tally]], codes: Sequence[str]) -> None:
    """Texts of each page with conflicts, and with open comments: those that the page no longer has
    too, which strays.py shows."""
    conflicts = (
        Proposal.objects.filter(target__language__in=codes, resolution=Proposal.Resolution.OPEN)
        .values_list("target__language", "target__page_id", "target__key")
        .order_by()
        .distinct()
    )
    for code, page_id, _ in conflicts:
        if page_id in found[code]:
            found[code][page_id].counts[Show.CONFLICTS] += 1
    comments = (
        SegmentComment.objects.filter(language__in=["", *codes], resolved_at=None)
        .values_list("language", "page_id", "key")
        .order_by()
        .distinct()
    )
    texts = {
        (code, page_id, key)
        for language, page_id, key in comments
        for code in ([language] if language else codes)
    }
    for code, page_id, _ in texts:
        if page_id in found[code]:
            found[code][page_id].counts[Show.COMMENTS] += 1


def queue(language: Language) -> Sequence[QueuedPage]:
    """Every page, the most urgent first, then by title."""
    pages = queued_pages()
    found = tallies(pages, [language])[language.code]
    queued = [
        QueuedPage(
            page=page,
            version=versions(page)[0],
            has_draft=len(versions(page)) > 1,
            tally=found[page.pk],
        )
        for page in pages
    ]
    return sorted(queued, key=lambda each: each.tally.urgency, reverse=True)
