"""A database that is away, for servers in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from api.position import positions


@contextmanager
def database_away() -> Iterator[None]:
    """Reads of the API, and of its version, end in a database's error."""
    tables = ("pages_feedcounter", "pages_currentedition")
    for table in tables:
        connection.cursor().execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    positions.forget()
    try:
        yield
    finally:
        for table in tables:
            connection.cursor().execute(f"ALTER TABLE {table}_away RENAME TO {table}")
