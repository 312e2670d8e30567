"""Which language a reader wants, by Accept-Language (RFC 9110 section 12.5.4; lookup as in
RFC 4647 section 3.4)."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation.trans_real import parse_accept_lang_header

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
