"""What the parameters of api/views.py mean. The views say which each operation takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter

from api import search
from api.formats import FORMATS
from api.shaping import BLOCK_TYPES
from api.sync import DEFAULT_SYNC_LIMIT
from api.views import DEFAULT_LIMIT
from pages.document.print_page import Paper
from pages.document.rich_forms import RICH_FORMS
from pages.document.schema import Polymorphism, Schema
from pages.document.text_page import NARROWEST, WIDEST
from pages.document.vocabulary import Specialty
from pages.languages import all_languages, source_language

POLYMORPHISMS: tuple[Polymorphism, ...] = ("oneOf", "allOf")

_SLUG: Schema = {"type": "string", "pattern": "^[a-z0-9]+(?:[-_][a-z0-9]+)*$", "maxLength": 80}


def _term(values: Iterable[str], **more: Any) -> Schema:
    return {"type": "string", "enum": [str(value) for value in values], **more}


def parameter_components() -> Schema:
    """The closed lists of parameters, named, so that a generated client has one type for each.

    `Aspect` is a schema of the document already.
    """
    return {
        "BlockType": _term(BLOCK_TYPES),
        "Fallback": _term(("source", "none"), default="source"),
        "FormatSuffix": _term(each.suffix for each in FORMATS),
        "Fields": _term(("summary", "full"), default="summary"),
        "LanguageCode": _term(language.code for language in all_languages()),
        "RichForm": _term(RICH_FORMS, default="spans"),
        "Specialty": _term(Specialty),
    }


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


# name: (schema, description)
_QUERY: Mapping[str, tuple[Schema, str]] = {
    "aspect": (
        _named("Aspect"),
        "Only the blocks of this aspect, and always the critical blocks of the page with them.",
    ),
    "rich": (
        _named("RichForm"),
        "The form of rich text (`RichText`): a tree of spans, or one string of HTML or of plain "
        "text. This document describes spans; for a client of one of the others take "
        "/api/schema/?rich=html or /api/schema/?rich=text, where RichText is a string.",
    ),
    "known": (
        {"type": "array", "items": _named("BlockType"), "minItems": 1},
        "The types of block that the client can show. Any other comes as a prose_section with "
        "its `fallback_text`, so that an old app loses no words.",
    ),
    "fallback": (
        _named("Fallback"),
        "What to do with a block that has no current, reviewed translation: send it in the "
        "source language, or leave it out. A critical block is never left out.",
    ),
    "category": (_SLUG, "The slug of a category."),
    "body_region": (_SLUG, "The slug of a body region."),
    "clinic": (_SLUG, "The slug of a clinic that offers the treatment."),
    "specialty": (_named("Specialty"), "A medical specialty, as schema.org names it."),
    "code": (
        {"type": "string", "pattern": "^(?:(?:icd-10-cm|snomed-ct|cpt):)?[A-Z0-9.]{3,18}$"},
        "A code of the page, alone or with its system: M54.50 or icd-10-cm:M54.50.",
    ),
    "changed_since": (
        {"type": "string", "format": "date-time"},
        "Only what changed after this moment (RFC 3339, with an offset).",
    ),
    "fields": (
        _named("Fields"),
        "Documents without their blocks, or whole.",
    ),
    "limit": (
        {"type": "integer", "minimum": 1, "maximum": 100, "default": DEFAULT_LIMIT},
        "How many documents a page of the list has.",
    ),
    "cursor": (
        {"type": "string"},
        "Where the page begins. Take it from `next` or `previous`; with other filters or in "
        "another language it is refused.",
    ),
    "polymorphism": (
        _term(POLYMORPHISMS, default="oneOf"),
        "How a union of types is written. oneOf suits generators for Swift and TypeScript, "
        "allOf those for Kotlin and Java.",
    ),
    "width": (
        {"type": "integer", "minimum": NARROWEST, "maximum": WIDEST},
        "Of plain text alone: the columns that its lines are wrapped at (a Chinese character "
        "takes two). Without it a paragraph is one line.",
    ),
    "paper": (
        _term(Paper),
        "Of PDF alone: the size of the sheet. The default is the site's.",
    ),
    "format": (
        _term(("json", "yaml")),
        "The default is what the Accept header asks for, else JSON.",
    ),
}


_SYNC: Mapping[str, tuple[Schema, str]] = {
    "initial": (_term(("true",)), "Begin anew. The same as no cursor."),
    "cursor": (
        {"type": "string"},
        "The `next_cursor` of the answer before. With other languages it is refused.",
    ),
    "languages": (
        {"type": "array", "items": _named("LanguageCode"), "minItems": 1},
        "Further languages besides that of the address, in the same answer.",
    ),
    "limit": (
        {"type": "integer", "minimum": 1, "maximum": 100, "default": DEFAULT_SYNC_LIMIT},
        "How many changes a page has at most.",
    ),
    "wait": (
        {"type": "integer", "minimum": 0, "maximum": 30, "default": 0},
        "How many seconds to wait for a change where there is none yet. A busy server answers "
        "at once.",
    ),
}


_SEARCH: Mapping[str, tuple[Schema, str]] = {
    "q": (
        {
            "type": "string",
            "minLength": 1,
            "maxLength": search.LONGEST_QUESTION,
            "examples": ["back pain"],
        },
        f"What a reader typed: 1 to {search.MOST_WORDS} words. No character has a meaning of its "
        "own.",
    ),
    "category": _QUERY["category"],
    "body_region": _QUERY["body_region"],
    "limit": (
        {
            "type": "integer",
            "minimum": 1,
            "maximum": search.MOST_ITEMS,
            "default": search.DEFAULT_LIMIT,
        },
        "How many hits a page has at most.",
    ),
    "cursor": (
        {"type": "string"},
        "Where the page begins. Take it from `next` or `previous`; that of another search is "
        "refused.",
    ),
}


def query_parameters(
    names: Iterable[str], known: Mapping[str, tuple[Schema, str]] = _QUERY
) -> list[OpenApiParameter]:
    """Raises KeyError for a parameter that a view takes and nobody described here."""
    return [
        OpenApiParameter(
            name,
            type=known[name][0],
            description=known[name][1],
            # Lists are comma-separated: ?known=lead,steps
            explode=False if known[name][0].get("type") == "array" else None,
        )
        for name in names
    ]


def sync_parameters(names: Iterable[str]) -> list[OpenApiParameter]:
    return query_parameters(names, _SYNC)


def search_parameters(names: Iterable[str]) -> list[OpenApiParameter]:
    found = query_parameters(names, _SEARCH)
    for parameter in found:
        parameter.required = parameter.name == "q"
    return found


def language_parameter() -> OpenApiParameter:
    return OpenApiParameter(
        "language",
        type=_named("LanguageCode"),
        location=OpenApiParameter.PATH,
        description=f"A language of the site, in lower case. {source_language().name} is the "
        "source language.",
    )


def reference_parameter() -> OpenApiParameter:
    return OpenApiParameter(
        "reference",
        type={"type": "string"},
        location=OpenApiParameter.PATH,
        description="The slug or the UUID of a treatment. Both are the same in every language.",
    )


def suffix_parameter() -> OpenApiParameter:
    return OpenApiParameter(
        "suffix",
        type=_named("FormatSuffix"),
        location=OpenApiParameter.PATH,
        description="The format, as files of it end.",
    )


def accept_language_parameter() -> OpenApiParameter:
    return OpenApiParameter(
        "Accept-Language",
        type={"type": "string"},
        location=OpenApiParameter.HEADER,
        description="The reader's languages (RFC 9110, 12.5.4). The best of those there are "
        "is served, else the source language; Content-Location names the canonical address.",
    )


def range_parameters() -> list[OpenApiParameter]:
    """Of an answer that may be asked for in parts."""
    said = {
        "Range": "One range of bytes, such as bytes=1000- (RFC 9110, 14.2), answered with 206.",
        "If-Range": "The ETag of the part that is there already: where the whole has changed "
        "since, all of it comes, with 200.",
    }
    return [
        OpenApiParameter(
            name,
            type={"type": "string"},
            location=OpenApiParameter.HEADER,
            description=description,
        )
        for name, description in said.items()
    ]


def response_headers(names: Iterable[str]) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(
            name,
            type={"type": "string"},
            location=OpenApiParameter.HEADER,
            description=_HEADERS[name],
            response=[200],
        )
        for name in names
    ]


_HEADERS: Mapping[str, str] = {
    "ETag": "Of exactly these bytes, strong. Send it as If-None-Match for a 304 without a body.",
    "Last-Modified": "When the document last changed.",
    "Content-Language": "The language asked for. Each block says its own in `lang`.",
    "Content-Location": "The canonical address of what was sent.",
    "Cache-Control": "How long caches may keep it; never longer than it is valid.",
    "Link": "rel=canonical, and rel=alternate with hreflang for each language that there is.",
    "Surrogate-Key": "What a cache can be purged by.",
    "Accept-Ranges": "bytes: parts of it may be asked for.",
    "Content-Digest": "SHA-256 of what is sent (RFC 9530).",
    "Repr-Digest": "SHA-256 of the whole, also where a part is sent (RFC 9530).",
    "Content-Disposition": "A name to store it under.",
}
CACHED = ("ETag", "Content-Language", "Cache-Control", "Surrogate-Key")
DATED = (*CACHED, "Last-Modified")
DOWNLOADED = (*CACHED, "Accept-Ranges", "Content-Digest", "Repr-Digest", "Content-Disposition")
