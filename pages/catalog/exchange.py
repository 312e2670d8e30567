"""Catalogues coming back. Every unit of a file ends as exactly one verdict.

Nothing is lost and nothing is silent (TRANSLATION.md, "Coming back"): an empty unit erases
nothing, an approved target is never overwritten, what translates an older wording is kept
against that wording, and a file never approves: only a named reviewer does.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import connection, transaction

from pages.catalog.checks import fitted, reject_reason, reject_reason_of_older
from pages.catalog.codecs.codec import ReadUnit
from pages.catalog.ledger import ReviewRefused, same_person
from pages.catalog.segments import Segment, page_segments
from pages.catalog.targets import stored_targets
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


# What somebody must look at: the file holds words that were not stored as a target.
NOT_STORED = (Verdict.CONFLICT, Verdict.QUARANTINED, Verdict.REJECTED)


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


@transaction.atomic
def import_units(
    units: Sequence[ReadUnit], language: Language, acceptance: Acceptance, *, dry_run: bool = False
) -> Report:
    """Store the targets of `units`, all or nothing; a dry run reports the same, keeps nothing.

    Takes the row locks of the pages, in the order of their ids, so that a publish or another
    import waits. The caller reconciles `Report.pages`.
    """
    taking = _Taking(units, language, acceptance)
    report = Report()
    for unit in units:
        line = taking.take(unit)
        report.lines.append(line)
        if line.verdict in (Verdict.APPLIED, Verdict.SUGGESTION):
            report.pages.add(taking.pages[_document_id(unit)])
    if not dry_run:
        taking.ledger.save()
    return report


def _document_id(unit: ReadUnit) -> str:
    return unit.key.partition("/")[0]


class _Taking:
    """Taking the units of one file, one by one, against what is stored."""

    def __init__(
        self, units: Iterable[ReadUnit], language: Language, acceptance: Acceptance
    ) -> None:
        self.acceptance = acceptance
        found = _locked_pages({_document_id(unit) for unit in units})
        self.pages = {str(page.translation_key): page.pk for page in found}
        self.segments = {
            (page.pk, segment.key): segment for page in found for segment in page_segments(page)
        }
        self.ledger = stored_targets(language, self.pages.values())
        self._given: dict[tuple[int, str, str], tuple[str, str]] = {}

    def take(self, unit: ReadUnit) -> Line:
        if not unit.target.strip():
            return Line(Verdict.UNCHANGED, unit)  # an empty unit erases nothing
        document_id, _, key = unit.key.partition("/")
        page_id = self.pages.get(document_id)
        if page_id is None:
            return Line(Verdict.QUARANTINED, unit, "No page has this id.")
        segment = self.segments.get((page_id, key))
        if segment is None:
            return self._without_segment(page_id, key, unit)
        if text_digest(unit.source) != segment.digest:
            return self._older(page_id, segment, unit, unit.source)
        if unit.fuzzy and unit.previous_source and _is_older(unit.previous_source, segment):
            previous = unit.previous_source
            stored = self.ledger.get(page_id, key, text_digest(previous))
            if stored is None or stored.text == fitted(previous, unit.target):
                return self._older(page_id, segment, unit, previous)  # nobody touched it
        return self._current(page_id, segment, unit)

    def _without_segment(self, page_id: int, key: str, unit: ReadUnit) -> Line:
        stored = self.ledger.get(page_id, key, text_digest(unit.source))
        if stored is not None and stored.text == fitted(unit.source, unit.target):
            return Line(Verdict.UNCHANGED, unit)  # the text is gone from the page, not from here
        return Line(Verdict.QUARANTINED, unit, "The page has no such segment, or has it no more.")

    def _current(self, page_id: int, segment: Segment, unit: ReadUnit) -> Line:
        """The file translates what the page says now."""
        text = fitted(segment.text, unit.target)
        if reason := reject_reason(segment, text):
            return Line(Verdict.REJECTED, unit, reason)
        stored = self.ledger.get(page_id, segment.key, segment.digest)
        if line := self._standing(page_id, segment.key, segment.digest, stored, text, unit):
            return line
        before = (stored.text, stored.state) if stored else None
        target = self._stored(page_id, segment, text, unit, stored)
        message = self._review(target, page_id, segment, unit)
        changed = before != (target.text, target.state)
        return Line(Verdict.APPLIED if changed else Verdict.UNCHANGED, unit, message)

    def _stored(
        self, page_id: int, segment: Segment, text: str, unit: ReadUnit, stored: Target | None
    ) -> Target:
        if stored is not None and stored.text == text:
            if stored.state == TargetState.MACHINE and not unit.fuzzy:
                self.ledger.confirm(stored, by=self.acceptance.by)
            return stored
        by, origin = self.acceptance.by, self.acceptance.origin
        return self.ledger.store(page_id, segment, text, by=by, origin=origin)

    def _review(self, target: Target, page_id: int, segment: Segment, unit: ReadUnit) -> str:
        """Approve where a reviewer answers for the unit; else why there was no approval."""
        if target.state == TargetState.APPROVED:
            if unit.fuzzy:
                return f"Fuzzy in the file; the approval by {target.reviewer} stays."
            return ""
        if not self.acceptance.reviewer or unit.fuzzy:
            failed = ", ".join(target.failed_checks)
            return f"Checks fail: {failed}. Not served until mended or waived." if failed else ""
        for older in self.ledger.of_segment(page_id, segment.key):
            if older is not target and older.text == target.text:
                # OmegaT drops fuzzy flags unasked: that nothing changed proves no review.
                return (
                    f"Not approved: the same words translated {older.source!r}. Whether they "
                    "still hold is for review_targets."
                )
        try:
            self.ledger.approve(
                target,
                by=self.acceptance.reviewer,
                qualification=self.acceptance.qualification,
                segment=segment,
            )
        except ReviewRefused as error:
            return f"Not approved: {error}"
        return ""

    def _older(self, page_id: int, segment: Segment, unit: ReadUnit, source: str) -> Line:
        """The file translates another wording: kept against it, as the newest stale candidate."""
        text, digest = fitted(source, unit.target), text_digest(source)
        coded = segment.paragraph is not None
        if reason := reject_reason_of_older(source, text, coded=coded):
            return Line(Verdict.REJECTED, unit, reason)
        stored = self.ledger.get(page_id, segment.key, digest)
        if line := self._standing(page_id, segment.key, digest, stored, text, unit):
            return line
        if stored is not None and stored.text == text:
            message = "" if unit.fuzzy else "Translates an older wording, and is kept already."
            return Line(Verdict.UNCHANGED, unit, message)
        by, origin = self.acceptance.by, self.acceptance.origin
        self.ledger.store_older(page_id, segment, source, text, by=by, origin=origin)
        return Line(Verdict.SUGGESTION, unit, "The source has changed since.")

    def _standing(
        self,
        page_id: int,
        key: str,
        digest: str,
        stored: Target | None,
        text: str,
        unit: ReadUnit,
    ) -> Line | None:
        """The line of a unit whose words cannot take the place of those that stand, if so."""
        first, at = self._given.setdefault((page_id, key, digest), (text, unit.at))
        if first != text:
            return Line(Verdict.CONFLICT, unit, f"{at.capitalize()} of the file says {first!r}.")
        if stored is None or stored.text == text:
            return None
        if self.ledger.had(stored, text):
            # As exported before somebody changed it: an untouched unit is no newer wish.
            return Line(Verdict.UNCHANGED, unit, f"An earlier wording; it is {stored.text!r} now.")
        if stored.state == TargetState.APPROVED:
            self.ledger.keep_conflict(stored, text, by=self.acceptance.by)
            return Line(
                Verdict.CONFLICT, unit, f"{stored.reviewer} approved {stored.text!r}; it stays."
            )
        return None


def _is_older(source: str, segment: Segment) -> bool:
    return text_digest(source) != segment.digest


def _locked_pages(document_ids: set[str]) -> list[TreatmentPage]:
    keys = [document_id for document_id in document_ids if _is_uuid(document_id)]
    pages = TreatmentPage.objects.filter(alias_of=None, translation_key__in=keys).order_by("pk")
    if connection.features.has_select_for_update_of:
        pages = pages.select_for_update(of=("self",))
    return list(pages)


def _is_uuid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False


def worth_a_look(report: Report) -> Sequence[Line]:
    """The lines that somebody should read."""
    return [line for line in report.lines if line.message or line.verdict in NOT_STORED]
