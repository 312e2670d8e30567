"""How far what reads find has changed: one number that a process asks the database for."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from pages.compiled import CompiledQuery
from pages.models import Edition, FeedCounter
from pages.publishing.editions import editions_appended


@dataclass(frozen=True, slots=True)
class Position:
    """changes: FeedCounter's; now: the database's clock; asked_at: ours, before it was asked."""

    changes: int
    now: datetime
    asked_at: float

    def clock(self) -> datetime:
        """The database's, now. It errs by the time of the question, and to the late side."""
        return self.now + timedelta(seconds=monotonic() - self.asked_at)


class Positions:
    """The newest position that this process knows of."""

    def __init__(self) -> None:
        self._last: Position | None = None
        self._forgotten_at = 0.0
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Whoever reads from now on asks the database, however patient: also if another thread
        is asking at this moment."""
        self._forgotten_at = monotonic()

    def read(self, patience: float) -> Position:
        """At most so many seconds old. With 0 seconds it was asked for after this call began, by
        this thread or by another that was waiting too: many at once ask once."""
        oldest = max(monotonic() - patience, self._forgotten_at)
        if (last := self._last) is not None and last.asked_at >= oldest:
            return last
        with self._lock:
            if (last := self._last) is None or last.asked_at < oldest:
                last = self._last = _ask(monotonic())
            return last


positions = Positions()


def _ask(asked_at: float) -> Position:
    row = _query(connection.vendor).first()
    # Without a row nothing was ever published.
    changes, now = row or (0, timezone.now())
    return Position(changes, now, asked_at)


@cache
def _query(vendor: str) -> CompiledQuery:
    rows = FeedCounter.objects.annotate(clock=Now()).order_by("pk")
    return CompiledQuery(rows.values_list("changes", "clock")[:1])


def connect() -> None:
    """What this process publishes it serves at once; of others it hears when it asks."""
    editions_appended.connect(_appended, sender=Edition, dispatch_uid="position")


def _appended(sender: type[Edition], **kwargs: Any) -> None:
    transaction.on_commit(positions.forget, robust=True)
