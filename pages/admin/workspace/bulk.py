"""Acts on many segments of a page at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pages.admin.workspace.access import Worker
from pages.admin.workspace.authorship import own_words, record_reviews
from pages.admin.workspace.remembered import fill
from pages.admin.workspace.reviewing import reason_against
from pages.admin.workspace.rows import Row, groups, stored_work
from pages.catalog.ledger import ReviewRefused
from pages.catalog.permissions import Act
from pages.catalog.segments import page_segments
from pages.catalog.targets import stored_targets
from pages.models import TreatmentPage
from pages.publishing.editions import reconcile


def accept_exact(page: TreatmentPage, worker: Worker, selected: Iterable[str]) -> str:
    """Fill what is missing where memory has the very same words. It needs a review like any
    other text."""
    worker.require(Act.TRANSLATE)
    number = fill(page, worker)
    reconcile(page.pk, [worker.language])
    return f"{number} filled from memory. They wait for a review."


def approve_selected(page: TreatmentPage, worker: Worker, selected: Iterable[str]) -> str:
    """Approve the rows that the reviewer marked as read: `<anchor>:<base>` of each. One that
    changed since, or that a check stops, is left as it is."""
    worker.require(Act.REVIEW)
    read = set(selected)
    rows = [row for row in page_rows(page, worker) if f"{row.anchor}:{row.base}" in read]
    targets = [row.target for row in rows if row.target]
    own = own_words(worker, targets) if worker.four_eyes else set()
    ledger = stored_targets(worker.language, [page.pk])
    approved = []
    for row in rows:
        target = ledger.get(page.pk, row.segment.key, row.segment.digest)
        if target is None or reason_against(row) or target.pk in own:
            continue
        try:
            ledger.approve(target, by=worker.name, four_eyes=worker.four_eyes, segment=row.segment)
        except ReviewRefused:
            continue
        approved.append(target)
    ledger.save()
    record_reviews(worker, approved)
    reconcile(page.pk, [worker.language])
    left = len(read) - len(approved)
    rest = f" {left} left as they were: changed since, your own or failing a check." if left else ""
    return f"{len(approved)} approved.{rest}"


def page_rows(page: TreatmentPage, worker: Worker) -> Sequence[Row]:
    work = stored_work([page.pk], worker.language)
    return [row for group in groups(page, page_segments(page), work) for row in group.rows]


BULK = {"accept_exact": accept_exact, "approve_selected": approve_selected}
