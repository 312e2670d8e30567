"""Where Django looks for a backend's DatabaseWrapper."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base
from psycopg import OperationalError


class DatabaseWrapper(base.DatabaseWrapper):
    """Persistent connections survive a restart of the server, at no cost to a read.

    Django's check sends `SELECT 1` before the first query of each request, which would double
    the round trips of a read. Without any check, the first request of each thread after a
    restart answers 500. An idle connection has nothing to be read, unless the server hung up.
    """

    def is_usable(self) -> bool:
        if self.errors_occurred or self.connection is None:
            return bool(super().is_usable())
        try:
            poll = select.poll()
            poll.register(self.connection.fileno(), select.POLLIN)
            return not poll.poll(0)
        except OperationalError:  # closed on our side
            return False
