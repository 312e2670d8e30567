"""What an editor does is done whole or not at all, and done again where others were in the way.

Wagtail writes a move, a privacy setting or an unpublish in a transaction of its own and tells of
it afterwards; the edition log is appended then. If that failed, a page would be private in the
tree and still public in the API. Here both are in one transaction. Where the database ends it
because two acts waited for each other, the request is answered once more from its beginning.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from pages.contention import ATTEMPTS, lost_race, pause, waited_in_vain

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
# What was read of the request: its stream gives it once.
_READ = ("_stream", "_read_started", "_body", "_post", "_files")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class Busy(HttpResponse):
    """503: nothing was stored. again: the same request at once may well succeed."""

    def __init__(self, *, again: bool) -> None:
        super().__init__(render_to_string("503.html"), status=HTTPStatus.SERVICE_UNAVAILABLE)
        self["Retry-After"] = "5"  # seconds; RFC 9110, section 10.2.3
        self["Cache-Control"] = "no-store"
        self.again = again


class AtomicWrites:
    """Middleware, the innermost. ATOMIC_REQUESTS would hold SQLite's write lock for reads too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        committed: list[bool] = []
        try:
            with transaction.atomic():
                transaction.on_commit(lambda: committed.append(True))  # the first to be called
                response = self.get_response(request)
                # An error in the view is a response by the time that it is here.
                if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    transaction.set_rollback(True)
        except DatabaseError as error:
            # What a task after the commit raised is not undone by running the request again.
            if committed or not (lost_race(error) or waited_in_vain(error)):
                raise
            return Busy(again=lost_race(error))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django asks before it makes a 500 of what the view raised."""
        if request.method not in SAFE_METHODS and connection.in_atomic_block and lost_race(error):
            return Busy(again=True)
        return None


class RetriedWrites:
    """Middleware, outside those that hang a session, an account or messages on the request: they
    begin again as well. What the view did to the database is undone; what waited for the commit
    never ran. A mail that it sent at once is sent again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        fresh, headers = dict(vars(request)), dict(request.META)
        for attempt in range(ATTEMPTS - 1):
            response = self.get_response(request)
            if not (isinstance(response, Busy) and response.again and _is_rereadable(request)):
                return response
            _restore(request, fresh, headers)
            pause(attempt)
        return self.get_response(request)


def _is_rereadable(request: HttpRequest) -> bool:
    """Whether body and files can be had once more. A storage moves a large upload away."""
    read = vars(request)
    if read.get("_read_started") and not ("_post" in read or "_body" in read):
        return False
    return all(_is_there(file) for file in _files(request))


def _is_there(file: UploadedFile) -> bool:
    path = getattr(file, "temporary_file_path", None)
    return not file.closed and (path is None or os.path.exists(path()))


def _files(request: HttpRequest) -> list[UploadedFile]:
    """Those that were read already; asking for FILES would read the body."""
    found = vars(request).get("_files")
    return [file for _, files in found.lists() for file in files] if found else []


def _restore(request: HttpRequest, fresh: dict[str, Any], headers: dict[str, Any]) -> None:
    """The request as it came, but for what its stream has given already."""
    read = {name: vars(request)[name] for name in _READ if name in vars(request)}
    vars(request).clear()
    vars(request).update(fresh, **read)
    request.META.clear()
    request.META.update(headers)
    for file in _files(request):
        file.seek(0)
