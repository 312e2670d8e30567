"""Which message a sender holds: one sender at a time, and until it ends or a minute is over."""

from __future__ import annotations

from collections.abc import Collection
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
def claim(now: datetime, *, busy: Collection[int]) -> Claimed | None:
    """The message that is due for the longest time, for this sender alone; None: there is none.

    busy: endpoints that are sent enough at present. Committed before anything is sent. Other
    senders pass over a row that is being claimed; on SQLite they wait for this transaction.
    """
    due = WebhookDelivery.objects.due(now).filter(endpoint__is_active=True)
    delivery = (
        due.exclude(endpoint__in=busy)
        .select_related("endpoint", "edition")
        .defer("edition__body", "edition__summary")
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("due_at", "pk")
        .first()
    )
    if delivery is None:
        return None
    delivery.claim, delivery.due_at = uuid4(), now + CLAIMED_FOR
    delivery.save(update_fields=["claim", "due_at"])
    return Claimed(
        delivery_id=delivery.pk,
        endpoint_id=delivery.endpoint_id,
        claim=delivery.claim,
        attempts=delivery.attempts,
        is_test=delivery.type == EventType.TEST,
        url=delivery.endpoint.url,
        secrets=delivery.endpoint.secrets_at(now),
        message_id=delivery.message_id,
        body=message_body(delivery),
    )
