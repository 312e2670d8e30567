"""Catalogues coming back. Every unit of a file ends as exactly one verdict.

Nothing is lost and nothing is silent (TRANSLATION.md, "Coming back"): an empty unit erases
nothing, an untouched one never overwrites a newer edit, words that another person wrote meanwhile
stay and the file's are kept beside them, what translates an older wording is kept against that
wording, and a file never approves: only a named reviewer does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from pages.catalog.bases import NO_BASE, Base
from pages.catalog.checks import fitted, reject_reason, reject_reason_of_older
from pages.catalog.codecs.codec import ReadUnit
from pages.catalog.ledger import ReviewRefused
from pages.catalog.merge import Decision, Ours, merge
from pages.catalog.returning import (
    LONGEST_KEY,
    ReturnedComments,
    ReturningPage,
    batches,
    document_id,
    segment_key,
)
from pages.catalog.segments import Segment
from pages.catalog.targets import stored_targets
from pages.catalog.verdicts import COMMENT_STAYS, Acceptance, Line, Report, Verdict
from pages.digest import text_digest
from pages.languages import Language
from pages.models import CatalogImport, Target
from pages.models.target import TargetState


@transaction.atomic
def import_units(
    units: Sequence[ReadUnit],
    language: Language,
    acceptance: Acceptance,
    *,
    base: Base = NO_BASE,
    dry_run: bool = False,
    catalog_import: CatalogImport | None = None,
) -> Report:
    """Store the targets of `units`, all or nothing; a dry run reports the same, keeps nothing.

    Takes the row locks of the pages, in the order of their ids, so that a publish or another
    import waits. The caller reconciles `Report.pages`. catalog_import: what the log names as
    the file that brought it.
    """
    lines: dict[int, Line] = {}
    report = Report()
    for places, pages in batches(units):
        taking = _Taking(pages, language, acceptance, base)
        for place in places:
            line = lines[place] = taking.take(units[place])
            if line.verdict in (Verdict.APPLIED, Verdict.SUGGESTION):
                report.pages.add(pages[document_id(line.unit)].page.pk)
        report.changes += taking.ledger.pending + taking.comments.pending
        if not dry_run:
            taking.ledger.save(catalog_import)
            taking.comments.save()
    report.lines = [lines[place] for place in range(len(units))]
    return report


class _Taking:
    """Taking the units of some pages of one file, one by one, against what is stored."""

    def __init__(
        self,
        pages: Mapping[str, ReturningPage],
        language: Language,
        acceptance: Acceptance,
        base: Base,
    ) -> None:
        self.pages = pages
        self.acceptance = acceptance
        self.base = base
        page_ids = [returning.page.pk for returning in pages.values()]
        self.ledger = stored_targets(language, page_ids)
        self.comments = ReturnedComments(page_ids, language, by=acceptance.by)
        self._given: dict[tuple[int, str, str], tuple[str, str]] = {}

    def take(self, unit: ReadUnit) -> Line:
        returning = self.pages.get(document_id(unit))
        if returning is not None and unit.comment and len(segment_key(unit)) <= LONGEST_KEY:
            self.comments.add(returning.page.pk, segment_key(unit), unit.comment)
        elif unit.comment and not unit.target.strip():
            return Line(Verdict.UNCHANGED, unit, f"No page has this text. {COMMENT_STAYS}")
        if not unit.target.strip():
            return Line(Verdict.UNCHANGED, unit)  # an empty unit erases nothing
        if returning is None:
            return Line(Verdict.QUARANTINED, unit, "No page has this id.")
        page_id, key = returning.page.pk, segment_key(unit)
        segment = returning.segment(key, text_digest(unit.source))
        if segment is None:
            other = returning.any_wording(key)
            if other is None:
                return self._without_segment(page_id, key, unit)
            return self._older(page_id, other, unit, unit.source)
        if self._is_untouched_stale(page_id, segment, unit):
            return self._older(page_id, segment, unit, unit.previous_source or "")
        return self._current(page_id, segment, unit)

    def _without_segment(self, page_id: int, key: str, unit: ReadUnit) -> Line:
        stored = self.ledger.get(page_id, key, text_digest(unit.source))
        if stored is not None and stored.text == fitted(unit.source, unit.target):
            return Line(Verdict.UNCHANGED, unit)  # the text is gone from the page, not from here
        return Line(Verdict.QUARANTINED, unit, "The page has no such segment, or has it no more.")

    def _is_untouched_stale(self, page_id: int, segment: Segment, unit: ReadUnit) -> bool:
        """Whether the unit still says of itself that it translates another wording, and does."""
        previous = unit.previous_source
        if not unit.fuzzy or not previous or text_digest(previous) == segment.digest:
            return False
        stored = self.ledger.get(page_id, segment.key, text_digest(previous))
        text = fitted(previous, unit.target)
        return stored is None or stored.text == text or self.ledger.had(stored, text)

    def _current(self, page_id: int, segment: Segment, unit: ReadUnit) -> Line:
        """The file translates what the page, or its draft, says now."""
        text = fitted(segment.text, unit.target)
        if reason := reject_reason(segment, text):
            return Line(Verdict.REJECTED, unit, reason)
        stored = self.ledger.get(page_id, segment.key, segment.digest)
        if stored is None and unit.fuzzy and self.ledger.echoed(page_id, segment, text):
            # The old words, still unfinished, from a format that does not say whose they are.
            return Line(Verdict.UNCHANGED, unit)
        answered = (
            stored is not None
            and stored.state == TargetState.APPROVED
            and self._answered(unit)
            and not self.ledger.echoed(page_id, segment, text)
            and not self.ledger.failed_checks(page_id, segment, text)
        )
        if line := self._standing(page_id, segment, stored, text, unit, answered=answered):
            return line
        before = (stored.text, stored.state) if stored else None
        target = self._stored(page_id, segment, text, unit, stored)
        message = self._review(target, page_id, segment, unit)
        changed = before != (target.text, target.state)
        held = bool(message) and (target.state != TargetState.APPROVED or _fails(target))
        return Line(Verdict.APPLIED if changed else Verdict.UNCHANGED, unit, message, held)

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
            return _failed(target)  # found after the approval: by recheck_targets
        if not self._answered(unit):
            return _failed(target)
        if older := self.ledger.echoed(page_id, segment, target.text):
            # OmegaT drops fuzzy flags unasked: that nothing changed proves no review.
            return (
                f"Not approved: the same words translated {older.source!r}. Whether they "
                "still hold is for review_targets."
            )
        by, qualification = self.acceptance.reviewer, self.acceptance.qualification
        try:
            self.ledger.approve(target, by=by, qualification=qualification, segment=segment)
        except ReviewRefused as error:
            return f"Not approved: {error}"
        return ""

    def _answered(self, unit: ReadUnit) -> bool:
        return bool(self.acceptance.reviewer) and not unit.fuzzy

    def _older(self, page_id: int, segment: Segment, unit: ReadUnit, source: str) -> Line:
        """The file translates another wording: kept against it, as the newest stale candidate."""
        text, digest = fitted(source, unit.target), text_digest(source)
        coded = segment.paragraph is not None
        if reason := reject_reason_of_older(source, text, coded=coded):
            return Line(Verdict.REJECTED, unit, reason)
        stored = self.ledger.get(page_id, segment.key, digest)
        older = Segment(segment.key, source, digest, segment.crumbs)
        if line := self._standing(page_id, older, stored, text, unit):
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
        segment: Segment,
        stored: Target | None,
        text: str,
        unit: ReadUnit,
        *,
        answered: bool = False,
    ) -> Line | None:
        """The line of a unit whose words do not take the place of those that stand, if so.

        answered: a reviewer answers for the unit, and nothing stands against the approval.
        """
        address = (page_id, segment.key, segment.digest)
        first, at = self._given.setdefault(address, (text, unit.at))
        if first != text:
            return Line(Verdict.CONFLICT, unit, f"{at.capitalize()} of the file says {first!r}.")
        if stored is not None and stored.text == text:
            return None  # nothing to replace; what the file says of its state may be news
        base = self._base(page_id, segment, stored, unit)
        ours = self._ours(stored, text, base) if stored else None
        match merge(text, ours, base, reviewed=answered):
            case Decision.TAKE:
                return None
            case Decision.CONFLICT if stored is not None:
                by, origin = self.acceptance.by, self.acceptance.origin
                self.ledger.propose(stored, text, by=by, origin=origin)
                return Line(Verdict.CONFLICT, unit, _whose(stored))
            case _:
                now = f"An earlier wording; it is {stored.text!r} now." if stored else ""
                return Line(Verdict.UNCHANGED, unit, now)

    def _base(
        self, page_id: int, segment: Segment, stored: Target | None, unit: ReadUnit
    ) -> str | None:
        held = self.base.of(unit.key, segment.digest)
        if held is None:
            return None
        if stored is None and held.stale and not unit.fuzzy:
            return None  # given back as finished: that the old words still hold is news
        address = (page_id, segment.key, segment.digest)
        if stored is None and not held.stale and not self.ledger.was_retracted(*address):
            return None  # the database lost what the hand-off had
        return fitted(segment.text, held.target) if held.target.strip() else ""

    def _ours(self, stored: Target, text: str, base: str | None) -> Ours:
        return Ours(
            text=stored.text,
            is_machine=stored.state == TargetState.MACHINE,
            is_approved=stored.state == TargetState.APPROVED,
            own=self.acceptance.is_by(stored.author),
            earlier=base is None and self.ledger.had(stored, text),
        )


def _fails(target: Target) -> bool:
    return bool(target.failed_checks) and not target.waiver


def _failed(target: Target) -> str:
    if not _fails(target):
        return ""
    failed = ", ".join(target.failed_checks)
    return f"Checks fail: {failed}. Not served until mended or waived."


def _whose(stored: Target) -> str:
    if stored.state == TargetState.APPROVED:
        return f"{stored.reviewer} approved {stored.text!r}; it stays."
    return f"{stored.author or 'Somebody else'} wrote {stored.text!r}; it stays until one is taken."
