"""The API's short way through the middleware.

A read is a cookie-less lookup of stored bytes. Sessions, CSRF, logins, messages and frame rules
belong to the admin; running them costs a read about a third of Django's own time, and any of
them could one day make a public answer vary by cookie. So requests under /api/ go from here
straight to their view, and have neither `session` nor `user`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ShortPathForApi:
    """Middleware: for /api/, every middleware listed after this one is left out.

    Their `process_view` still runs, where they have one: of Django's own that is the CSRF check,
    which lets safe methods and DRF's views pass.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.view_response = innermost(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/api/"):
            return self.view_response(request)
        return self.get_response(request)


def innermost(get_response: GetResponse) -> GetResponse:
    """The handler that calls the view, inside all middleware.

    Django wraps each layer to turn exceptions into responses, and functools.wraps leaves the way
    in; a middleware that hides its `get_response` ends the walk there, and then runs for the API.
    """
    while True:
        inner = getattr(inspect.unwrap(get_response), "get_response", None)
        if inner is None:
            return get_response
        get_response = inner
