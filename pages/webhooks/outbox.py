"""What is to be told to whom, written in the transaction that appends the editions.

One row for each edition and endpoint that wants it, so that who is added later is told of nothing
from before, and what was public at the time decides and nothing that changed since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from pages.models import Edition, EventType, WebhookDelivery, WebhookEndpoint
from pages.publishing.editions import editions_appended
from pages.webhooks.background import wake

# Other processes answer from memory for up to a second longer (decision 29), and a replica may be
# behind (decision 31): whoever is told reads at once, and must not get the words of before.
SETTLES = timedelta(seconds=1 + settings.REPLICA_LAG_SECONDS)


def connect() -> None:
    editions_appended.connect(_record, sender=Edition)


def _record(sender: type[Edition], editions: Sequence[Edition], **kwargs: Any) -> None:
    """At most three queries; one where there is no endpoint."""
    endpoints = _listening()
    if not endpoints:
        return
    types, due = _types(editions), timezone.now() + SETTLES
    deliveries = [
        WebhookDelivery(endpoint=endpoint, edition=edition, type=types[edition.pk], due_at=due)
        for edition in editions
        for endpoint in endpoints
        if endpoint.wants(types[edition.pk], edition.language)
    ]
    if deliveries:
        WebhookDelivery.objects.bulk_create(deliveries)
        transaction.on_commit(wake)


def _listening() -> list[WebhookEndpoint]:
    """The endpoints that are switched on, kept from being deleted until this is committed: a
    publish must not fail because its receiver is gone."""
    active = WebhookEndpoint.objects.filter(is_active=True)
    if connection.vendor != "postgresql":  # SQLite has one writer
        return list(active)
    query, parameters = active.query.sql_with_params()
    # Django knows no lock that publishers can share.
    return list(WebhookEndpoint.objects.raw(f"{query} FOR KEY SHARE", parameters))


def _types(editions: Sequence[Edition]) -> Mapping[int, EventType]:
    """What each edition is to a reader, by its key: it depends on the one before."""
    before = Q()
    for edition in editions:
        if edition.number > 1 and edition.kind == Edition.Kind.DOCUMENT:
            before |= Q(
                document_id=edition.document_id,
                language=edition.language,
                number=edition.number - 1,
            )
    kinds = Edition.objects.filter(before).values_list("document_id", "language", "kind")
    public = (
        {(key, language) for key, language, kind in kinds if kind == Edition.Kind.DOCUMENT}
        if before
        else set()
    )
    return {edition.pk: _type(edition, public) for edition in editions}


def _type(edition: Edition, public_before: set[tuple[Any, str]]) -> EventType:
    if edition.kind == Edition.Kind.TOMBSTONE:
        return EventType.REMOVED
    was_public = (edition.document_id, edition.language) in public_before
    return EventType.UPDATED if was_public else EventType.PUBLISHED


# What people do about it


@transaction.atomic
def send_test(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """A message that says nothing, tried once."""
    now = timezone.now()
    delivery = WebhookDelivery.objects.create(endpoint=endpoint, type=EventType.TEST, due_at=now)
    transaction.on_commit(wake)
    return delivery


@transaction.atomic
def send_again(deliveries: Any) -> int:
    """Send those of a queryset that came to an end, from the first attempt on and under the same
    id, where their endpoint is switched on. Returns how many."""
    waiting = WebhookDelivery.State.WAITING
    ended = deliveries.exclude(state=waiting).filter(endpoint__is_active=True)
    count: int = ended.exclude(type=EventType.TEST).update(
        state=waiting, attempts=0, due_at=timezone.now(), claim=None, delivered_at=None
    )
    if count:
        transaction.on_commit(wake)
    return count
