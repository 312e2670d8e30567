"""SQLite as the database of a small clinic: readers do not wait for the writer."""

from __future__ import annotations

from typing import Any

from django.db import connections


def set_write_ahead_log(*, using: str, **kwargs: Any) -> None:
    """After migrate: the write-ahead log, a lasting property of the file.

    Setting it per connection would take a lock each time. Inside a transaction SQLite refuses
    the change; a database in memory keeps its own mode.
    """
    connection = connections[using]
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode = WAL")
