"""Which database a request reads from: the one that is written to, or its read replica.

Only the public API reads from a replica, and cms/replica.py decides when. Everything else, and
every write, is on "default".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

REPLICA = "replica"


class ReplicaReads:
    """What one request read. contains: the moment, as of time.monotonic(), before which the replica
    has all that was committed; was_used: whether it was asked for anything; has_ended: what is
    read from now on is read from the primary."""

    __slots__ = ("contains", "has_ended", "was_used")

    def __init__(self, contains: float) -> None:
        self.contains = contains
        self.was_used = self.has_ended = False


_reads: ContextVar[ReplicaReads | None] = ContextVar("replica_reads", default=None)


def reading_alias() -> str:
    """The alias that what runs now reads from: `connections[reading_alias()]`.

    The primary's inside a transaction, which reads what it wrote itself.
    """
    if (reads := _current()) is None:
        return DEFAULT_DB_ALIAS
    reads.was_used = True
    return REPLICA


def _current() -> ReplicaReads | None:
    reads = _reads.get()
    if reads is None or reads.has_ended or connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return None
    return reads


def read_as_of() -> float:
    """The moment, as of time.monotonic(), before which all that was committed is in what is read
    now."""
    reads = _current()
    return monotonic() if reads is None else reads.contains


@contextmanager
def reading_from_replica(contains: float) -> Iterator[ReplicaReads]:
    reads = ReplicaReads(contains)
    token = _reads.set(reads)
    try:
        yield reads
    finally:
        _reads.reset(token)


def read_from_primary() -> None:
    """From here on, until the request is answered."""
    if reads := _reads.get():
        reads.has_ended = True


# Classes of SQLSTATE: connection exceptions, out of resources, shut down or starting.
_UNREACHABLE = ("08", "53", "57P")


def is_unreachable(error: BaseException) -> bool:
    """Whether the server of the database is what failed, and not the statement."""
    cause = error.__cause__
    return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError) and (
        cause.sqlstate is None or cause.sqlstate.startswith(_UNREACHABLE)
    )
