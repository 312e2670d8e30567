"""Catalogues out and back. Every unit of a file ends as exactly one verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction

from pages.catalog.po import ReadUnit
from pages.catalog.segments import Segment, page_segments
from pages.catalog.targets import ReviewRefused, TargetRejected, approve_target, store_target
from pages.catalog.units import unit_key
from pages.digest import text_digest
from pages.document.vocabulary import Origin
from pages.languages import Language
from pages.models import Target, TreatmentPage
from pages.models.target import TargetState


class Verdict(StrEnum):
    APPLIED = "applied"  # stored as the target of the current source
    UNCHANGED = "unchanged"  # empty, or what is stored already
    CONFLICT = "conflict"  # an approved target says something else; it stays
    SUGGESTION = "suggestion"  # the source moved on: kept against the wording it translates
    QUARANTINED = "quarantined"  # no such segment
    REJECTED = "rejected"  # no target may have this text


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one unit of the file."""

    verdict: Verdict
    unit: ReadUnit
    message: str = ""


@dataclass(slots=True)
class Report:
    """lines: one per unit of the file, in its order; pages: whose targets changed."""

    lines: list[Line] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)

    def counts(self) -> Counter[Verdict]:
        return Counter(line.verdict for line in self.lines)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How targets from a file are taken. Files never approve: a named reviewer does, once,
    for units without the fuzzy flag, and answers for them."""

    by: str
    reviewer: str = ""
    qualification: str = ""
    origin: Origin = Origin.IMPORT


@transaction.atomic
def import_units(
    units: Iterable[ReadUnit], language: Language, acceptance: Acceptance, *, dry_run: bool = False
) -> Report:
    """Store the targets of `units`, all or nothing; a dry run reports the same, keeps nothing."""
    known = _known_segments()
    report = Report()
    for unit in units:
        page_id, segment = known.get(unit.key, (0, None))
        if segment is None:
            line = Line(Verdict.QUARANTINED, unit, "No page has such a segment.")
        else:
            line = _take(page_id, segment, unit, language, acceptance)
        report.lines.append(line)
        if line.verdict in (Verdict.APPLIED, Verdict.SUGGESTION):
            report.pages.add(page_id)
    if dry_run:
        transaction.set_rollback(True)
    return report


def _known_segments() -> dict[str, tuple[int, Segment]]:
    return {
        unit_key(page, segment.key): (page.pk, segment)
        for page in TreatmentPage.objects.filter(alias_of=None)
        for segment in page_segments(page)
    }


def _take(
    page_id: int, segment: Segment, unit: ReadUnit, language: Language, acceptance: Acceptance
) -> Line:
    if not unit.target.strip():
        return Line(Verdict.UNCHANGED, unit)  # an empty unit erases nothing
    translated = unit.previous_source if unit.fuzzy and unit.previous_source else unit.source
    if text_digest(translated) != segment.digest:
        return _keep_as_suggestion(page_id, segment, unit, translated, language, acceptance)
    stored = Target.objects.filter(
        page_id=page_id, language=language.code, key=segment.key, text_digest=segment.digest
    ).first()
    if stored and stored.text != unit.target and stored.state == TargetState.APPROVED:
        return Line(Verdict.CONFLICT, unit, f"Approved by {stored.reviewer}: {stored.text!r}")
    try:
        target = store_target(
            page_id, language, segment, unit.target, by=acceptance.by, origin=acceptance.origin
        )
    except TargetRejected as error:
        return Line(Verdict.REJECTED, unit, str(error))
    approved, message = _approve(target, unit, acceptance)
    changed = approved or stored is None or stored.text != unit.target
    return Line(Verdict.APPLIED if changed else Verdict.UNCHANGED, unit, message)


def _approve(target: Target, unit: ReadUnit, acceptance: Acceptance) -> tuple[bool, str]:
    """(whether it is newly approved, why it is not although a reviewer was named)."""
    if not acceptance.reviewer or unit.fuzzy or target.state == TargetState.APPROVED:
        return False, ""
    try:
        approve_target(target, by=acceptance.reviewer, qualification=acceptance.qualification)
    except ReviewRefused as error:
        return False, str(error)
    return True, ""


def _keep_as_suggestion(
    page_id: int,
    segment: Segment,
    unit: ReadUnit,
    translated: str,
    language: Language,
    acceptance: Acceptance,
) -> Line:
    """The file translates another wording: kept against it, as the newest stale candidate."""
    older = Segment(segment.key, translated, text_digest(translated), segment.crumbs)
    if Target.objects.filter(
        page_id=page_id,
        language=language.code,
        key=older.key,
        text_digest=older.digest,
        text=unit.target,
    ).exists():
        return Line(Verdict.UNCHANGED, unit, "Kept already, against an older source.")
    try:
        store_target(
            page_id, language, older, unit.target, by=acceptance.by, origin=acceptance.origin
        )
    except TargetRejected as error:
        return Line(Verdict.REJECTED, unit, str(error))
    return Line(Verdict.SUGGESTION, unit, "The source has changed since.")


def refused(report: Report) -> Sequence[Line]:
    """The lines that somebody must look at."""
    return [
        line
        for line in report.lines
        if line.message or line.verdict in (Verdict.CONFLICT, Verdict.QUARANTINED, Verdict.REJECTED)
    ]
