"""The feed of changes over HTTP: pages of whole documents and tombstones, and a wait for news."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.db import connection
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api import parameters
from api.caching import cached_response
from api.problems import Problem
from api.stopping import nap
from api.views import PublicView, known_language
from pages.languages import all_languages
from pages.publishing.feed import Change, Changes, Cursor, FeedReset, changes_after, first_changes
from pages.publishing.feed_cursor import ForeignCursor, read_cursor, write_cursor
from pages.purging import keys
from pages.reading import read_from_primary

SYNC_PARAMETERS: Mapping[str, parameters.Reader] = {
    "initial": parameters.one_of(("true",)),
    "cursor": lambda name, value: value,
    "languages": parameters.several_of([language.code for language in all_languages()]),
    "limit": parameters.whole_number(1, 100),
    "wait": parameters.whole_number(0, 30),
}
DEFAULT_SYNC_LIMIT = 100
# Seconds between two looks of a request that waits.
_LOOKS = 1.0


class Sync(PublicView):
    """What changed in the languages asked for since a cursor; all that is public without one."""

    def get(self, request: Request, language: str) -> HttpResponseBase:
        code = known_language(language).code
        asked = parameters.read_parameters(request.query_params, SYNC_PARAMETERS)
        languages = tuple(sorted({code, *asked.get("languages", ())}))
        limit = asked.get("limit", DEFAULT_SYNC_LIMIT)
        text = asked.get("cursor")
        if text is None:
            changes = first_changes(languages, limit)
        elif "initial" in asked:
            raise _not_both()
        else:
            cursor = _cursor(text, languages)
            changes = _changes_within(asked.get("wait", 0), cursor, limit)
        body = _body(changes, _address(code, asked))
        response = cached_response(
            request,
            body,
            digest=hashlib.sha256(body).hexdigest(),
            language_code=", ".join(languages),
            keys=("sync", *map(keys.of_language, languages)),
        )
        # A copy that is not asked about again would keep a recalled sentence from an app.
        response.headers["Cache-Control"] = "no-cache"
        return response


def _cursor(text: str, languages: Sequence[str]) -> Cursor:
    try:
        cursor = read_cursor(text)
    except ForeignCursor:
        cursor = None
    if cursor is None or cursor.languages != languages:
        raise Problem(
            "foreign-cursor",
            HTTPStatus.BAD_REQUEST,
            "This cursor was altered or is of other languages. Allowed: the next_cursor of an "
            "answer, unchanged, with the same languages.",
            parameter="cursor",
            value=text[:80],
        )
    return cursor


def _not_both() -> Problem:
    return Problem(
        "bad-parameter",
        HTTPStatus.BAD_REQUEST,
        "initial begins anew and cursor goes on. Allowed: one of them.",
        parameter="initial",
        value="true",
        allowed=["initial", "cursor"],
    )


def _changes_within(seconds: int, cursor: Cursor, limit: int) -> Changes:
    """At once where there are changes, or where too many wait already; else at the first look
    that finds some, and after `seconds` without any, or when the server stops. Raises Problem
    (410)."""
    if seconds:
        read_from_primary()  # a replica that is close now may not be any more when this ends
    changes = _changes(cursor, limit)
    if changes.items or not seconds or not _waiting.acquire(blocking=False):
        return changes
    try:
        end = time.monotonic() + seconds
        while not changes.items and (left := end - time.monotonic()) > 0:
            if not connection.in_atomic_block:
                connection.close()  # nobody sleeps on a connection to the database
            stops = nap(min(_LOOKS, left))
            changes = _changes(cursor, limit)
            if stops:
                break
        return changes
    finally:
        _waiting.release()


# A request that waits keeps a thread, and a process has four: others are answered at once.
_waiting = threading.BoundedSemaphore(settings.SYNC_WAITERS)


def _changes(cursor: Cursor, limit: int) -> Changes:
    try:
        return changes_after(cursor, limit)
    except FeedReset:
        raise Problem(
            "sync-reset",
            HTTPStatus.GONE,
            "The site was restored from a backup since this cursor. Begin again with "
            "?initial=true, and replace everything that you hold by what it gives.",
            parameter="cursor",
        ) from None


def _address(code: str, asked: Mapping[str, object]) -> str:
    """Of the next page, up to its cursor."""
    kept: dict[str, object] = {}
    if languages := asked.get("languages"):
        kept["languages"] = ",".join(sorted(languages))  # type: ignore[call-overload] # codes
    if limit := asked.get("limit"):
        kept["limit"] = limit
    return f"{settings.BASE_URL}/api/v1/{code}/sync/?{urlencode({**kept, 'cursor': ''})}"


def _body(changes: Changes, address: str) -> bytes:
    cursor = write_cursor(changes.cursor)
    return b'{"items":[%b],"has_more":%b,"next_page":%b,"next_cursor":%b}' % (
        b",".join(_item(change) for change in changes.items),
        b"true" if changes.has_more else b"false",
        orjson.dumps(f"{address}{cursor}") if changes.has_more else b"null",
        orjson.dumps(cursor),
    )


def _item(change: Change) -> bytes:
    """The document is the stored bytes: nothing is parsed and written again."""
    said = b'{"id":"%b","language":"%b","seq":%d,' % (
        str(change.document_id).encode(),
        change.language.encode(),
        change.seq,
    )
    if change.body:
        return b'%b"document":%b}' % (said, change.body)
    return b'%b"deleted":true,"reason":"%b"}' % (said, change.reason.encode())
