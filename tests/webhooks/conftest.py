from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pages.models import EventType, WebhookEndpoint
from tests.webhooks.receiver import Receiver, receiving

ABOUT_TREATMENTS = [EventType.PUBLISHED, EventType.UPDATED, EventType.REMOVED]
MakeEndpoint = Callable[..., WebhookEndpoint]


@pytest.fixture
def own_machine(settings) -> None:
    """Receivers are on this machine, and tests say themselves when something is sent."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    settings.WEBHOOK_SENDER = "worker"


@pytest.fixture
def receiver(own_machine) -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def endpoint() -> MakeEndpoint:
    def make(url: str = "https://hooks.example.org/", **fields: object) -> WebhookEndpoint:
        return WebhookEndpoint.objects.create(
            **{"name": "The clinic's app", "url": url, "events": ABOUT_TREATMENTS, **fields}
        )

    return make
