"""Reviewing: a second person reads a target and says that it holds, or opens it again."""

from __future__ import annotations

from pages.admin.workspace.access import Worker
from pages.admin.workspace.authorship import own_words, record_review, record_words
from pages.admin.workspace.rows import Row, row_of
from pages.catalog.ledger import ReviewRefused, TargetLedger
from pages.catalog.units import UnitState
from pages.models import TreatmentPage
from pages.models.target import TargetState


class ChangedSinceRead(ReviewRefused):
    """The target or the source is not what the worker read."""


def read_row(page: TreatmentPage, worker: Worker, key: str, base: str) -> Row:
    """The row, if it still says what the worker read. Raises ChangedSinceRead."""
    row = row_of(page, key, worker.language)
    if row is None:
        raise ChangedSinceRead("This text is not on the page any more.")
    if row.base != base:
        raise ChangedSinceRead("The source or the translation changed since you read it.")
    return row


def reason_against(row: Row) -> str | None:
    """Why there is nothing to approve, whoever asks."""
    if row.target is None:
        return "There is no translation of the current source to approve."
    if row.state is UnitState.MACHINE:
        return "A machine wrote this. Somebody has to confirm or edit it first."
    if not row.may_be_approved:
        return f"{row.target.reviewer} has approved it already."
    return None


def approve(worker: Worker, row: Row, *, waiver: str = "") -> None:
    """Raises ReviewRefused. The caller reconciles the page."""
    target = row.target
    reason = reason_against(row)
    if target is None or reason:
        raise ReviewRefused(reason)
    if "\x00" in waiver:
        raise ReviewRefused("The reason has a character U+0000, which no text may have.")
    if worker.four_eyes and own_words(worker, [target]):
        raise ReviewRefused("These are your own words: four eyes see more than two.")
    # Every wording of the segment: an old target that came back unchanged is found among them.
    ledger = TargetLedger(worker.language, [*reversed(row.older), target])
    ledger.approve(
        target, by=worker.name, waiver=waiver, four_eyes=worker.four_eyes, segment=row.segment
    )
    ledger.save()
    record_review(worker, target)


def confirm(worker: Worker, row: Row) -> None:
    """A person has read the machine's words and lets them stand, for a review."""
    target = row.target
    if target is None or target.state != TargetState.MACHINE:
        raise ReviewRefused("Only a machine translation of the current source is confirmed.")
    ledger = TargetLedger(worker.language, [target])
    ledger.confirm(target, by=worker.name)
    ledger.save()
    record_words(worker, target, target.text)


def reopen(worker: Worker, row: Row) -> None:
    """Take the approval back: it waits for a review again."""
    target = row.target
    if target is None or target.state != TargetState.APPROVED:
        raise ReviewRefused("Only an approved translation is opened again.")
    ledger = TargetLedger(worker.language, [target])
    ledger.reopen(target, by=worker.name)
    ledger.save()
    record_review(worker, target)
