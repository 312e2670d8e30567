"""Which messages a sender holds: one sender at a time, and until it ends or a minute is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from pages.models import EventType, WebhookDelivery
from pages.webhooks.messages import message_body

CLAIMED_FOR = timedelta(seconds=60)  # several times what one message can take


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this sender holds, and all that sending it takes."""

    delivery_id: int
    endpoint_id: int
    claim: UUID
    attempts: int
    is_test: bool
    url: str
    secrets: tuple[str, ...]
    message_id: str
    body: bytes


@transaction.atomic
def claim(
    now: datetime, *, at_most: int, busy: Collection[int], room: Callable[[int], int]
) -> list[Claimed]:
    """The messages that are due for the longest time, for this sender alone; none: nothing is due.

    busy: endpoints that are sent enough at present; room: how many more another one may be sent.
    Committed before anything is sent. Other senders pass over rows that are being claimed; on
    SQLite they wait for this transaction.
    """
    due = WebhookDelivery.objects.due(now).filter(endpoint__is_active=True)
    found = (
        due.exclude(endpoint__in=busy)
        .select_related("endpoint", "edition")
        .defer("edition__body", "edition__summary")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("due_at", "pk")[:at_most]
    )
    claimed: Counter[int] = Counter()  # by endpoint
    chosen = []
    for delivery in found:
        if claimed[delivery.endpoint_id] < room(delivery.endpoint_id):
            claimed[delivery.endpoint_id] += 1
            chosen.append((delivery, uuid4()))
    for delivery, key in chosen:
        delivery.claim, delivery.due_at = key, now + CLAIMED_FOR
    WebhookDelivery.objects.bulk_update((each for each, _ in chosen), ["claim", "due_at"])
    return [_claimed(delivery, key, now) for delivery, key in chosen]


def _claimed(delivery: WebhookDelivery, key: UUID, now: datetime) -> Claimed:
    return Claimed(
        delivery_id=delivery.pk,
        endpoint_id=delivery.endpoint_id,
        claim=key,
        attempts=delivery.attempts,
        is_test=delivery.type == EventType.TEST,
        url=delivery.endpoint.url,
        secrets=delivery.endpoint.secrets_at(now),
        message_id=delivery.message_id,
        body=message_body(delivery),
    )
