"""Sending by the process that publishes, unless a worker does: docs/decisions/0028."""

from __future__ import annotations

from django.conf import settings

from pages.outbox_thread import OutboxThread
from pages.webhooks.sender import Sender

_thread = OutboxThread(
    "webhooks",
    Sender,
    soon=1.5 + settings.REPLICA_LAG_SECONDS,  # what was just published settles within that
    # A little more than settling and one message can take.
    at_the_end=14.0 + settings.REPLICA_LAG_SECONDS,
)
finish = _thread.finish


def wake() -> None:
    """Have this process send what is due, in a thread of its own. Never waits, never raises."""
    if settings.WEBHOOK_SENDER == "web":
        _thread.wake()
