"""What memory and the glossary have: for one segment in work, and for all that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from wagtail.log_actions import log

from pages.admin.workspace.access import Worker
from pages.admin.workspace.rows import Row
from pages.admin.workspace.words import changed_words
from pages.catalog.checks import CheckContext
from pages.catalog.memory.pretranslate import fill_missing, pretranslate
from pages.catalog.memory.suggest import Suggestion, segment_suggestions
from pages.catalog.segments import PageSegments
from pages.catalog.targets import load_targets
from pages.languages import Language
from pages.models import TreatmentPage
from pages.models.target import TargetState
from pages.richtext import plain

FILLED = "pages.translation.fill"
_MOST = 3


@dataclass(frozen=True, slots=True)
class Remembered:
    """source_change: from the source that it translates to the one in work."""

    target: str
    score: int
    credit: str
    blocked: bool
    source_change: SafeString


@dataclass(frozen=True, slots=True)
class TermHit:
    source: str
    target: str
    stays: bool


@dataclass(frozen=True, slots=True)
class Aside:
    suggestions: Sequence[Remembered]
    glossary: Sequence[TermHit]


def aside(page: TreatmentPage, row: Row, language: Language, context: CheckContext) -> Aside:
    segment = row.segment
    words = plain(segment.paragraph.children) if segment.paragraph else segment.text
    hits = [
        TermHit(term.source, term.target, term.do_not_translate)
        for term in context.glossary.in_source(words)
        if term.target or term.do_not_translate
    ]
    found = segment_suggestions(page.pk, segment, language, limit=_MOST)
    return Aside([_remembered(each, row) for each in found], hits)


def _remembered(found: Suggestion, row: Row) -> Remembered:
    coded = row.segment.paragraph is not None
    reviewed = found.state == TargetState.APPROVED
    who = f"approved by {found.reviewer}" if reviewed else f"not reviewed, {found.author}"
    return Remembered(
        target=found.target,
        score=found.score,
        credit=f"{found.where_from}, {who.strip(', ')}",
        blocked=found.blocked,
        source_change=changed_words(found.source, row.segment.text, coded=coded),
    )


def fillable(page: TreatmentPage, segments: PageSegments, language: Language) -> int:
    """How many missing segments memory has the very same words for. At most four queries."""
    return len(fill_missing(page.pk, segments, load_targets(page.pk, [language]), dry_run=True))


def fill(page: TreatmentPage, worker: Worker) -> int:
    """Fill them, to wait for a review; who wrote them first stays their author."""
    number = len(pretranslate(page, [worker.language]))
    data = {"language": worker.language.code, "segments": number}
    log(instance=page, action=FILLED, user=worker.user, data=data)
    return number
