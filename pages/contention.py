"""Transactions that the database ends because of others at the same moment, and that run again.

Publishing locks a page and then those that link to it, an import its pages in order: where links
go both ways, two of them can wait for each other. PostgreSQL ends one, all of it, and the same
again succeeds as a rule: https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, connection

ATTEMPTS = 5
_AGAIN = {"40P01", "40001"}  # deadlock_detected, serialization_failure
_PAUSE = 0.05  # seconds, twice as long before each further attempt

_Result = TypeVar("_Result")


def lost_race(error: BaseException) -> bool:
    """Whether the transaction may succeed if all of it is run again."""
    return getattr(error.__cause__, "sqlstate", "") in _AGAIN


def waited_in_vain(error: BaseException) -> bool:
    """Whether SQLite's one writer was busy for as long as we wait for it."""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", 0)
    return isinstance(cause, sqlite3.OperationalError) and code & 0xFF == sqlite3.SQLITE_BUSY


def pause(attempt: int) -> None:
    """Before the attempt after this one (from 0): two that met do not meet again in step."""
    time.sleep(random.uniform(0.2, 1) * _PAUSE * 2**attempt)  # noqa: S311  no secret


def until_stored(work: Callable[[], _Result]) -> _Result:
    """`work()`, a whole transaction, again where it lost a race; its last error where it always
    does. Inside a transaction of the caller only the caller can begin again: there, once."""
    for attempt in range(1 if connection.in_atomic_block else ATTEMPTS):
        try:
            return work()
        except DatabaseError as error:
            if connection.in_atomic_block or not lost_race(error) or attempt == ATTEMPTS - 1:
                raise
            pause(attempt)
    raise AssertionError("unreachable: the last attempt returns or raises")
