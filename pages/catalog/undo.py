"""Undoing an import: every target that it changed becomes what it was before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from pages.catalog.ledger import TargetLedger
from pages.catalog.returning import ReturningPage
from pages.catalog.targets import stored_targets
from pages.languages import get_language
from pages.models import CatalogImport, Proposal, Target, TargetChange, TreatmentPage
from pages.models.target import TargetState

_COMPARED = ("text", "state", "author", "reviewer", "waiver")


class UndoRefused(ValueError):
    """The import cannot be undone. The message says why."""


@dataclass(slots=True)
class Undone:
    """restored: how many targets or terms are again as before; left: the keys of those that
    somebody changed since; pages: whose targets changed; unapproved: by page id, the keys of the
    targets whose approval went."""

    restored: int = 0
    left: list[str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    unapproved: dict[int, set[str]] = field(default_factory=dict)


@transaction.atomic
def undo_targets(record: CatalogImport, *, by: str) -> Undone:
    """Take back what the import did to targets, and its open proposals; mark it as undone.

    A target that it created is retracted. One that was changed since is left as it is. The
    caller reconciles `Undone.pages`. Raises UndoRefused where it was undone already.
    """
    _claim(record, by)
    undone = Undone()
    changes = list(record.changes.order_by("pk"))
    first: dict[int, TargetChange] = {}
    last: dict[int, TargetChange] = {}
    for change in changes:
        first.setdefault(change.target_id, change)
        last[change.target_id] = change
    _lock_pages(record)
    targets = list(Target.objects.filter(pk__in=record.changes.values("target")))
    newest = _newest_changes(record)
    ledger = TargetLedger(get_language(record.language), targets)
    restored = []
    for target in targets:
        change = last[target.pk]
        if newest[target.pk] != change.pk or _differs(target, change):
            undone.left.append(target.key)
            continue
        was_approved = target.state == TargetState.APPROVED
        ledger.restore(target, first[target.pk].before, by=by, action="undone")
        restored.append(target)
        undone.restored += 1
        if target.page_id is not None:
            undone.pages.add(target.page_id)
            if was_approved and target.state != TargetState.APPROVED:
                undone.unapproved.setdefault(target.page_id, set()).add(target.key)
    ledger.save()
    _recheck(record, restored, by)
    _close_proposals(record, by)
    return undone


def _recheck(record: CatalogImport, restored: Iterable[Target], by: str) -> None:
    """What is approved again is served again: not if it fails what is checked today."""
    approved = [target for target in restored if target.state == TargetState.APPROVED]
    language = get_language(record.language)
    pages = TreatmentPage.objects.filter(pk__in={target.page_id for target in approved})
    ledger = stored_targets(language, [page.pk for page in pages])
    for page in pages:
        wordings = ReturningPage(page)
        for target in approved:
            segment = wordings.segment(target.key, target.text_digest)
            stored = ledger.get(page.pk, target.key, target.text_digest)
            if target.page_id == page.pk and segment and stored:
                ledger.recheck(stored, segment, by=by)
    ledger.save()


def _claim(record: CatalogImport, by: str) -> None:
    """One undo of one import, whoever else asks at the same moment."""
    now = timezone.now()
    waiting = CatalogImport.objects.filter(pk=record.pk, undone_at=None)
    if not waiting.update(undone_at=now, undone_by=by):
        record.refresh_from_db(fields=["undone_at", "undone_by"])
        raise UndoRefused(
            f"{record.undone_by} undid this import already. To have it back, import the file again."
        )
    record.undone_at, record.undone_by = now, by


def _lock_pages(record: CatalogImport) -> None:
    if connection.features.has_select_for_update:
        pages = TreatmentPage._base_manager.filter(
            pk__in=record.changes.values("target__page")
        ).order_by("pk")
        list(pages.select_for_update(of=("self",)).values_list("pk"))


def _newest_changes(record: CatalogImport) -> dict[int, int]:
    """The id of the newest change of each target, by target id."""
    changes = TargetChange.objects.filter(target__in=record.changes.values("target"))
    newest = changes.order_by().values("target").annotate(newest=Max("pk"))
    return dict(newest.values_list("target", "newest"))


def _differs(target: Target, change: TargetChange) -> bool:
    return any(getattr(target, name) != change.after.get(name) for name in _COMPARED)


def _close_proposals(record: CatalogImport, by: str) -> None:
    record.proposals.filter(resolution=Proposal.Resolution.OPEN).update(
        resolution=Proposal.Resolution.UNDONE, resolved_by=by, resolved_at=timezone.now()
    )
