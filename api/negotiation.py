"""What a reader wants: a language, by Accept-Language (RFC 9110 section 12.5.4; lookup as in
RFC 4647 section 3.4), and a format, by Accept (section 12.5.1) or by the address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from http import HTTPStatus

from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from api.problems import Problem
from pages.languages import UnknownLanguage, read_language, source_language


def preferred_language(accept_language: str, available: Collection[str]) -> str:
    """The best of `available`; the source language, or else any, where nothing fits.

    A reader who asks for what there is not gets the source and not an error: the answer says
    its language.
    """
    for tag, quality in parse_accept_lang_header(accept_language[:500]):
        if quality and (found := _lookup(tag, available)):
            return found
    source = source_language().code
    return source if source in available else sorted(available)[0]


def _lookup(tag: str, available: Collection[str]) -> str | None:
    """`tag`, then ever shorter ranges of it: zh-hant-tw, zh-hant, zh."""
    parts = tag.split("-")
    while parts:
        try:
            code = read_language("-".join(parts)).code
        except UnknownLanguage:
            code = ""
        if code in available:
            return code
        parts.pop()
    return None


class FormatNegotiation(BaseContentNegotiation):
    """By the address where it names a format, else by Accept with its quality values, which
    DRF's own negotiation does not read."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Raises Problem (406) for an unknown suffix, NotAcceptable for an Accept header."""
        offered = list(renderers)
        if format_suffix is not None:
            return _by_suffix(offered, format_suffix)
        first = offered[0]
        if request.META.get("HTTP_ACCEPT", "*/*") in ("*/*", first.media_type):
            return first, first.media_type
        by_type: dict[str, BaseRenderer] = {}
        for renderer in offered:  # of two that are HTML, the first is meant
            by_type.setdefault(renderer.media_type, renderer)
        preferred = request._request.get_preferred_type(list(by_type))
        if preferred is None:
            raise exceptions.NotAcceptable
        return by_type[preferred], preferred


def _by_suffix(renderers: Sequence[BaseRenderer], suffix: str) -> tuple[BaseRenderer, str]:
    for renderer in renderers:
        if renderer.format == suffix:
            return renderer, renderer.media_type
    allowed = [renderer.format for renderer in renderers]
    raise Problem(
        "not-acceptable",
        HTTPStatus.NOT_ACCEPTABLE,
        f"There is no format {suffix[:20]!r}. Allowed: {', '.join(allowed)}.",
        parameter="format",
        value=suffix[:20],
        allowed=allowed,
    )
