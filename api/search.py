"""Search: what an app shows for what a reader types, in one language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from api import parameters
from api.cursor import list_binding
from api.problems import Problem, bad_parameter, missing_parameter
from api.views import PublicView, known_language, refuse_unknown_vocabulary
from pages.folding import folded_words
from pages.languages import source_language
from pages.models import CurrentEdition, Passage
from pages.searching.search import FACETS, Found, Matched, search
from pages.searching.snippets import snippets

LONGEST_QUESTION = 200
MOST_WORDS = 20
DEFAULT_LIMIT = 10
MOST_ITEMS = 50
ALLOWED = (
    f"what is looked for: 1 to {MOST_WORDS} words in at most {LONGEST_QUESTION} characters, "
    "without control characters"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What an item has of the stored summary; the rest is a request away.
OF_SUMMARY = ("id", "slug", "url", "lang", "dir", "heading", "summary", "category", "body_region")
_SALT = "polyclinic.search-cursor"


def question(name: str, value: str) -> str:
    """What a reader typed. Quotes and symbols are allowed: no engine takes them for a command."""
    if len(value) > LONGEST_QUESTION or _CONTROLS.search(value):
        raise bad_parameter(name, value[:LONGEST_QUESTION], [ALLOWED])
    if not 1 <= len(folded_words(value, source_language().code)) <= MOST_WORDS:
        raise bad_parameter(name, value, [ALLOWED])
    return value


SEARCH_PARAMETERS: Mapping[str, parameters.Reader] = {
    "q": question,
    "category": parameters.slug,
    "body_region": parameters.slug,
    "limit": parameters.whole_number(1, MOST_ITEMS),
    "cursor": lambda name, value: value,
}


class Search(PublicView):
    def get(self, request: Request, language: str) -> HttpResponseBase:
        asked = parameters.read_parameters(request.query_params, SEARCH_PARAMETERS)
        code = known_language(language).code
        if "q" not in asked:
            raise missing_parameter("q", [ALLOWED])
        cursor = asked.pop("cursor", None)
        start = _position(cursor, list_binding(code, asked)) if cursor is not None else 0
        facets = {name: asked[name] for name in FACETS if name in asked}
        found = search(asked["q"], code, facets)
        if not found.hits:
            refuse_unknown_vocabulary(facets)
        return _uncached_response(request, orjson.dumps(_answer(found, code, asked, start)), code)


def _answer(found: Found, code: str, asked: Mapping[str, Any], start: int) -> dict[str, Any]:
    limit = asked.get("limit", DEFAULT_LIMIT)
    end = start + limit
    return {
        "items": _items(found, code, start, end),
        "next": _address(code, asked, end) if end < len(found.hits) else None,
        "previous": _address(code, asked, max(0, start - limit)) if start else None,
        "total": len(found.hits),
        "total_is_exact": not found.is_capped,
        "matched": found.matched,
        "searched_for": " ".join(found.words) if found.matched is Matched.CORRECTED else None,
        "facets": {
            name: [{"slug": slug, "count": count} for slug, count in counts.items()]
            for name, counts in found.facets.items()
        },
    }


def _items(found: Found, code: str, start: int, end: int) -> list[dict[str, Any]]:
    keys = [hit.key for hit in found.hits[start:end]]
    rows = {
        key: (orjson.loads(bytes(summary)), [Passage(*each) for each in passages])
        for key, summary, passages in CurrentEdition.objects.visible(code)
        .filter(search_entry__in=keys)
        .values_list("search_entry", "edition__summary", "search_entry__passages")
    }
    lines = snippets({key: rows[key][1] for key in rows}, found.words, code)
    return [
        {**{name: rows[key][0][name] for name in OF_SUMMARY}, "snippets": lines[key]}
        for key in keys
        if key in rows  # it may have expired since it was found
    ]


def _address(code: str, asked: Mapping[str, Any], position: int) -> str:
    """Of the page that begins with this hit. Hits are found anew: what is published in between
    may move one from a page to the next."""
    cursor = Signer(salt=_SALT).sign_object([position, list_binding(code, asked)])
    query = urlencode({**asked, "cursor": cursor})
    return f"{settings.BASE_URL}/api/v1/{code}/search/?{query}"


def _position(cursor: str, binding: str) -> int:
    try:
        position, bound_to = Signer(salt=_SALT).unsign_object(cursor)
    except (BadSignature, ValueError, TypeError):
        position = bound_to = None
    if bound_to != binding or not isinstance(position, int):
        raise Problem(
            "foreign-cursor",
            HTTPStatus.BAD_REQUEST,
            "This cursor was altered or belongs to another search. "
            "Allowed: the next or previous address of an answer, unchanged.",
            parameter="cursor",
            value=cursor[:80],
        )
    return position


def _uncached_response(request: Request, body: bytes, code: str) -> HttpResponseBase:
    """What somebody looks for can say what they have: no cache keeps it, neither one that readers
    share nor a browser's on a computer that a family shares. The ETag is for an app's own memory.
    """
    response = HttpResponse(body, content_type="application/json")
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    response["ETag"] = etag
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = code
    return get_conditional_response(request, etag=etag, response=response) or response
