"""The page preview: the draft as an app will get it, readable by a person, in any language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pages.document.json_text import document_json
from pages.document.nodes import Document
from pages.document.vocabulary import TranslationStatus
from pages.languages import (
    Language,
    UnknownLanguage,
    all_languages,
    get_language,
    source_language,
)
from pages.models import Release, TreatmentPage
from pages.models.preview import register_preview
from pages.publishing.load import compile_draft

# Wagtail's preview request has no query string; it carries the editor's cookies. preview.js
# sets this one.
LANGUAGE_COOKIE = "preview_language"

# In the order in which they are said.
FALLBACK_REASONS = {
    TranslationStatus.MISSING: "not translated yet",
    TranslationStatus.STALE: "out of date",
    TranslationStatus.UNREVIEWED: "not reviewed",
    TranslationStatus.BLOCKED: "stopped by a safety check",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """One line above the preview. `fallen`: how many blocks are shown in the source language."""

    sentence: str
    fallen: int


@register_preview
def preview_page(page: TreatmentPage, request: HttpRequest, mode_name: str) -> HttpResponse:
    """`mode_name` is Wagtail's; the page has one mode."""
    language = chosen_language(request)
    document = compile_draft(page, language)
    return render(
        request,
        "pages/preview.html",
        {
            "document": document,
            "languages": all_languages(),
            "source": source_language(),
            "summary": summarise(document, language),
            "not_public": not_public(page, document, language),
            "json": orjson.dumps(
                orjson.loads(document_json(document)), option=orjson.OPT_INDENT_2
            ).decode(),
        },
    )


def chosen_language(request: HttpRequest) -> Language:
    """From the cookie; the source language where there is none or it names no language of ours."""
    try:
        return get_language(request.COOKIES.get(LANGUAGE_COOKIE, ""))
    except UnknownLanguage:
        return source_language()


def summarise(document: Document, language: Language) -> Summary:
    total = document.coverage.blocks
    source = source_language()
    if language == source:
        return Summary(f"{_blocks(total)} in {source.name}, the source language.", 0)
    counts = Counter(block.translation.status for block in document.blocks)
    reasons = [
        f"{counts[status]} {reason}"
        for status, reason in FALLBACK_REASONS.items()
        if counts[status]
    ]
    fallen = total - document.coverage.in_language
    if not fallen:
        return Summary(f"Every block is in {language.name} ({_blocks(total)}).", 0)
    shown = "is shown" if fallen == 1 else "are shown"
    return Summary(
        f"{document.coverage.in_language} of {_blocks(total)} in {language.name}. "
        f"{fallen} {shown} in {source.name}: {', '.join(reasons)}.",
        fallen,
    )


def not_public(page: TreatmentPage, document: Document, language: Language) -> str:
    """Why apps do not get the page in `language` at all; "" where they do (publishing/release)."""
    if language == source_language():
        return ""
    release = Release.objects.filter(page_id=page.pk, language=language.code).first()
    if release is not None:
        withdrawn = release.state == Release.State.WITHDRAWN
        return f"Withdrawn in {language.name}: apps get nothing in it." if withdrawn else ""
    if _meets_release_rule(document):
        return f"Apps get the page in {language.name} once you publish it."
    return (
        f"Not released in {language.name}: apps get nothing in it until the heading, the summary "
        "and every critical block have a reviewed translation."
    )


def _meets_release_rule(document: Document) -> bool:
    essential = [
        document.heading.translation,
        document.summary.translation,
        *(block.translation for block in document.blocks if block.critical),
    ]
    return all(found.status is TranslationStatus.APPROVED for found in essential)


def _blocks(number: int) -> str:
    return "1 block" if number == 1 else f"{number} blocks"
