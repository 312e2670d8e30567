"""Which queries go to the read replica: those of the public API, where its answer can be right."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase

from cms.replica import watch
from pages.reading import REPLICA, read_from_primary, reading_alias, reading_from_replica

# What a client may send to say which answer it has already. Its answer must not be an older one.
CONDITIONS = (
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_IF_RANGE",
)
# Says the same in an address, and its answer does not show whether something is missing.
SINCE = "changed_since="
# What is given out besides while the primary cannot be asked (REPLICA_ALONE_SECONDS). A sync cursor
# of its last moment is not answered 410, which would make an app begin anew.
ALONE = (HTTPStatus.OK, HTTPStatus.NOT_FOUND)


class ReplicaRouter:
    """Reads where the request reads, see ReadFromReplica; writes on the primary alone, and what
    the same request reads after a write."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return reading_alias()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        read_from_primary()
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True  # both are the same database

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


class ReadFromReplica:
    """Middleware, before whatever keeps answers: an API read is answered from the replica, if that
    is close enough to the primary and its answer cannot be older than what the client has.

    A replica behind its primary does not know what is new: to a client that has the newer answer
    it says 200 with the older one, to a new address 404, to a newer sync cursor 410. So from the
    replica only two answers are given out: 200 to who showed nothing, and 304. Everything else is
    asked of the primary once more, errors of the replica too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not (
            request.method in ("GET", "HEAD")
            and request.path_info.startswith("/api/")
            and SINCE not in request.META.get("QUERY_STRING", "")
            and watch.is_close()
        ):
            return self.get_response(request)
        with reading_from_replica(watch.contains) as reads:
            response = self.get_response(request)
        if not reads.was_used:
            return response
        replica = connections[REPLICA]
        if replica.errors_occurred:
            # What is wrong with the connection a thread would find again and again.
            replica.close()
            watch.distrust()
        elif _is_right(request, response):
            return response
        response.close()
        return self.get_response(request)


def _is_right(request: HttpRequest, response: HttpResponseBase) -> bool:
    match response.status_code:
        case HTTPStatus.NOT_MODIFIED:
            return True
        case HTTPStatus.SERVICE_UNAVAILABLE:  # too busy, wherever it reads
            return True
        case HTTPStatus.OK if not any(name in request.META for name in CONDITIONS):
            return True
        case status:
            return status in ALONE and watch.answers_alone()
