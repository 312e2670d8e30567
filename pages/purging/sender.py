"""Asks caches to forget what waits in the outbox of purges. Any number may run at once: to forget
twice is to forget."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.db import models
from django.db.models import Min
from django.utils import timezone

from pages.models import CachePurge
from pages.purging.backends import PurgeRefused, purge

log = logging.getLogger(__name__)

# Other processes answer from memory for up to a second longer (decision 29), and a replica is up to
# REPLICA_LAG_SECONDS behind: what they put into the cache meanwhile goes with the second purge.
SETTLES = timedelta(seconds=1.2 + settings.REPLICA_LAG_SECONDS)
# By then every copy has ended by itself: s-maxage and stale-if-error of api/caching.py.
POINTLESS = timedelta(seconds=300 + 3600)
LONGEST_PAUSE = timedelta(seconds=60)
AT_ONCE = 500  # rows


class Sender:
    """clock is given by tests."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self.clock = clock

    def send_due(self) -> None:
        """Everything that is due, to each cache. Raises DatabaseError."""
        CachePurge.objects.exclude(cache__in=settings.CACHE_PURGE).delete()
        for cache in settings.CACHE_PURGE:
            while self._send(cache):
                pass

    def seconds_to_next(self) -> float | None:
        """Until something is due; None: nothing waits."""
        due = CachePurge.objects.aggregate(due=Min("due_at"))["due"]
        return None if due is None else max(0.0, (due - self.clock()).total_seconds())

    def _send(self, cache: str) -> bool:
        """Whether there may be more."""
        due = CachePurge.objects.filter(cache=cache, due_at__lte=self.clock())
        rows = list(due.order_by("pk")[:AT_ONCE])
        if not rows:
            return False
        try:
            purge(cache, _keys(rows), settings.CACHE_PURGE_SECRET)
        except (PurgeRefused, requests.RequestException) as error:
            self._put_off(cache, rows, str(error))
            return False
        _of(row for row in rows if row.was_sent).delete()
        _of(row for row in rows if not row.was_sent).update(
            was_sent=True, due_at=self.clock() + SETTLES, attempts=0, error=""
        )
        return len(rows) == AT_ONCE

    def _put_off(self, cache: str, rows: Sequence[CachePurge], error: str) -> None:
        """All that waits for a cache that does not answer waits for the next try."""
        attempts = max(row.attempts for row in rows) + 1
        pause = min(timedelta(seconds=2 ** min(attempts, 10)), LONGEST_PAUSE)
        now = self.clock()
        log.warning("%s was not purged, and is asked again in %s: %s", cache, pause, error)
        _of(rows).update(due_at=now + pause, attempts=attempts, error=error[:300])
        given_up, _ = _of(row for row in rows if row.created_at < now - POINTLESS).delete()
        if given_up:
            log.error("%s was not purged in %s: its copies have ended by now.", cache, POINTLESS)


def _of(rows: Iterable[CachePurge]) -> models.QuerySet[CachePurge]:
    return CachePurge.objects.filter(pk__in=[row.pk for row in rows])


def _keys(rows: Iterable[CachePurge]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row.keys.split()))
