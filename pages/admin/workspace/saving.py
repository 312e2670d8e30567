"""Saving one segment without losing anybody's words.

A save says what its author had read. Where the target or the source has changed since, nothing
is overwritten: what was typed is kept beside what stands, and both are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from pages.admin.workspace.access import Worker
from pages.admin.workspace.authorship import record_words
from pages.admin.workspace.rows import Row, row_of
from pages.catalog.checks import fitted, reject_reason, reject_reason_of_older
from pages.catalog.ledger import TargetRejected
from pages.catalog.segments import Segment
from pages.catalog.targets import store_target, stored_targets
from pages.digest import text_digest
from pages.document.vocabulary import Origin
from pages.models import Proposal, Target, TreatmentPage
from pages.publishing.editions import reconcile


@dataclass(frozen=True, slots=True)
class Written:
    """What came in. text: as typed; base: of the row that was read; source: its source text."""

    key: str
    text: str
    base: str
    source: str


@dataclass(frozen=True, slots=True)
class Saved:
    row: Row


@dataclass(frozen=True, slots=True)
class Refused:
    """No target may have this text. Nothing was stored."""

    row: Row
    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """row: as it is now, None where the text is gone from the page; kept: whether what was typed
    is stored too, beside what stands; source_changed: since it was read."""

    row: Row | None
    kept: bool
    source_changed: bool


def save(page: TreatmentPage, worker: Worker, written: Written) -> Saved | Refused | Conflict:
    """Store what was written. The caller holds the transaction and the page's row lock."""
    row = row_of(page, written.key, worker.language)
    if row is None or _changed_since(row, written):
        return _conflict(page, worker, written, row)
    try:
        target = store_target(
            page.pk,
            worker.language,
            row.segment,
            written.text,
            by=worker.name,
            origin=Origin.HUMAN,
        )
    except TargetRejected as error:
        return Refused(row, str(error))
    record_words(worker, target, target.text)
    _close_own_proposals(row, worker, written.text)
    reconcile(page.pk, [worker.language])
    return Saved(row_of(page, written.key, worker.language) or row)


def _changed_since(row: Row, written: Written) -> bool:
    """Whether storing would put the text over words, or under a source, that were not read."""
    if row.base == written.base:
        return False
    if _source_changed(row, written):
        return True
    # Nothing stands there (any more), or exactly this: nobody's words are lost.
    return row.target is not None and row.target.text != fitted(row.segment.text, written.text)


def _source_changed(row: Row, written: Written) -> bool:
    return bool(written.source) and text_digest(written.source) != row.segment.digest


def _conflict(page: TreatmentPage, worker: Worker, written: Written, row: Row | None) -> Conflict:
    if row is not None and not _source_changed(row, written) and row.target is not None:
        if reject_reason(row.segment, written.text) or not written.text.strip():
            return Conflict(row, kept=False, source_changed=False)
        propose(row.target, written.text, worker)
        return Conflict(_again(page, worker, written.key), kept=True, source_changed=False)
    kept = _keep_for_source_read(page, worker, written, row)
    return Conflict(_again(page, worker, written.key), kept=kept, source_changed=True)


def _again(page: TreatmentPage, worker: Worker, key: str) -> Row | None:
    return row_of(page, key, worker.language)


def propose(target: Target, text: str, worker: Worker) -> None:
    """Keep `text` beside the target, once."""
    Proposal.objects.get_or_create(
        target=target,
        text=text,
        by=worker.name,
        resolution=Proposal.Resolution.OPEN,
        defaults={"origin": Origin.HUMAN.value},
    )
    record_words(worker, target, text)


def _close_own_proposals(row: Row, worker: Worker, text: str) -> None:
    """Who saves again after a conflict has taken their own words."""
    Proposal.objects.filter(
        pk__in=[proposal.pk for proposal in row.proposals],
        by=worker.name,
        text=text,
    ).update(
        resolution=Proposal.Resolution.TAKEN,
        resolved_by=worker.name,
        resolved_at=timezone.now(),
    )


def _keep_for_source_read(
    page: TreatmentPage, worker: Worker, written: Written, row: Row | None
) -> bool:
    """Against the wording that it translates, as a file that comes back late is kept.

    False where it cannot be a target: the page never had this segment, or its tags are broken.
    """
    ledger = stored_targets(worker.language, [page.pk])
    known = row is not None or any(ledger.of_segment(page.pk, written.key))
    if not known or not written.source.strip() or not written.text.strip():
        return False
    coded = "#" in written.key
    # The source came in with the form, so it is looked at like a text of somebody's.
    for text in (written.source, written.text):
        if reject_reason_of_older(written.source, text, coded=coded):
            return False
    segment = row.segment if row else _gone(written)
    stored = ledger.get(page.pk, written.key, text_digest(written.source))
    text = fitted(written.source, written.text)
    if stored is None:
        target = ledger.store_older(
            page.pk, segment, written.source, text, by=worker.name, origin=Origin.HUMAN
        )
        ledger.save()
        record_words(worker, target, text)
    elif stored.text != text:
        propose(stored, text, worker)
    return True


def _gone(written: Written) -> Segment:
    return Segment(written.key, written.source, text_digest(written.source), ())
