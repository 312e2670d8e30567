"""Which database a request reads from: the one that is written to, or its read replica.

Only the public API reads from a replica, and cms/replica.py decides when. Everything else, and
every write, is on "default".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import psycopg
from django.db import DEFAULT_DB_ALIAS

REPLICA = "replica"

_alias: ContextVar[str] = ContextVar("reading_from", default=DEFAULT_DB_ALIAS)


def reading_alias() -> str:
    """The alias that what runs now reads from: `connections[reading_alias()]`."""
    return _alias.get()


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)


# Classes of SQLSTATE: connection exceptions, out of resources, shut down or starting.
_UNREACHABLE = ("08", "53", "57P")


def is_unreachable(error: BaseException) -> bool:
    """Whether the server of the database is what failed, and not the statement."""
    cause = error.__cause__
    return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError) and (
        cause.sqlstate is None or cause.sqlstate.startswith(_UNREACHABLE)
    )
