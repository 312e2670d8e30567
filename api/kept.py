"""Answers kept in memory: a read that was answered before is answered without the view.

What is kept is what the log of editions alone decides, as the view answered it. It is handed out
only while nothing that reads find has changed, which one number of the database says
(api/position.py). A process that publishes knows of it at once, others within PATIENCE.
docs/decisions/0029-answers-kept-in-memory.md
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

from api.caching import ONLY_WITH_BODY, SHARED_MAX_AGE, STALE_IF_ERROR, EditionAnswer
from api.position import Position, State, positions
from pages.reading import read_from_primary, reading_alias

PATIENCE = 1.0  # seconds
# From here on Cache-Control counts the seconds that are left, so the view makes each answer.
LAST_MOMENTS = timedelta(seconds=SHARED_MAX_AGE + STALE_IF_ERROR)
OVERHEAD = 2_500  # bytes that an answer takes besides what is written in it: its objects
LARGEST = 16  # one answer takes at most this part of the memory
LONGEST = 500  # characters of a query, or of Accept: nobody fills the memory with names
# What makes the view look at more than the address. If-None-Match is understood here.
OTHER_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")

Key = tuple[str, str, str]
GetResponse = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer with status 200, and the headers of the 304 in its place. state: of the position
    that was known before it was made."""

    body: bytes
    headers: dict[str, str]
    not_modified: dict[str, str]
    state: State
    expires_at: datetime | None

    @property
    def size(self) -> int:
        """Bytes; a list says the keys of all its pages. The two dicts share their strings."""
        return len(self.body) + sum(map(len, self.headers.values())) + OVERHEAD

    def holds(self, position: Position) -> bool:
        return self.state == position.state and (
            self.expires_at is None or position.clock() + LAST_MOMENTS < self.expires_at
        )


class KeptAnswers:
    """The answers used last, as many as fit into so many bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.bytes = 0
        self._answers: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Kept | None:
        with self._lock:
            if kept := self._answers.get(key):
                self._answers.move_to_end(key)
            return kept

    def put(self, key: Key, kept: Kept) -> None:
        if kept.size * LARGEST > self._most:
            return
        with self._lock:
            self._drop(key)
            self._answers[key] = kept
            self.bytes += kept.size
            while self.bytes > self._most:
                self._drop(next(iter(self._answers)))

    def _drop(self, key: Key) -> None:
        if dropped := self._answers.pop(key, None):
            self.bytes -= dropped.size


class KeepAnswers:
    """Middleware, before the view and inside what checks the host and the scheme."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.KEPT_MEGABYTES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.answers = KeptAnswers(settings.KEPT_MEGABYTES * 2**20)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        # Inside a transaction reads see what is not committed.
        if key is None or connection.in_atomic_block:
            return self.get_response(request)
        try:
            position = positions.read(reading_alias(), PATIENCE)
        except DatabaseError:  # the view will say so
            read_from_primary()
            return self.get_response(request)
        kept = self.answers.get(key)
        if kept and kept.holds(position) and (answer := _answer(request, kept)):
            return answer
        response = self.get_response(request)
        if isinstance(response, EditionAnswer):
            self.answers.put(key, _kept(response, position))
        return response


def _key(request: HttpRequest) -> Key | None:
    """None for what is not kept."""
    asked = request.META
    query, accept = asked.get("QUERY_STRING", ""), asked.get("HTTP_ACCEPT", "")
    if (
        request.method != "GET"
        or not request.path_info.startswith("/api/v1/")
        or len(query) > LONGEST
        or len(accept) > LONGEST
        or "HTTP_AUTHORIZATION" in asked
        or any(name in asked for name in OTHER_CONDITIONS)
    ):
        return None
    return request.path_info, query, accept


def _kept(response: EditionAnswer, position: Position) -> Kept:
    headers = dict(response.items())
    not_modified = {name: headers[name] for name in headers if name not in ONLY_WITH_BODY}
    return Kept(response.content, headers, not_modified, position.state, response.expires_at)


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse | None:
    """None where the client has something else, or several things: the view compares them."""
    held = request.META.get("HTTP_IF_NONE_MATCH")
    if held is None:
        return HttpResponse(kept.body, headers=kept.headers)
    if held.removeprefix("W/") == kept.headers["ETag"]:
        return HttpResponseNotModified(headers=kept.not_modified)
    return None
