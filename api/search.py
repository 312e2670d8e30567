"""Search: what an app shows for what a reader types, in one language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from api import parameters
from api.problems import bad_parameter, missing_parameter
from api.views import PublicView, known_language, refuse_unknown_vocabulary
from pages.folding import folded_words
from pages.languages import source_language
from pages.models import CurrentEdition
from pages.searching.search import FACETS, Found, Matched, search
from pages.searching.snippets import snippets

LONGEST_QUESTION = 200
MOST_WORDS = 20
DEFAULT_LIMIT = 10
MOST_ITEMS = 50
_ALLOWED = (
    f"what is looked for: 1 to {MOST_WORDS} words in at most {LONGEST_QUESTION} characters, "
    "without control characters"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# What an item has of the stored summary; the rest is a request away.
_OF_SUMMARY = ("id", "slug", "url", "lang", "dir", "heading", "summary", "category", "body_region")


def question(name: str, value: str) -> str:
    """What a reader typed. Quotes and symbols are allowed: no engine takes them for a command."""
    words = len(folded_words(value[:LONGEST_QUESTION], source_language().code))
    if len(value) > LONGEST_QUESTION or not 1 <= words <= MOST_WORDS or _CONTROLS.search(value):
        raise bad_parameter(name, value[:LONGEST_QUESTION], [_ALLOWED])
    return value


SEARCH_PARAMETERS: Mapping[str, parameters.Reader] = {
    "q": question,
    "category": parameters.slug,
    "body_region": parameters.slug,
    "limit": parameters.whole_number(1, MOST_ITEMS),
}


class Search(PublicView):
    def get(self, request: Request, language: str) -> HttpResponseBase:
        asked = parameters.read_parameters(request.query_params, SEARCH_PARAMETERS)
        code = known_language(language).code
        text = asked.get("q")
        if text is None:
            raise missing_parameter("q", [_ALLOWED])
        facets = {name: asked[name] for name in FACETS if name in asked}
        found = search(text, code, facets)
        if not found.hits:
            refuse_unknown_vocabulary(facets)
        body = orjson.dumps(_answer(found, code, asked.get("limit", DEFAULT_LIMIT)))
        return _uncached_response(request, body, code)


def _answer(found: Found, code: str, limit: int) -> dict[str, Any]:
    return {
        "items": _items(found, code, limit),
        # There are no pages: a second one of an order that changes would repeat and leave out.
        "next": None,
        "previous": None,
        "total": len(found.hits),
        "total_is_exact": not found.is_capped,
        "matched": found.matched,
        "searched_for": " ".join(found.words) if found.matched is Matched.CORRECTED else None,
        "facets": {
            name: [{"slug": slug, "count": count} for slug, count in counts.items()]
            for name, counts in found.facets.items()
        },
    }


def _items(found: Found, code: str, limit: int) -> list[dict[str, Any]]:
    keys = [hit.key for hit in found.hits[:limit]]
    rows = {
        key: (orjson.loads(bytes(summary)), passages)
        for key, summary, passages in CurrentEdition.objects.visible(code)
        .filter(search_entry__in=keys)
        .values_list("search_entry", "edition__summary", "search_entry__passages")
    }
    lines = snippets({key: rows[key][1] for key in rows}, found.words, code)
    return [
        {**{name: rows[key][0][name] for name in _OF_SUMMARY}, "snippets": lines[key]}
        for key in keys
        if key in rows  # it may have expired since it was found
    ]


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
