"""Sends what is due. Any number of senders may run: a message is claimed by one at a time.

Claims and answers are short transactions, each of as many as there are, because a commit costs
more than a message; none is open while a message is sent. What a sender held that
was killed is claimed again when its claim lapses: at least once, and never not at all.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from random import SystemRandom

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from pages.models import WebhookDelivery
from pages.webhooks.claiming import Claimed, claim
from pages.webhooks.ending import forget_delivered, give_up_switched_off, record
from pages.webhooks.posting import SECONDS, Answer, post
from pages.webhooks.signing import signed_headers

log = logging.getLogger(__name__)

AT_ONCE = 8
# Of those to one endpoint, so that one that does not answer holds up none of the others.
AT_ONCE_TO_ONE = 4
AT_ONCE_TO_FAILING = 1
_FORGET_EVERY = timedelta(hours=1)


def _any_jitter() -> float:
    return SystemRandom().uniform(-1, 1)


def _never() -> bool:
    return False


class Sender:
    """Remembers which endpoints fail from one round to the next.

    clock and seconds are given by tests: retries are days apart, and a message may take 10 s.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = timezone.now,
        jitter: Callable[[], float] = _any_jitter,
        seconds: float = SECONDS,
    ) -> None:
        self.clock, self.jitter, self.seconds = clock, jitter, seconds
        self.failing: set[int] = set()
        self.forget_at = clock()

    def send_due(self, stopped: Callable[[], bool] = _never) -> Counter[WebhookDelivery.State]:
        """Send until nothing is due, or `stopped` says so; what is under way then is finished.
        Returns how many messages ended as what. Raises DatabaseError."""
        self._tidy()
        ended: Counter[WebhookDelivery.State] = Counter()
        under_way: Counter[int] = Counter()  # by endpoint
        answers: SimpleQueue[tuple[Claimed, Answer]] = SimpleQueue()
        while True:
            while (free := AT_ONCE - under_way.total()) and not stopped():
                claimed = claim(
                    self.clock(),
                    at_most=free,
                    busy=[each for each in under_way if self._room(each, under_way) <= 0],
                    room=lambda endpoint: self._room(endpoint, under_way),
                )
                if not claimed:
                    break
                for each in claimed:
                    under_way[each.endpoint_id] += 1
                    self._start(each, answers)
            if not under_way.total():
                return ended
            come = _those_there(answers)
            with transaction.atomic():
                for each, answer in come:
                    under_way[each.endpoint_id] -= 1
                    if state := self._record(each, answer):
                        ended[state] += 1

    def seconds_to_next(self) -> float | None:
        """Until the next message is due, or a claim lapses; None: nothing waits."""
        due = WebhookDelivery.objects.waiting().aggregate(due=Min("due_at"))["due"]
        return None if due is None else max(0.0, (due - self.clock()).total_seconds())

    def _start(self, claimed: Claimed, answers: SimpleQueue[tuple[Claimed, Answer]]) -> None:
        """Send it in a thread of its own, which has no business with the database."""

        def send() -> None:
            try:
                answer = self._post(claimed)
            except Exception:  # an answer must come, or the sender would wait for ever
                log.exception("Webhook message %s could not be sent.", claimed.message_id)
                answer = Answer(None, "It could not be sent: the server's log says why.", 0)
            answers.put((claimed, answer))

        threading.Thread(target=send, name="webhook", daemon=True).start()

    def _post(self, claimed: Claimed) -> Answer:
        # The time of sending, by which receivers refuse what is old.
        headers = signed_headers(
            claimed.secrets, claimed.message_id, int(time.time()), claimed.body
        )
        return post(
            claimed.url,
            {
                **headers,
                "Content-Type": "application/json",
                "User-Agent": "Polyclinic (Standard Webhooks 1.0)",
            },
            claimed.body,
            seconds=self.seconds,
            allow_private=settings.WEBHOOK_ALLOW_PRIVATE,
        )

    def _record(self, claimed: Claimed, answer: Answer) -> WebhookDelivery.State | None:
        if answer.is_accepted:
            self.failing.discard(claimed.endpoint_id)
        else:
            self.failing.add(claimed.endpoint_id)
        return record(claimed, answer, self.clock(), jitter=self.jitter())

    def _room(self, endpoint: int, under_way: Counter[int]) -> int:
        """How many more it may be sent now. It may be below 0: it has just begun to fail."""
        most = AT_ONCE_TO_FAILING if endpoint in self.failing else AT_ONCE_TO_ONE
        return most - under_way[endpoint]

    def _tidy(self) -> None:
        now = self.clock()
        give_up_switched_off(now)
        if now >= self.forget_at:
            forget_delivered(now)
            self.forget_at = now + _FORGET_EVERY


def _those_there(answers: SimpleQueue[tuple[Claimed, Answer]]) -> list[tuple[Claimed, Answer]]:
    """The next one, for which it waits, and all others that have come by then."""
    found = [answers.get()]
    with suppress(Empty):
        while True:
            found.append(answers.get_nowait())
    return found
