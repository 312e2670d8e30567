"""Wagtail asks the page model for previews; the model asks whom admin/ put here."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from pages.models.treatment import TreatmentPage

Preview = Callable[["TreatmentPage", HttpRequest, str], HttpResponse]


class PreviewMode(StrEnum):
    APP = "app"
    EMAIL = "email"
    PRINT = "print"
    TEXT = "text"
    # In no list: the frame inside PRINT asks for it, under the permission of the preview.
    PDF = "pdf"


# What Wagtail's drop-down offers. The first is the default.
PREVIEW_MODES: list[tuple[str, str]] = [
    (PreviewMode.APP.value, "App"),
    (PreviewMode.EMAIL.value, "Email"),
    (PreviewMode.PRINT.value, "Print"),
    (PreviewMode.TEXT.value, "Text"),
]

_registered: list[Preview] = []


def register_preview(preview: Preview) -> Preview:
    _registered[:] = [preview]
    return preview


def serve_registered_preview(
    page: TreatmentPage, request: HttpRequest, mode_name: str
) -> HttpResponse:
    (preview,) = _registered
    return preview(page, request, mode_name)
