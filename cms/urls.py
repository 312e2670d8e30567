"""Every address of the site."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.static import static
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import defaults
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from api.problems import api_not_found, api_server_error

urlpatterns = [
    path("", RedirectView.as_view(url="/api/docs/")),
    path("api/", include("api.urls")),
    path("admin/", include(wagtailadmin_urls)),
    # The admin links to each document there, and Wagtail asks who may see it.
    path("documents/", include(wagtaildocs_urls)),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return api_not_found(request, exception)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return api_server_error(request)
    return defaults.server_error(request)


handler404 = not_found
handler500 = server_error
