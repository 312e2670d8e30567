"""A receiver that fails 45 % of the time, senders that are killed, and two of them at once.

Real processes, real HTTP, the real schedule. Only the days between attempts are not waited for:
the time at which a message is due is moved, and a claim's end only once no sender runs.

BENCH=1 sends 1,000 messages and kills a sender after each hundred requests; otherwise some 100.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from standardwebhooks import Webhook

from pages.languages import all_languages
from pages.models import WebhookDelivery, WebhookEndpoint
from pages.webhooks.sender import AT_ONCE_TO_ONE
from tests import factory
from tests.other_process import database_url, environment
from tests.webhooks.receiver import Received, Receiver, Reply, receiving

pytestmark = pytest.mark.django_db(transaction=True)

IS_WHOLE = os.environ.get("BENCH") == "1"
MESSAGES = 1000 if IS_WHOLE else 100
# Requests, and not seconds: on a busy machine a sender takes some to start, and one that is killed
# before it has sent anything proves nothing.
KILL_EVERY = 100 if IS_WHOLE else 30
KILLS = 1000 if IS_WHOLE else 3
SECONDS = 0.4  # for an answer
SENDER = Path(__file__).with_name("one_sender.py")


# The outbox, from outside of the processes that work on it


@dataclass(frozen=True, slots=True)
class Row:
    message_id: str
    state: str
    attempts: int
    outcomes: int


@dataclass
class Outbox:
    url: str

    def _run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """statement: with %s for each value."""
        address = urlsplit(self.url)
        if address.scheme == "postgres":
            with psycopg.connect(self.url) as connection:
                found = connection.execute(statement, values)  # type: ignore[arg-type]
                return found.fetchall() if found.description else []
        path = address.path.removeprefix("/")
        with closing(sqlite3.connect(path, timeout=20)) as reached, reached:
            plain = [str(value) if isinstance(value, datetime) else value for value in values]
            return reached.execute(statement.replace("%s", "?"), plain).fetchall()

    def shared(self) -> None:
        """Several processes may work on it at once."""
        if self.url.startswith("sqlite"):
            self._run("PRAGMA journal_mode=WAL")

    def let_days_pass(self) -> None:
        """What failed is due, and not what a sender holds."""
        now = datetime.now(UTC).replace(tzinfo=None if self.url.startswith("sqlite") else UTC)
        self._run(
            "UPDATE pages_webhookdelivery SET due_at = %s WHERE state = 'waiting' "
            "AND claim IS NULL AND due_at > %s",
            now,
            now,
        )

    def let_claims_lapse(self) -> None:
        """Only while no sender runs: they lapse after a minute, several times what one takes."""
        now = datetime.now(UTC).replace(tzinfo=None if self.url.startswith("sqlite") else UTC)
        self._run(
            "UPDATE pages_webhookdelivery SET due_at = %s WHERE state = 'waiting'",
            now - timedelta(seconds=1),
        )

    def waiting(self, *, unclaimed: bool = False) -> int:
        rest = "AND claim IS NULL" if unclaimed else ""
        return int(
            self._run(
                f"SELECT count(*) FROM pages_webhookdelivery WHERE state = 'waiting' {rest}"  # noqa: S608
            )[0][0]
        )

    def rows(self) -> list[Row]:
        found = self._run(
            "SELECT public_id, state, attempts, (SELECT count(*) FROM pages_webhookattempt "
            "WHERE delivery_id = pages_webhookdelivery.id) FROM pages_webhookdelivery"
        )
        return [Row(f"msg_{UUID(str(key)).hex}", *rest) for key, *rest in found]


@pytest.fixture
def outbox(tmp_path: Path, own_machine: None) -> Callable[[str], Outbox]:
    """What so many messages for a receiver at an address wait in, committed."""

    def make(url: str) -> Outbox:
        WebhookEndpoint.objects.create(
            name="App", url=url, events=["treatment.published", "treatment.updated"]
        )
        page, number = factory.treatment(), 0
        factory.translate(page)
        while WebhookDelivery.objects.count() < MESSAGES:
            number += 1
            page = factory.edit(page, summary_en=f"Words {number}.")
        assert number >= MESSAGES // len(all_languages()) - 2
        made = Outbox(database_url(tmp_path))
        made.shared()
        return made

    return make


class Senders:
    def __init__(self, url: str) -> None:
        self.environment = environment(
            url, WEBHOOK_SENDER="worker", WEBHOOK_ALLOW_PRIVATE="yes", PYTHONWARNINGS="error"
        )
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        self.running.append(
            subprocess.Popen(
                [sys.executable, str(SENDER), str(SECONDS)],
                cwd=settings.BASE_DIR,
                env=self.environment,
            )
        )

    def kill_one(self) -> None:
        killed = self.running.pop(0)
        killed.kill()
        assert killed.wait() == -signal.SIGKILL

    def stop(self) -> None:
        """Each finishes what is under way."""
        for process in self.running:
            process.terminate()
        codes = [process.wait(timeout=60) for process in self.running]
        self.running.clear()
        # One that had not begun to listen to signals yet.
        assert set(codes) <= {0, -signal.SIGTERM}


@pytest.fixture
def senders() -> Iterator[Callable[[str], Senders]]:
    made: list[Senders] = []

    def make(url: str) -> Senders:
        made.append(Senders(url))
        return made[-1]

    yield make
    for each in made:
        for process in each.running:
            process.kill()
            process.wait()


# Receivers


class Chaos:
    """Of the messages that it can be told: 30 % errors, 10 % silence, 5 % a broken 200. One in
    25 is refused for ever."""

    def __init__(self) -> None:
        self.random = random.Random(5)  # noqa: S311  no secret
        self.lock = threading.Lock()
        self.chosen: Counter[str] = Counter()

    def __call__(self, message_id: str) -> Reply:
        with self.lock:
            drawn = self.random.random()
        if int(message_id[-4:], 16) % 25 == 0:
            kind, reply = "refused", Reply(500)
        elif drawn < 0.30:
            kind, reply = "error", Reply(503, {"Retry-After": "1"})
        elif drawn < 0.40:
            kind, reply = "silence", Reply(200, seconds=2 * SECONDS)
        elif drawn < 0.45:
            kind, reply = "broken", Reply(200, resets=True)
        else:
            kind, reply = "accepted", Reply(204, body=b"")
        with self.lock:
            self.chosen[kind] += 1
        return reply


def verify(secret: str, received: list[Received]) -> None:
    """With the reference library, which refuses what is older than five minutes."""
    for each in received:
        message = Webhook(secret).verify(each.body, each.headers)
        assert set(message) == {"type", "timestamp", "data"}


def test_each_event_is_delivered_or_a_dead_letter_whatever_fails(outbox, senders):
    chaos = Chaos()
    with receiving(chaos) as receiver:
        box = outbox(receiver.url)
        secret = WebhookEndpoint.objects.get().secret
        crew = senders(box.url)
        began = time.monotonic()
        kills = _send_all(box, crew, receiver, secret)
        time.sleep(3 * SECONDS)  # answers that nobody waits for any more
    rows = {row.message_id: row for row in box.rows()}
    assert len(rows) >= MESSAGES
    assert {each.id for each in receiver.received} == set(rows)
    told, bodies = defaultdict(list), defaultdict(set)
    for each in receiver.received:
        told[each.id].append(each.answered)
        bodies[each.id].add(each.body)
    assert all(len(each) == 1 for each in bodies.values())
    dead = {key for key, row in rows.items() if row.state == "dead"}
    refused = {key for key in rows if int(key[-4:], 16) % 25 == 0}
    assert {row.state for row in rows.values()} == {"delivered", "dead"}
    assert refused <= dead
    for key, row in rows.items():
        assert row.attempts == row.outcomes <= 10
        # More requests than attempts: of senders that were killed before they could say.
        assert len(told[key]) >= row.attempts
        if key in dead:
            assert row.attempts == 10
        else:
            assert 204 in told[key]
    took = time.monotonic() - began
    failed = 1 - chaos.chosen["accepted"] / chaos.chosen.total()
    print(
        f"\n{len(rows)} messages, {len(receiver.received)} requests, {failed:.0%} failed "
        f"({dict(chaos.chosen)}), {kills} senders killed, {took:.0f} s: "
        f"{len(rows) - len(dead)} delivered, "
        f"{len(dead)} dead letters ({len(refused)} refused for ever)."
    )
    assert kills >= 3
    assert failed > 0.4
    assert receiver.cut_off <= kills * AT_ONCE_TO_ONE


def _send_all(box: Outbox, crew: Senders, receiver: Receiver, secret: str) -> int:
    """Two senders until nothing waits; one is killed now and then. How many were killed."""
    kills, verified, kill_at = 0, 0, KILL_EVERY
    only_claimed_since = time.monotonic()
    deadline = time.monotonic() + 60 + MESSAGES
    while box.waiting() and time.monotonic() < deadline:
        while len(crew.running) < 2:
            crew.start()
        if kills < KILLS and len(receiver.asked) >= kill_at:
            # In the middle of a message.
            asked = len(receiver.asked)
            with suppress(TimeoutError):
                _wait_until(lambda asked=asked: len(receiver.asked) > asked, seconds=2)
            crew.kill_one()
            kills, kill_at = kills + 1, len(receiver.asked) + KILL_EVERY
        else:
            time.sleep(0.1)
        box.let_days_pass()
        verify(secret, receiver.received[verified:])
        verified = len(receiver.received)
        if box.waiting(unclaimed=True):
            only_claimed_since = time.monotonic()
        elif time.monotonic() - only_claimed_since > 4 * SECONDS and box.waiting():
            # Longer than any message takes: of senders that were killed.
            crew.stop()
            box.let_claims_lapse()
            asked = len(receiver.asked)
            crew.start()
            _wait_until(lambda asked=asked: len(receiver.asked) > asked)
            only_claimed_since = time.monotonic()
    crew.stop()
    assert box.waiting() == 0
    verify(secret, receiver.received[verified:])
    return kills


def _wait_until(happened: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.005)


def test_senders_at_once_send_nothing_twice(outbox, senders):
    with receiving(lambda _: Reply(204, body=b"")) as receiver:
        box = outbox(receiver.url)
        secret = WebhookEndpoint.objects.get().secret
        crew = senders(box.url)
        for _ in range(3):
            crew.start()
        time.sleep(4)  # all three have begun, and nothing is due before that
        box.let_days_pass()
        began = time.monotonic()
        _wait_until(lambda: box.waiting() == 0, seconds=60 + MESSAGES)
        took = time.monotonic() - began
        crew.stop()
    verify(secret, receiver.received)
    counts = Counter(each.id for each in receiver.received)
    assert set(counts) == {row.message_id for row in box.rows()}
    assert set(counts.values()) == {1}
    assert {row.state for row in box.rows()} == {"delivered"}
    print(f"\n{len(counts)} messages by three senders in {took:.1f} s, none twice.")
