"""Wagtail asks the page model for previews; the model asks whom admin/ put here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from pages.models.treatment import TreatmentPage

Preview = Callable[["TreatmentPage", HttpRequest, str], HttpResponse]

_registered: list[Preview] = []


def register_preview(preview: Preview) -> Preview:
    _registered[:] = [preview]
    return preview


def serve_registered_preview(
    page: TreatmentPage, request: HttpRequest, mode_name: str
) -> HttpResponse:
    (preview,) = _registered
    return preview(page, request, mode_name)
