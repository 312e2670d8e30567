"""What a cache in front puts into its own keys, so that a publish leaves all its copies behind.

nginx has no purge by key. It asks here once a second, and sends the answer with each request that
it could not answer itself: deploy/nginx.conf. docs/decisions/0030-one-list-of-cache-keys.md
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus

from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from api.caching import STALE_IF_ERROR
from api.kept import PATIENCE
from api.position import State, positions
from pages.reading import read_from_primary, reading_alias

HEADER = "X-Cache-Version"
_ASKED = "HTTP_X_CACHE_VERSION"
GetResponse = Callable[[HttpRequest], HttpResponseBase]


@require_safe
def cache_version(request: HttpRequest) -> HttpResponse:
    """204 with a name for what reads find now. It may be kept for a second, and no longer while
    this server answers: no stale-while-revalidate."""
    read_from_primary()
    position = positions.read(DEFAULT_DB_ALIAS, 0)
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response[HEADER] = _version(position.state)
    response["Cache-Control"] = f"max-age=1, stale-if-error={STALE_IF_ERROR}"
    return response


class CheckCacheVersion:
    """Middleware: no answer is kept under the name of something newer.

    A cache that heard of a publish asks a process, or a replica, that did not: what it answers is
    right for now, and would be wrong for as long as that version stands.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.META.get(_ASKED)
        if asked is None or _is_current(asked):
            return self.get_response(request)
        response = self.get_response(request)
        response.headers["X-Accel-Expires"] = "0"  # nginx keeps it out of the cache and to itself
        return response


def _is_current(version: str) -> bool:
    """What is read from now on, of memory or of the database, is then at least that new: of the
    primary, where the replica is not."""
    try:
        for patience in (PATIENCE, 0):
            if _version(positions.read(reading_alias(), patience).state) == version:
                return True
        read_from_primary()
        return _version(positions.read(DEFAULT_DB_ALIAS, 0).state) == version
    except DatabaseError:  # the view will say so
        return False


@lru_cache(maxsize=8)
def _version(state: State) -> str:
    return hashlib.sha256(repr(state).encode()).hexdigest()[:16]
