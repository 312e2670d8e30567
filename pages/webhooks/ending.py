"""What becomes of a message: delivered, tried again or given up; and when it is forgotten."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from pages.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from pages.webhooks.claiming import Claimed
from pages.webhooks.posting import Answer
from pages.webhooks.schedule import next_attempt

log = logging.getLogger(__name__)
State = WebhookDelivery.State

KEPT = timedelta(days=30)
_AT_ONCE = 1000  # rows that one purge removes
_GONE = 410


@transaction.atomic
def record(claimed: Claimed, answer: Answer, now: datetime, *, jitter: float) -> State | None:
    """Store what came of an attempt. None where the claim had lapsed or the row is gone: then it
    is not this sender's to say."""
    attempts = claimed.attempts + 1
    state, due_at = _ended(claimed, answer, attempts, now, jitter)
    held = WebhookDelivery.objects.filter(pk=claimed.delivery_id, claim=claimed.claim)
    if not held.update(
        state=state,
        attempts=attempts,
        due_at=due_at,
        claim=None,
        delivered_at=now if state == State.DELIVERED else None,
        outcome=answer.outcome,
    ):
        return None
    WebhookAttempt.objects.create(
        delivery_id=claimed.delivery_id,
        at=now,
        status=answer.status,
        outcome=answer.outcome,
        milliseconds=answer.milliseconds,
    )
    if answer.status == _GONE:
        _switch_off(claimed.endpoint_id, now)
    return state


def _ended(
    claimed: Claimed, answer: Answer, attempts: int, now: datetime, jitter: float
) -> tuple[State, datetime]:
    """What it is now, and when it is due if it waits."""
    if answer.is_accepted:
        return State.DELIVERED, now
    if claimed.is_test or answer.status == _GONE:
        return State.DEAD, now
    due = next_attempt(attempts, now, jitter=jitter, retry_after=answer.retry_after)
    return (State.WAITING, due) if due else (State.DEAD, now)


def _switch_off(endpoint_id: int, now: datetime) -> None:
    because = "The receiver answered 410 Gone: it wants no more."
    WebhookEndpoint.objects.filter(pk=endpoint_id).update(
        is_active=False, switched_off_because=because
    )
    log.warning("Webhook endpoint %s is switched off: its receiver answered 410.", endpoint_id)
    give_up_switched_off(now)


def give_up_switched_off(now: datetime) -> int:
    """What waits for an endpoint that is switched off becomes a dead letter, but what a sender is
    at just now. Returns how many."""
    waiting = WebhookDelivery.objects.waiting().filter(endpoint__is_active=False)
    return waiting.filter(Q(claim=None) | Q(due_at__lte=now)).update(
        state=State.DEAD, claim=None, outcome="The endpoint was switched off."
    )


def forget_delivered(now: datetime) -> int:
    """Remove what was delivered long ago. Returns how many. Dead letters stay."""
    old = WebhookDelivery.objects.filter(state=State.DELIVERED, delivered_at__lt=now - KEPT)
    keys = list(old.order_by("delivered_at").values_list("pk", flat=True)[:_AT_ONCE])
    WebhookDelivery.objects.filter(pk__in=keys).delete()
    return len(keys)
