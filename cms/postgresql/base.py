"""Where Django looks for a backend's DatabaseWrapper."""

from __future__ import annotations

import select
from functools import partial
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg import OperationalError
from psycopg.pq import Format


class DatabaseWrapper(base.DatabaseWrapper):
    """Persistent connections survive a restart of the server, at no cost to a read.

    Django's check sends `SELECT 1` before the first query of each request, which would double
    the round trips of a read. Without any check, the first request of each thread after a
    restart answers 500. An idle connection has nothing to be read, unless the server hung up.
    """

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        # Only repeated_cursor() prepares: the cursors of the ORM put their values into the SQL.
        options = self.settings_dict["OPTIONS"]
        parameters["prepare_threshold"] = options.get("prepare_threshold", 0)
        parameters.pop("answer_seconds", None)
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        # A server that is frozen, or was cut off, keeps its connections open and says nothing.
        if seconds := self.settings_dict["OPTIONS"].get("answer_seconds"):
            connection.wait = partial(connection.wait, timeout=seconds)
        return connection

    def is_usable(self) -> bool:
        if self.errors_occurred or self.connection is None:
            return bool(super().is_usable())
        try:
            poll = select.poll()
            poll.register(self.connection.fileno(), select.POLLIN)
            return not poll.poll(0)
        except OperationalError:  # closed on our side
            return False

    def repeated_cursor(self) -> CursorWrapper:
        """A cursor for a statement that is run over and over with other values.

        The server plans the statement once for each connection, and sends stored bytes as they
        are; to other cursors it sends them as twice as many hexadecimal digits.
        """
        self.ensure_connection()
        with self.wrap_database_errors:
            # django-stubs describes the backend as it is with psycopg 2.
            cursor = base.ServerBindingCursor(self.connection)  # type: ignore[attr-defined]
            cursor.format = Format.BINARY
            wrapped: CursorWrapper = self._prepare_cursor(cursor)  # type: ignore[attr-defined]
            return wrapped
