"""The page preview: the draft in each channel, in the language chosen inside the preview."""

from __future__ import annotations

from typing import Any, assert_never

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail import hooks
from wagtail.models import Page

from pages.admin.preview_email import email_preview
from pages.admin.preview_print import pdf_response
from pages.admin.preview_summary import not_public, summarise
from pages.blocks.page_labels import page_labels
from pages.document.json_text import document_json
from pages.document.nodes import Document
from pages.document.text_page import text_page
from pages.languages import (
    Language,
    UnknownLanguage,
    all_languages,
    get_language,
    source_language,
)
from pages.models import TreatmentPage
from pages.models.preview import PREVIEW_MODES, PreviewMode, register_preview
from pages.publishing.load import compile_draft

# Wagtail's preview request has no query string; it carries the editor's cookies. preview.js
# sets this one.
LANGUAGE_COOKIE = "preview_language"
MODE_COOKIE = "preview_mode"


@register_preview
def preview_page(page: TreatmentPage, request: HttpRequest, mode_name: str) -> HttpResponse:
    """Raises Http404 for a mode that there is not."""
    mode = _mode(mode_name)
    language = chosen_language(request)
    document = compile_draft(page, language)
    if mode is PreviewMode.PDF:
        return pdf_response(request, document)
    response = _page(page, request, document, language, mode)
    if getattr(request, "in_preview_panel", False):
        response.set_cookie(MODE_COOKIE, mode.value, samesite="Lax", httponly=True)
    return response


@hooks.register("before_edit_page")
def begin_where_the_editor_was(request: HttpRequest, page: Page) -> None:
    """The panel begins with the mode that it showed last, also after the page was saved."""
    chosen = request.COOKIES.get(MODE_COOKIE, "")
    if isinstance(page, TreatmentPage) and chosen in dict(PREVIEW_MODES):
        page.chosen_preview_mode = chosen


def _page(
    page: TreatmentPage,
    request: HttpRequest,
    document: Document,
    language: Language,
    mode: PreviewMode,
) -> HttpResponse:
    try:
        template, shown = _shown(document, mode)
    except ValueError as error:  # a link of the draft that no channel would send
        template, shown = "pages/preview/unwritable.html", {"problem": str(error)}
    return render(
        request,
        template,
        {
            "document": document,
            "languages": all_languages(),
            "source": source_language(),
            "summary": summarise(document, language),
            "not_public": not_public(page, document, language),
            **shown,
        },
    )


def chosen_language(request: HttpRequest) -> Language:
    """From the cookie; the source language where there is none or it names no language of ours."""
    try:
        return get_language(request.COOKIES.get(LANGUAGE_COOKIE, ""))
    except UnknownLanguage:
        return source_language()


def _mode(name: str) -> PreviewMode:
    try:
        return PreviewMode(name)
    except ValueError:
        allowed = ", ".join(name for name, _ in PREVIEW_MODES)
        raise Http404(f"Unknown preview mode {name!r}. Allowed: {allowed}.") from None


def _shown(document: Document, mode: PreviewMode) -> tuple[str, dict[str, Any]]:
    """The template of a mode and what it has besides the language row.

    Raises ValueError as the writers do.
    """
    match mode:
        case PreviewMode.APP:
            readable = orjson.dumps(
                orjson.loads(document_json(document)), option=orjson.OPT_INDENT_2
            )
            return "pages/preview/app.html", {"json": readable.decode()}
        case PreviewMode.EMAIL:
            return "pages/preview/email.html", {"email": email_preview(document)}
        case PreviewMode.PRINT:
            return "pages/preview/print.html", {"pdf_mode": PreviewMode.PDF.value}
        case PreviewMode.TEXT:
            text = text_page(document, page_labels(document.lang))
            return "pages/preview/text.html", {"lines": text.splitlines(keepends=True)}
        case PreviewMode.PDF:
            raise ValueError("A PDF has no template.")
        case _:
            assert_never(mode)
