"""The API's requests take the short way through the middleware; the admin's take the whole."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from cms.short_path import innermost


def probe(request: HttpRequest) -> HttpResponse:
    """What the middleware left on the request."""
    names = ("session", "user", "_messages")
    return JsonResponse({name: hasattr(request, name) for name in names})


def broken(request: HttpRequest) -> HttpResponse:
    raise LookupError("a fault of ours")


urlpatterns = [
    path("api/probe/", probe),
    path("api/broken/", broken),
    path("elsewhere/", probe),
    path("admin/", include(wagtailadmin_urls)),
]
pytestmark = pytest.mark.urls(__name__)


def test_a_request_to_the_api_has_no_session_and_no_user(client):
    assert client.get("/api/probe/").json() == {"session": False, "user": False, "_messages": False}


def test_any_other_request_has_them(client):
    assert client.get("/elsewhere/").json() == {"session": True, "user": True, "_messages": True}


def test_a_cookie_makes_no_difference_to_the_api(client):
    client.cookies["sessionid"] = "somebody"
    response = client.get("/api/probe/")
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


def test_the_api_keeps_what_protects_it(client, settings):
    response = client.get("/api/probe/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Length"] == str(len(response.content))
    settings.ALLOWED_HOSTS = ["clinic.example.org"]
    assert client.get("/api/probe/", headers={"host": "other.example.org"}).status_code == 400


def test_a_slash_that_was_left_out_is_still_pointed_out(client):
    assert client.get("/api/probe").headers["Location"] == "/api/probe/"


def test_an_unknown_address_and_a_fault_are_still_answered(client):
    client.raise_request_exception = False
    assert client.get("/api/unknown/").status_code == 404
    assert client.get("/api/broken/").status_code == 500


def test_a_middleware_that_hides_its_next_layer_is_not_skipped():
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def hidden(request: HttpRequest) -> HttpResponse:
        return view(request)

    assert innermost(hidden) is hidden
