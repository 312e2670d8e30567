"""Who sends: each in a process of its own, with the real clock, over real connections."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from standardwebhooks import Webhook

from pages.models import WebhookDelivery
from pages.webhooks.outbox import SETTLES
from tests import factory
from tests.other_process import database_url, environment
from tests.webhooks.receiver import Receiver, Reply

pytestmark = pytest.mark.django_db(transaction=True)

PUBLISH = """
import os, time, django
django.setup()
from pages.models import TreatmentPage
page = TreatmentPage.objects.get()
page.summary_en = "Other words."
began = time.monotonic()
page.save_revision().publish()
print(time.monotonic() - began)
"""
A_MINUTE_LATER = """
import django
django.setup()
from datetime import timedelta
from django.db.models import F
from pages.models import WebhookDelivery
assert WebhookDelivery.objects.update(due_at=F("due_at") - timedelta(seconds=60)) == 1
"""
SERVE = "import cms.wsgi, time; time.sleep(30)"


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start one, on the database as it is now; WEBHOOK_SENDER=web unless said otherwise."""
    url: list[str] = []

    def start(*arguments: str, sender: str = "web") -> subprocess.Popen[str]:
        url[:] = url or [database_url(tmp_path)]
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=environment(
                url[0],
                DJANGO_SETTINGS_MODULE="cms.settings",
                WEBHOOK_SENDER=sender,
                WEBHOOK_ALLOW_PRIVATE="yes",
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@contextmanager
def running(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def finished(process: subprocess.Popen[str]) -> str:
    """What it printed."""
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, err) == (0, "")
    return out


def wait_for(count: int, requests: list[Any]) -> None:
    deadline = time.monotonic() + 30
    while len(requests) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(requests) >= count


def settle() -> None:
    """Until messages are due: a command that is quick to start would find none."""
    time.sleep(SETTLES.total_seconds())


def types(receiver: Receiver) -> list[str]:
    return [each.type for each in receiver.received]


def test_a_publish_does_not_wait_for_a_receiver(endpoint, receiver, process):
    receiver.reply = lambda _: Reply(seconds=8)
    factory.treatment()
    endpoint(receiver.url)
    script = f"{PUBLISH}\nfrom pages.webhooks.background import finish; finish()"
    took = float(finished(process("-c", script)))
    assert took < 8
    assert types(receiver) == ["treatment.updated"]
    assert receiver.received[0].ended - receiver.received[0].started > 8 > took


def test_a_command_that_publishes_sends_before_it_ends(endpoint, receiver, process):
    page = factory.treatment()
    told = endpoint(receiver.url)
    type(page).objects.update(expire_at=timezone.now() - timedelta(seconds=1))
    finished(process("manage.py", "publish_scheduled"))
    (received,) = receiver.received
    message = Webhook(told.secret).verify(received.body, received.headers)
    assert (message["type"], message["data"]["reason"]) == ("treatment.removed", "expired")


def test_a_command_that_publishes_sends_nothing_where_a_worker_does(endpoint, receiver, process):
    page = factory.treatment()
    endpoint(receiver.url)
    type(page).objects.update(expire_at=timezone.now() - timedelta(seconds=1))
    finished(process("manage.py", "publish_scheduled", sender="worker"))
    assert receiver.received == []
    settle()
    assert finished(process("manage.py", "deliver_webhooks", sender="worker")) == (
        "1 delivered, 0 to be tried again, 0 given up.\n"
    )
    assert types(receiver) == ["treatment.removed"]


def test_a_web_process_that_starts_sends_what_an_earlier_one_left(endpoint, receiver, process):
    endpoint(receiver.url)
    factory.treatment()
    receiver.reply = lambda _: Reply(200 if len(receiver.received) else 500)
    with running(process("-c", SERVE)):
        # The second time by itself, five seconds after the first, and not because of a publish.
        wait_for(2, receiver.received)
    first, second = receiver.received
    assert (first.id, first.answered, second.answered) == (second.id, 500, 200)
    assert second.started - first.started > 4


def test_watching_sends_what_others_publish_and_finishes_what_is_under_way(
    endpoint, receiver, process
):
    factory.treatment()
    endpoint(receiver.url)
    receiver.reply = lambda _: Reply(seconds=1)
    arguments = ("manage.py", "deliver_webhooks", "--watch")
    with running(process(*arguments, sender="worker")) as watching:
        finished(process("-c", PUBLISH, sender="worker"))
        wait_for(1, receiver.asked)
        watching.send_signal(signal.SIGTERM)
        assert finished(watching) == "1 delivered, 0 to be tried again, 0 given up.\n"
    assert types(receiver) == ["treatment.updated"]


def test_a_sender_that_is_killed_leaves_its_message_to_the_next(endpoint, receiver, process):
    endpoint(receiver.url)
    factory.treatment()
    receiver.reply = lambda _: Reply(seconds=0 if receiver.received else 2)
    settle()
    with running(process("manage.py", "deliver_webhooks")) as first:
        wait_for(1, receiver.asked)
        first.send_signal(signal.SIGKILL)
    wait_for(1, receiver.received)
    rest = "delivered, 0 to be tried again, 0 given up.\n"
    assert finished(process("manage.py", "deliver_webhooks")) == f"0 {rest}"
    finished(process("-c", A_MINUTE_LATER))
    assert finished(process("manage.py", "deliver_webhooks")) == f"1 {rest}"
    assert receiver.received[0].id == receiver.received[1].id


def test_a_message_that_cannot_be_sent_stops_no_other(endpoint, receiver, process):
    """A secret that is no base64, as only somebody who writes to the database can make it."""
    endpoint(receiver.url, secret="whsec_a")
    endpoint(receiver.url)
    factory.treatment()
    settle()
    out, err = process("manage.py", "deliver_webhooks").communicate(timeout=60)
    assert out == "1 delivered, 1 to be tried again, 0 given up.\n"
    assert "could not be sent" in err
    assert types(receiver) == ["treatment.published"]
    assert WebhookDelivery.objects.count() == 2
