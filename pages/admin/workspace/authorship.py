"""Whose words a target has, by account and not by name: a name can be changed between two acts.

Wagtail's log keeps the account beside the digest of the words. Targets that came with a file
have a name alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from pages.admin.workspace.access import Worker
from pages.catalog.ledger import same_person
from pages.digest import text_digest
from pages.models import Target

WROTE = "pages.translation.write"
REVIEWED = "pages.translation.review"


def record_words(worker: Worker, target: Target, text: str) -> None:
    """`worker` wrote `text` for the target, or lets a machine's words stand."""
    _record(worker, target, WROTE, text)


def record_review(worker: Worker, target: Target) -> None:
    _record(worker, target, REVIEWED, target.text)


def record_reviews(worker: Worker, targets: Iterable[Target]) -> None:
    for target in targets:
        record_review(worker, target)


def _record(worker: Worker, target: Target, action: str, text: str) -> None:
    data = {"text_digest": text_digest(text)}
    log(instance=target, action=action, user=worker.user, data=data)


def own_words(worker: Worker, targets: Iterable[Target]) -> set[int]:
    """The ids of those whose words are the worker's own. One query."""
    asked = {target.pk: target for target in targets}
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Target),
        object_id__in=[str(pk) for pk in asked],
        action=WROTE,
        user=worker.user,
    )
    written = {(int(entry.object_id), entry.data.get("text_digest")) for entry in entries}
    return {
        pk
        for pk, target in asked.items()
        if (pk, text_digest(target.text)) in written or same_person(worker.name, target.author)
    }
