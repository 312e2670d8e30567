"""Every named schema of the API: the document's own, lists, vocabulary, languages, problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models

from api import vocabulary
from api.openapi.parameters import parameter_components
from api.openapi.webhooks import message_components
from api.search import OF_SUMMARY
from pages.bundles.manifest import VERSION as BUNDLE_VERSION
from pages.document.rich_forms import RichForm
from pages.document.schema import Polymorphism, Schema, document_components
from pages.publishing.feed import REASONS
from pages.searching.search import FACETS, Matched

VOCABULARY_VIEWS: tuple[type[vocabulary.VocabularyList], ...] = (
    vocabulary.CategoryList,
    vocabulary.BodyRegionList,
    vocabulary.ClinicList,
    vocabulary.PractitionerList,
    vocabulary.GlossaryList,
)

_TEXT: Schema = {"type": "string"}
_NO_ADDRESS: Schema = {"type": ["string", "null"], "description": "A whole address, or null."}


def components(polymorphism: Polymorphism, rich: RichForm) -> Schema:
    """`components.schemas`, sorted by name."""
    found = {**document_components(polymorphism, rich), **parameter_components()}
    found["DocumentList"] = _list_of("DocumentSummary")
    found |= _changes(rich)
    found |= _bundle_manifest()
    found |= _search_results(found["DocumentSummary"]["properties"])
    found |= message_components()
    found["Language"] = _language()
    found["LanguageList"] = _list_of("Language")
    found["Problem"] = _problem()
    for view in VOCABULARY_VIEWS:
        name = view.model.__name__
        found[name] = _term(view)
        found[f"{name}List"] = _list_of(name)
    return dict(sorted(found.items()))


def _object(properties: Mapping[str, Schema], description: str = "") -> Schema:
    described = {"description": description} if description else {}
    return {
        "type": "object",
        **described,
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_of(name: str) -> Schema:
    items = {"type": "array", "items": _reference(name)}
    return _object({"items": items, "next": _NO_ADDRESS, "previous": _NO_ADDRESS})


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _term(view: type[vocabulary.VocabularyList]) -> Schema:
    names: Iterable[str] = ("slug", *view.model.translated, *view.shared)
    fields: dict[str, Schema] = {name: _column(view.model, name) for name in names}
    description = (view.model.__doc__ or "").strip()
    # Django writes a docstring of its own where there is none: "Category(id, slug, ...)".
    if description.startswith(f"{view.model.__name__}("):
        description = ""
    return _object({**fields, "lang": _TEXT, "dir": _reference("Direction")}, description)


def _column(model: type[models.Model], name: str) -> Schema:
    field = model._meta.get_field(name)
    return {"type": "boolean"} if isinstance(field, models.BooleanField) else _TEXT


def _language() -> Schema:
    return _object(
        {
            "code": {"type": "string", "description": "BCP 47, in lower case."},
            "name": {"type": "string", "description": "In English."},
            "local_name": {"type": "string", "description": "In the language itself."},
            "dir": _reference("Direction"),
            "is_source": {"type": "boolean", "description": "Whether pages are written in it."},
            "treatments": {"type": "integer", "description": "How many are public in it."},
            "coverage": _reference("Coverage"),
            "url": {"type": "string", "description": "The list of its treatments."},
        }
    )


def _changes(rich: RichForm) -> Schema:
    document = _reference("Document")
    if rich != "spans":  # sync gives the stored bytes, whatever form other answers are asked in
        document = {"type": "object", "description": "A Document with rich text as spans."}
    of: dict[str, Schema] = {
        "id": {"type": "string", "description": "Of the treatment, in every language."},
        "language": _reference("LanguageCode"),
        "seq": {"type": "integer", "description": "The position in the log."},
    }
    reason: Schema = {"type": "string", "enum": list(REASONS)}
    gone: Schema = {"deleted": {"type": "boolean", "const": True}, "reason": reason}
    # Generated clients name a class by the component; a union without a name is given an ugly one.
    item: Schema = {"oneOf": [_reference("DocumentChange"), _reference("DocumentTombstone")]}
    return {
        "DocumentChange": _object({**of, "document": document}, "New or changed."),
        "DocumentTombstone": _object({**of, **gone}, "No longer to be shown."),
        "SyncItem": item,
        "DocumentChanges": _object(
            {
                "items": {"type": "array", "items": _reference("SyncItem")},
                "has_more": {"type": "boolean"},
                "next_page": _NO_ADDRESS,
                "next_cursor": {"type": "string", "description": "To keep, and to go on with."},
            }
        ),
    }


def _bundle_manifest() -> Schema:
    number: Schema = {"type": "integer", "minimum": 0}
    file: dict[str, Schema] = {
        "path": {"type": "string", "description": "In the zip."},
        "bytes": number,
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
    urls: Schema = {"type": "array", "items": _TEXT, "minItems": 1}
    return {
        "BundleManifest": _object(
            {
                "type": {"type": "string", "const": "manifest"},
                "version": {"type": "integer", "const": BUNDLE_VERSION},
                "language": _reference("LanguageCode"),
                "cursor": {"type": "string", "description": "Where sync_treatments goes on."},
                "documents": {"type": "array", "items": _reference("BundleDocument")},
                "image_width": number,
                "images": {"type": "array", "items": _reference("BundleImage")},
            },
            "manifest.json of a zip, and the first line of the other format.",
        ),
        "BundleDocument": _object(
            {"id": _TEXT, "slug": _TEXT, **file}, "Which file of a bundle a document is in."
        ),
        "BundleImage": _object(
            {
                **file,
                "media_type": _TEXT,
                "width": number,
                "height": number,
                "urls": {**urls, "description": "The addresses in documents that it stands for."},
            },
            "Which file of a bundle an image is in.",
        ),
    }


def _search_results(of_summary: Mapping[str, Schema]) -> Schema:
    facet = {"type": "array", "items": _reference("SearchFacet")}
    snippets = {"type": "array", "items": _reference("SearchSnippet")}
    return {
        "SearchResults": _object(
            {
                "items": {"type": "array", "items": _reference("SearchHit")},
                "next": _NO_ADDRESS,
                "previous": _NO_ADDRESS,
                "total": {"type": "integer", "description": "How many hits there are."},
                "total_is_exact": {"type": "boolean", "description": "Else there may be more."},
                "matched": {"type": "string", "enum": [each.value for each in Matched]},
                "searched_for": {
                    "type": ["string", "null"],
                    "description": "The corrected words, in lower case, where `matched` says so.",
                },
                "facets": _object(dict.fromkeys(FACETS, facet)),
            }
        ),
        "SearchFacet": _object(
            {
                "slug": _TEXT,
                "count": {
                    "type": "integer",
                    "description": "Of hits that have it, where the other facet stays as asked.",
                },
            }
        ),
        "SearchHit": _object(
            {**{name: of_summary[name] for name in OF_SUMMARY}, "snippets": snippets},
            "A treatment that was found, without its blocks.",
        ),
        "SearchSnippet": _object(
            {
                "block": {"type": ["string", "null"], "description": "Its id; null: the summary."},
                "lang": {"type": "string", "description": "Which language the line is really in."},
                "dir": _reference("Direction"),
                "translation_status": _reference("TranslationStatus"),
                "critical": {"type": "boolean", "description": "A line of these is never cut."},
                "spans": {"type": "array", "items": _reference("SearchSpan")},
            },
            "A line in which something was found: the texts of its spans, one after the other.",
        ),
        "SearchSpan": _object({"text": _TEXT, "match": {"type": "boolean"}}, "Never markup."),
    }


def _problem() -> Schema:
    schema = _object(
        {
            "type": {
                "type": "string",
                "description": "A stable name, such as urn:polyclinic:problem:bad-parameter.",
            },
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "For a developer, in English."},
            "parameter": {"type": "string", "description": "What was wrong."},
            "value": {"type": "string", "description": "The value that was wrong."},
            "allowed": {
                "type": "array",
                "items": _TEXT,
                "description": "What would have been right.",
            },
        },
        "Why a request was refused (RFC 9457).",
    )
    schema["required"] = ["type", "title", "status", "detail"]
    # RFC 9457, 3.2: a client ignores members that it does not know.
    schema["additionalProperties"] = True
    return schema
