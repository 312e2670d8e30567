"""How close the read replica is to its primary.

Positions of PostgreSQL's own log are compared, as this process sees both: what the primary had
written at a moment, and what the replica has applied since. No clock of either is needed. A
primary at rest is not mistaken for a replica that fell behind, nor a replica that was cut off and
still answers for one that is close.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from time import monotonic, sleep
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from pages.models import Edition
from pages.publishing.editions import editions_appended
from pages.reading import REPLICA

logger = logging.getLogger("polyclinic.replica")

# Seconds
ROUND = 0.1
IDLE = 60  # without a reader nobody watches
NEVER = float("-inf")
# What the replica is not yet known to have applied, at one position a round: a minute's.
PENDING = 600

WRITTEN = """
SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn,
  (SELECT system_identifier FROM pg_control_system()),
  ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int,
  extract(epoch FROM clock_timestamp())::float8
"""
# No answer where it is no replica, or none any more: it could have writes of its own.
APPLIED = """
SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn,
  (SELECT system_identifier FROM pg_control_system()),
  (SELECT timeline_id FROM pg_control_checkpoint()),
  extract(epoch FROM clock_timestamp())::float8
WHERE pg_is_in_recovery()
"""


class Position(NamedTuple):
    """bytes: since the beginning of the log; log: which one that is. A server that was restored,
    or promoted without the other, goes on in another: their positions say nothing to each other.
    clock: the server's, in seconds."""

    bytes: int
    log: tuple[int, int]
    clock: float


class Watch:
    """Asks both databases ten times a second, in a thread of its own: no request waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._asked_for = NEVER
        # What the primary had written, and when it was asked, that the replica has yet to apply.
        self._pending: deque[tuple[float, int]] = deque(maxlen=PENDING)
        self._log: tuple[int, int] | None = None
        self._contains = NEVER  # the replica has all that was committed before this moment
        self._answers = False
        self._primary_lost_at: float | None = None
        self._told: str | None = None

    @property
    def contains(self) -> float:
        """The moment, as of time.monotonic(), before which all that was committed is in it."""
        return self._contains

    def is_close(self) -> bool:
        """Whether a read from the replica now can be at most REPLICA_LAG_SECONDS behind."""
        now = self._asked_for = monotonic()
        if self._thread is None:
            self._start()
        return self._is_within_bound(now) or self.answers_alone()

    def _is_within_bound(self, now: float) -> bool:
        return now - self._contains <= settings.REPLICA_LAG_SECONDS

    def answers_alone(self) -> bool:
        """Whether the primary is out of reach, the replica has all that it was known to have
        written, and the clinic prefers its answers to none for so long."""
        lost_at = self._primary_lost_at
        return (
            lost_at is not None
            and monotonic() - lost_at < settings.REPLICA_ALONE_SECONDS
            and self._answers
            and not self._pending
        )

    def distrust(self) -> None:
        """Until the next round."""
        self._contains, self._answers = NEVER, False

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="replica", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        primary, replica = impatient(DEFAULT_DB_ALIAS), impatient(REPLICA)
        try:
            while monotonic() - self._asked_for < IDLE:
                self._round(primary, replica)
                sleep(ROUND)
        finally:
            primary.close()
            replica.close()
            self._thread = None

    def _round(self, primary: BaseDatabaseWrapper, replica: BaseDatabaseWrapper) -> None:
        # Before it is asked: what was committed by now is in the answer.
        asked_at = monotonic()
        written = position(primary, WRITTEN)
        if written is not None:
            if written.log != self._log:
                self._pending.clear()
                self._log = written.log
                self.distrust()
            self._pending.append((asked_at, written.bytes))
            self._primary_lost_at = None
        elif self._primary_lost_at is None:
            self._primary_lost_at = asked_at
        applied = position(replica, APPLIED)
        reason = self._reason_against(written, applied, monotonic() - asked_at)
        if applied is None or reason:
            self.distrust()
        else:
            self._answers = True
            while self._pending and self._pending[0][1] <= applied.bytes:
                self._contains, _ = self._pending.popleft()
            if not self._is_within_bound(monotonic()):
                reason = "it is too far behind, or its primary is out of reach"
        self._tell(reason)

    def _reason_against(
        self, written: Position | None, applied: Position | None, round_seconds: float
    ) -> str:
        """Why what the replica says is worth nothing, or "". round_seconds: what both questions
        took, and so what a difference between both clocks may owe to them."""
        if applied is None:
            return "it does not answer, or is no replica"
        if applied.log != self._log:
            return "its log is not the primary's, which was restored or promoted without it"
        if written is not None:
            apart = abs(applied.clock - written.clock) - round_seconds
            if apart > settings.REPLICA_LAG_SECONDS:
                return "its clock is not the primary's, and pages end by it"
        return ""

    def _tell(self, reason: str) -> None:
        if reason != self._told:
            self._told = reason
            if reason:
                logger.warning("The replica is not read from: %s.", reason)
            else:
                logger.warning("The replica is close to its primary, and is read from.")


watch = Watch()


def impatient(alias: str) -> BaseDatabaseWrapper:
    """A connection of its own that gives up after a second."""
    copy = connections[alias].copy()
    copy.settings_dict["OPTIONS"] = {
        **copy.settings_dict["OPTIONS"],
        "connect_timeout": 1,
        "answer_seconds": 1,
    }
    return copy


def position(connection: BaseDatabaseWrapper, sql: str) -> Position | None:
    """None where the server does not say."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
    except Error:
        connection.close()
        return None
    if row is None or row[0] is None:
        return None
    end, system, timeline, clock = row
    return Position(int(end), (system, timeline), clock)


# After a publish

# A replica that was waited for in vain is not waited for again at once.
RESPITE = 5
_in_vain_until = NEVER


def connect() -> None:
    """First of all who hear of new editions: what they do after the commit, such as purging a
    cache that is then filled again, finds what was published."""
    editions_appended.connect(_appended, sender=Edition, dispatch_uid="replica")


def _appended(sender: type[Edition], **kwargs: Any) -> None:
    waiting = transaction.get_connection().run_on_commit
    if not any(function is let_follow for _, function, _ in waiting):
        transaction.on_commit(let_follow, robust=True)


def let_follow() -> None:
    """Waits until the replica has applied what is committed: who publishes and then reads, on
    any server, reads that. At most until the replica is too far behind to be read from."""
    global _in_vain_until
    began = monotonic()
    if began < _in_vain_until:
        return
    written = position(connections[DEFAULT_DB_ALIAS], WRITTEN)
    while monotonic() - began < settings.REPLICA_LAG_SECONDS:
        applied = position(connections[REPLICA], APPLIED)
        if written is None or (applied is not None and applied.bytes >= written.bytes):
            return
        sleep(0.005 if applied is not None else 0.1)
    _in_vain_until = monotonic() + RESPITE
