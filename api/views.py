"""The views of the public API. Each reads parameters, asks reads.py and answers bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.db.models import Count, Sum
from django.http import HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import resolve
from rest_framework.request import Request
from rest_framework.views import APIView

from api import parameters
from api.caching import cached_response
from api.cursor import Cursor, list_binding, read_cursor, write_cursor
from api.documents import Asked, document_response, read_asked
from api.formats import RENDERERS, FormatRenderer
from api.negotiation import FormatNegotiation, preferred_language
from api.problems import Problem, bad_parameter, not_found
from api.reads import find_list, languages_of
from pages.document.vocabulary import Specialty
from pages.languages import Language, UnknownLanguage, all_languages, get_language, source_language
from pages.models import BodyRegion, Category, Clinic, CurrentEdition
from pages.purging import keys

FACETS: Mapping[str, parameters.Reader] = {
    "category": parameters.slug,
    "body_region": parameters.slug,
    "specialty": parameters.one_of(Specialty),
    "code": parameters.medical_code,
    "clinic": parameters.slug,
}
LIST_PARAMETERS: Mapping[str, parameters.Reader] = {
    **FACETS,
    "changed_since": parameters.moment,
    "fields": parameters.one_of(("summary", "full")),
    "limit": parameters.whole_number(1, 100),
    "cursor": lambda name, value: value,
}
DEFAULT_LIMIT = 20


# Any site's page may read, without credentials, and nothing of an answer may run in a browser.
_PUBLIC_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Digest, Content-Disposition, "
    "Content-Language, Content-Location, Content-Range, ETag, Link, Repr-Digest, Retry-After",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class PublicView(APIView):
    """Reads only, for anybody: nothing to authenticate, nothing personal kept."""

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {**super().default_response_headers, **_PUBLIC_HEADERS}


def known_language(code: str) -> Language:
    """Raises Problem (404) that names the languages there are."""
    try:
        found = get_language(code)
    except UnknownLanguage as error:
        raise _unknown_language(code, error.allowed) from None
    if found.code != code:  # one address for one thing: /ES/ is not /es/
        raise _unknown_language(code, [language.code for language in all_languages()])
    return found


def _unknown_language(code: str, allowed: Any) -> Problem:
    return Problem(
        "unknown-language",
        HTTPStatus.NOT_FOUND,
        f"There is no language {code[:20]!r} here. Allowed: {', '.join(allowed)}.",
        parameter="language",
        value=code[:20],
        allowed=allowed,
    )


class TreatmentView(PublicView):
    """A treatment in the format that Accept or the end of the address asks for."""

    renderer_classes = RENDERERS
    content_negotiation_class = FormatNegotiation

    def get_format_suffix(self, **kwargs: Any) -> str | None:
        suffix: str | None = kwargs.get("suffix")
        return suffix

    def asked(self, request: Request, *, by_language: bool = False) -> Asked:
        wanted = cast(FormatRenderer, request.accepted_renderer).written
        self.headers["Content-Security-Policy"] = wanted.policy()
        read = read_asked(request.query_params, wanted)
        return Asked(wanted, read, self.format_kwarg, by_language)


class TreatmentDetail(TreatmentView):
    def get(self, request: Request, language: str, reference: str) -> HttpResponseBase:
        asked = self.asked(request)
        return document_response(request, known_language(language).code, reference, asked)


class TreatmentFile(TreatmentView):
    """The same by an address that ends in the format: for links, browsers and caches."""

    def get(self, request: Request, language: str, reference: str, suffix: str) -> HttpResponseBase:
        del self.headers["Vary"]  # nothing is negotiated
        asked = self.asked(request)
        return document_response(request, known_language(language).code, reference, asked)


class NegotiatedTreatmentDetail(TreatmentView):
    def get(self, request: Request, reference: str) -> HttpResponseBase:
        asked = self.asked(request, by_language=True)
        wanted = request.headers.get("Accept-Language", "")
        code = preferred_language(wanted, languages_of(reference, source_language().code))
        return document_response(request, code, reference, asked)


class TreatmentList(PublicView):
    def get(self, request: Request, language: str) -> HttpResponseBase:
        asked = parameters.read_parameters(request.query_params, LIST_PARAMETERS)
        return list_response(request, known_language(language).code, asked)


class NegotiatedTreatmentList(PublicView):
    def get(self, request: Request) -> HttpResponseBase:
        asked = parameters.read_parameters(request.query_params, LIST_PARAMETERS)
        wanted = request.headers.get("Accept-Language", "")
        code = preferred_language(wanted, [language.code for language in all_languages()])
        return list_response(request, code, asked, negotiated=True)


def list_response(
    request: Request, code: str, asked: dict[str, Any], *, negotiated: bool = False
) -> HttpResponseBase:
    cursor_text = asked.pop("cursor", None)
    binding = list_binding(code, asked)
    facets = {name: value for name, value in asked.items() if name in FACETS}
    page = find_list(
        code,
        facets=facets,
        changed_since=asked.get("changed_since"),
        column="edition__body" if asked.get("fields") == "full" else "edition__summary",
        cursor=read_cursor(cursor_text, binding) if cursor_text is not None else None,
        limit=asked.get("limit", DEFAULT_LIMIT),
    )
    if not page.items:
        refuse_unknown_vocabulary(facets)

    def address(there: bool, slug: str, *, backwards: bool) -> bytes:
        if not (there and page.slugs):
            return b"null"
        query = request.query_params.copy()
        query["cursor"] = write_cursor(Cursor(slug, backwards), binding)
        return orjson.dumps(f"{list_url(code)}?{urlencode(list(query.items()))}")

    body = b'{"items":[%b],"next":%b,"previous":%b}' % (
        b",".join(page.items),
        address(page.has_next, page.slugs[-1] if page.slugs else "", backwards=False),
        address(page.has_previous, page.slugs[0] if page.slugs else "", backwards=True),
    )
    return cached_response(
        request,
        body,
        digest=hashlib.sha256(body).hexdigest(),
        language_code=code,
        keys=(keys.TREATMENTS, keys.list_of(code), keys.of_language(code)),
        # No date: a list from which something was taken away is no newer than it was.
        expires_at=page.expires_at,
        location=list_url(code) if negotiated else "",
        vary="Accept-Language" if negotiated else "",
        # Whether an empty answer is one, or an unknown filter, the vocabulary decides.
        of_editions=not negotiated and bool(page.items or not facets),
    )


def list_url(code: str) -> str:
    return f"{settings.BASE_URL}/api/v1/{code}/treatments/"


def refuse_unknown_vocabulary(facets: Mapping[str, str]) -> None:
    """An empty answer to a misspelt category would look like a clinic without treatments."""
    for name, model in (("category", Category), ("body_region", BodyRegion), ("clinic", Clinic)):
        if name in facets:
            known = list(model.objects.values_list("slug", flat=True))
            if facets[name] not in known:
                raise bad_parameter(name, facets[name], known)


class LanguageList(PublicView):
    def get(self, request: Request) -> HttpResponseBase:
        parameters.read_parameters(request.query_params, {})
        coverage = {
            row["language"]: row
            for row in CurrentEdition.objects.visible_in_any_language()
            .values("language")
            .annotate(treatments=Count("pk"), all=Sum("blocks"), own=Sum("blocks_in_language"))
        }
        items = [_language_item(language, coverage) for language in all_languages()]
        return collection_response(request, items, source_language().code, keys.LANGUAGES)


def _language_item(language: Language, coverage: Mapping[str, Any]) -> dict[str, Any]:
    row = coverage.get(language.code, {"treatments": 0, "all": 0, "own": 0})
    return {
        "code": language.code,
        "name": language.name,
        "local_name": language.local_name,
        "dir": language.dir,
        "is_source": language == source_language(),
        "treatments": row["treatments"],
        "coverage": {"blocks": row["all"], "in_language": row["own"]},
        "url": list_url(language.code),
    }


def collection_response(
    request: Request, items: list[dict[str, Any]], code: str, key: str
) -> HttpResponseBase:
    """A short list that is not paged: it has neither next nor previous, but says so."""
    body = orjson.dumps({"items": items, "next": None, "previous": None})
    return cached_response(
        request,
        body,
        digest=hashlib.sha256(body).hexdigest(),
        language_code=code,
        keys=(key, keys.of_language(code)),
    )


class UnknownAddress(PublicView):
    """Whatever else is asked below /api/: a redirect where only the last slash is missing."""

    def get(self, request: Request, rest: str) -> HttpResponseBase:
        if not request.path.endswith("/") and _is_known(f"{request.path}/"):
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{request.path}/{'?' if query else ''}{query}")
        raise not_found(
            f"No such address: {request.path[:200]}. /api/docs/ lists those that there are.",
            value=request.path[:200],
        )


def _is_known(path: str) -> bool:
    return resolve(path).url_name != "unknown"
