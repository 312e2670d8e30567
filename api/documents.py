"""One treatment, as the stored bytes of its edition or written from them in another format."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api import formats, parameters
from api.caching import alternates, cached_response, format_url, offered_digests
from api.formats import JSON, PDF, Format
from api.printing import printable, printed_or_problem
from api.problems import Problem
from api.reads import Found, find_document
from api.shaping import Shape, shape_document
from pages.document.print_page import Paper
from pages.models.branding import print_branding
from pages.printing.printed import print_key
from pages.publishing.references import treatment_url
from pages.purging import keys


@dataclass(frozen=True, slots=True)
class Asked:
    """parameters: read; suffix: the end of the address, None where Accept chose the format;
    by_language: whether Accept-Language chose the language."""

    wanted: Format
    parameters: Mapping[str, Any]
    suffix: str | None = None
    by_language: bool = False


def document_response(
    request: Request, code: str, reference: str, asked: Asked
) -> HttpResponseBase:
    if asked.wanted is JSON:
        return _stored(request, code, reference, asked)
    if asked.wanted is PDF:
        return _printed(request, code, reference, asked)
    return _written(request, code, reference, asked)


def _stored(request: Request, code: str, reference: str, asked: Asked) -> HttpResponseBase:
    shape = Shape(**asked.parameters)
    held = offered_digests(request) if shape.is_stored_form else ()
    found = find_document(code, reference, held)
    body, digest = found.body, found.digest
    if not shape.is_stored_form:
        body = shape_document(found.body, shape)
        digest = hashlib.sha256(body).hexdigest()
    elsewhere = asked.by_language or reference != found.slug
    return cached_response(
        request,
        body,
        digest=digest,
        language_code=code,
        keys=_keys(found, code),
        # By date alone, English that was served while there was no Spanish would stay for Spanish.
        changed_at=None if asked.by_language else found.changed_at,
        expires_at=found.expires_at,
        link=_links(found, code, asked),
        location=format_url(code, found.slug, asked.suffix or "") if elsewhere else "",
        vary="Accept-Language" if asked.by_language else "",
        of_editions=not asked.by_language,
    )


def _written(request: Request, code: str, reference: str, asked: Asked) -> HttpResponseBase:
    """Who holds the bytes already gets 304 before anything is read or written."""
    wanted = asked.wanted
    around = {**asked.parameters, **wanted.site()}
    variant = formats.variant(wanted, code, tuple(sorted(around.items())))
    found = find_document(code, reference, offered_digests(request, variant))
    body = formats.write(wanted, found.body, code, around) if found.body else b""
    return _made(request, code, reference, asked, found, body, variant)


def _printed(request: Request, code: str, reference: str, asked: Asked) -> HttpResponseBase:
    """As _written; the bytes also depend on the number of the edition and on the branding, which
    are on the paper."""
    found = find_document(code, reference)
    edition = printable(found, code)
    paper = Paper(asked.parameters.get("paper", settings.PRINT_PAPER))
    branding = print_branding()
    variant = print_key(edition, paper, branding)[:16]
    held = found.digest in offered_digests(request, variant)
    body = b"" if held else printed_or_problem(edition, paper, branding)
    return _made(request, code, reference, asked, found, body, variant)


def _made(
    request: Request,
    code: str,
    reference: str,
    asked: Asked,
    found: Found,
    body: bytes,
    variant: str,
) -> HttpResponseBase:
    wanted = asked.wanted
    own_address = asked.suffix is not None and reference == found.slug
    response = cached_response(
        request,
        body,
        digest=f"{found.digest}-{variant}",
        language_code=code,
        content_type=wanted.content_type,
        keys=_keys(found, code),
        # No date: the bytes change with the writer too, and that has none.
        expires_at=found.expires_at,
        link=_links(found, code, asked),
        location="" if own_address else format_url(code, found.slug, wanted.suffix),
        vary="Accept-Language" if asked.by_language else "",
        of_editions=not asked.by_language and wanted.of_editions,
    )
    if disposition := wanted.content_disposition(found.slug, code):
        response.headers["Content-Disposition"] = disposition
    return response


def read_asked(query: QueryDict, wanted: Format) -> dict[str, Any]:
    """Raises Problem (400); for a parameter of another format it says whose it is."""
    for name in query:
        others = [each for each in formats.FORMATS if name in each.parameters]
        if others and wanted not in others:
            allowed = list(wanted.parameters)
            raise Problem(
                "unknown-parameter",
                HTTPStatus.BAD_REQUEST,
                f"{name} is a parameter of {', '.join(each.name for each in others)}, and this is "
                f"{wanted.name}. Allowed: {', '.join(allowed) or 'none'}.",
                parameter=name,
                allowed=allowed,
            )
    return parameters.read_parameters(query, wanted.parameters)


def _keys(found: Found, code: str) -> tuple[str, str]:
    return keys.treatment(found.document_id), keys.of_language(code)


def _links(found: Found, code: str, asked: Asked) -> str:
    canonical = f'<{treatment_url(code, found.slug)}>; rel="canonical"'
    return f"{canonical}, {alternates(found.slug, found.languages, asked.suffix or '')}"
