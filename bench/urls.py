"""The site's addresses, Wagtail's two APIs, and two views that do nothing.

All below /api/, so that cms.short_path spares Wagtail's APIs the same middleware as ours.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.views import APIView
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.api.v3.urls import api as wagtail_v3

from cms.urls import handler404, handler500
from cms.urls import urlpatterns as site

__all__ = ["handler404", "handler500", "urlpatterns"]

wagtail_v2 = WagtailAPIRouter("wagtail_v2")
wagtail_v2.register_endpoint("pages", PagesAPIViewSet)


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"{}", content_type="application/json")


class Empty(APIView):
    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(b"{}", content_type="application/json")


urlpatterns = [
    path("api/empty/django/", empty),
    path("api/empty/drf/", Empty.as_view()),
    path("api/wagtail/v2/", wagtail_v2.urls),
    path("api/wagtail/v3/", wagtail_v3.urls),
    *site,
]
