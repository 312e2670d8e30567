"""What the request log may say. A query string can name a condition: it is not kept."""

from __future__ import annotations

import logging


class WithoutQueryString(logging.Filter):
    """Cuts the query string from the request line that runserver logs.

    `django.request` logs the path alone, and granian's access log format has no query string.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.server" and isinstance(record.args, tuple):
            record.args = tuple(
                _without_query(value) if isinstance(value, str) else value for value in record.args
            )
        return True


def _without_query(request_line: str) -> str:
    """`GET /a/?b=c HTTP/1.1` becomes `GET /a/ HTTP/1.1`."""
    words = request_line.split(" ")
    return " ".join(word.partition("?")[0] for word in words)
