"""How far what reads find has changed: one number that a process asks the database for."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from time import monotonic
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Subquery
from django.db.models.functions import Now
from django.utils import timezone

from pages.compiled import CompiledQuery
from pages.models import Edition, FeedCounter, FeedEpoch
from pages.publishing.editions import editions_appended
from pages.reading import read_as_of

# Which log it is, and FeedCounter's changes: the same again means that reads find the same. After
# a restore the numbers begin to repeat; `renew_feed` gives that log another name.
State = tuple[str, int]
NOTHING_YET: State = ("", 0)


@dataclass(frozen=True, slots=True)
class Position:
    """now: the database's clock; asked_at: ours, before it was asked, or of a replica the moment
    up to which it has what the primary has."""

    state: State
    now: datetime
    asked_at: float

    def clock(self) -> datetime:
        """The database's, now. It errs by the time of the question, and to the late side."""
        return self.now + timedelta(seconds=monotonic() - self.asked_at)


class Positions:
    """The newest position that this process knows of each database: a replica has one of its own,
    and what is read there is of that one."""

    def __init__(self) -> None:
        self._last: dict[str, Position] = {}
        self._forgotten_at = 0.0
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Whoever reads from now on asks the database, however patient: also if another thread
        is asking at this moment."""
        self._forgotten_at = monotonic()

    def read(self, alias: str, patience: float) -> Position:
        """At most so many seconds old. With 0 seconds it was asked for after this call began, by
        this thread or by another that was waiting too: many at once ask once."""
        oldest = max(monotonic() - patience, self._forgotten_at)
        if (last := self._last.get(alias)) is not None and last.asked_at >= oldest:
            return last
        # A replica that does not answer keeps its askers for a second: not one after another.
        with self._lock if alias == DEFAULT_DB_ALIAS else nullcontext():
            if (last := self._last.get(alias)) is None or last.asked_at < oldest:
                last = self._last[alias] = _ask(alias, read_as_of())
            return last


positions = Positions()


def _ask(alias: str, asked_at: float) -> Position:
    row = _query(connections[alias].vendor).first()
    if row is None:
        return Position(NOTHING_YET, timezone.now(), asked_at)
    changes, epoch, now = row
    return Position((epoch or "", changes), now, asked_at)


@cache
def _query(vendor: str) -> CompiledQuery:
    epoch = FeedEpoch.objects.order_by("pk").values("epoch")[:1]
    rows = FeedCounter.objects.annotate(epoch=Subquery(epoch), clock=Now()).order_by("pk")
    return CompiledQuery(rows.values_list("changes", "epoch", "clock")[:1])


def connect() -> None:
    """What this process publishes it serves at once; of others it hears when it asks."""
    editions_appended.connect(_appended, sender=Edition, dispatch_uid="position")


def _appended(sender: type[Edition], **kwargs: Any) -> None:
    transaction.on_commit(positions.forget, robust=True)
