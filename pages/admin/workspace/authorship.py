"""Whose words a target has, by account and not by name: a name can be changed between two acts.

Wagtail's log keeps the account beside the digest of the words: those of the workspace, and those
of a file that its own translator uploaded. Targets that a command brought have a name alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from pages.admin.workspace.access import Worker
from pages.catalog.ledger import same_person
from pages.digest import text_digest
from pages.document.vocabulary import Origin
from pages.models import CatalogImport, Proposal, Target, TargetChange

WROTE = "pages.translation.write"
REVIEWED = "pages.translation.review"
_BATCH = 500


def record_words(worker: Worker, target: Target, text: str) -> None:
    """`worker` wrote `text` for the target, or lets a machine's words stand."""
    _record(worker, target, WROTE, text)


def record_file(user: User, record: CatalogImport) -> None:
    """`user` wrote the words that the file brought, as targets and beside them."""
    changes = TargetChange.objects.filter(
        catalog_import=record, action__in=("stored", "confirmed")
    ).select_related("target")
    proposals = Proposal.objects.filter(catalog_import=record).select_related("target")
    words = {(change.target, change.after["text"]) for change in changes}
    words |= {(proposal.target, proposal.text) for proposal in proposals}
    content_type, now = ContentType.objects.get_for_model(Target), timezone.now()
    # Not log(), which writes them one by one: a file has thousands.
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=content_type,
                object_id=str(target.pk),
                label=str(target),
                action=WROTE,
                user=user,
                timestamp=now,
                data={"text_digest": text_digest(text)},
            )
            for target, text in sorted(words, key=lambda each: each[0].pk)
        ],
        batch_size=_BATCH,
    )


def record_review(worker: Worker, target: Target) -> None:
    _record(worker, target, REVIEWED, target.text)


def record_reviews(worker: Worker, targets: Iterable[Target]) -> None:
    for target in targets:
        record_review(worker, target)


def _record(worker: Worker, target: Target, action: str, text: str) -> None:
    data = {"text_digest": text_digest(text)}
    log(instance=target, action=action, user=worker.user, data=data)


def own_words(worker: Worker, targets: Iterable[Target]) -> set[int]:
    """The ids of those whose words are the worker's own. One query; one more where some were
    copied from memory, which are the worker's wherever they were written."""
    asked = {target.pk: target for target in targets}
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Target), action=WROTE, user=worker.user
    )
    here = entries.filter(object_id__in=[str(pk) for pk in asked])
    written = {(int(entry.object_id), entry.data.get("text_digest")) for entry in here}
    copied = {
        text_digest(target.text)
        for target in asked.values()
        if target.origin == Origin.MEMORY.value
    }
    anywhere = set()
    if copied:
        elsewhere = entries.filter(data__text_digest__in=sorted(copied)).order_by()
        anywhere = set(elsewhere.values_list("data__text_digest", flat=True))
    return {
        pk
        for pk, target in asked.items()
        if (pk, text_digest(target.text)) in written
        or (target.origin == Origin.MEMORY.value and text_digest(target.text) in anywhere)
        or same_person(worker.name, target.author)
    }
