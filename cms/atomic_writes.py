"""What an editor does is done whole or not at all.

Wagtail writes a move, a privacy setting or an unpublish in a transaction of its own and tells of
it afterwards; the edition log is appended then. If that failed, a page would be private in the
tree and still public in the API. Here both are in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class AtomicWrites:
    """Middleware, the innermost. ATOMIC_REQUESTS would hold SQLite's write lock for reads too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        with transaction.atomic():
            response = self.get_response(request)
            # An error in the view is a response by the time that it is here.
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)
        return response
