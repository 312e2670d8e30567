"""What each view of the API does, for its description. One entry a view, no other place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from drf_spectacular.utils import OpenApiParameter
from rest_framework.views import APIView

from api import bundles, search, sync, views, vocabulary
from api.formats import FORMATS
from api.openapi import parameters as described
from api.openapi import views as schema_views
from api.openapi.parameters import CACHED, DATED, DOWNLOADED
from api.shaping import SHAPE_PARAMETERS
from pages.document.schema import Schema


@dataclass(frozen=True, slots=True)
class Operation:
    """One GET. schema: of the body; problems: the statuses of its refusals; examples: their
    names in examples.json begin with `id` and a slash; in_parts: whether Range is answered."""

    id: str
    tag: str
    summary: str
    description: str
    schema: Schema
    parameters: tuple[OpenApiParameter, ...] = ()
    problems: tuple[HTTPStatus, ...] = ()
    media_types: tuple[str, ...] = ("application/json",)
    in_parts: bool = False

    def schema_of(self, media_type: str) -> Schema:
        """Where a view answers text too, what is JSON is an object and not a string."""
        is_text = self.schema == {"type": "string"}
        return {"type": "object"} if is_text and media_type.endswith("json") else self.schema


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_REFUSED = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)
_DETAIL = described.query_parameters(SHAPE_PARAMETERS)
_LIST = described.query_parameters(views.LIST_PARAMETERS)
_DETAIL_TEXT = (
    "What the app shows: every block says in `lang` which language it is really in and in "
    "`translation` why. A block without a current, reviewed translation comes in the source "
    "language, whole. HEAD and conditional requests work as usual. `Accept` may ask for any "
    "format of get_treatment_file instead; these parameters are of JSON alone."
)
_FILE_TEXT = (
    "The page as a whole in one format, by an address that ends in it. Each is written from the "
    "same edition as the JSON: what fell back to the source language says so in the page's own. "
    "`.json` is what get_treatment answers and takes its parameters."
)
_LIST_TEXT = (
    "Ordered by slug. `next` and `previous` are whole addresses, or null at either end. "
    "Filters narrow together; a category, body region or clinic that does not exist is refused."
)


def _vocabulary(view: type[vocabulary.VocabularyList], words: str) -> Operation:
    name = view.key.replace("-", "_")
    return Operation(
        id=f"list_{name}",
        tag="Vocabulary",
        summary=words,
        description="All of them, in the asked language where the term is wholly translated and "
        "current, else in the source language; `lang` says which.",
        schema=_reference(f"{view.model.__name__}List"),
        parameters=(described.language_parameter(), *described.response_headers(CACHED)),
        problems=_REFUSED,
    )


def _bundle(view: type[bundles.BundleFile], name: str, words: str) -> Operation:
    return Operation(
        id=name,
        tag="Bundles",
        summary=f"All that is public in a language, as {words}",
        description="A manifest (`BundleManifest`), the documents to the byte and each image in "
        "one width. Its `cursor` is where sync_treatments goes on. Every document in it is what "
        "is public when it is sent; 503 (bundle-not-ready) where such a bundle is still being "
        "made.",
        schema={"type": "string", "format": "binary"},
        parameters=(
            described.language_parameter(),
            *described.range_parameters(),
            *described.response_headers(DOWNLOADED),
        ),
        problems=(
            *_REFUSED,
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            HTTPStatus.SERVICE_UNAVAILABLE,
            HTTPStatus.INSUFFICIENT_STORAGE,
        ),
        media_types=(view.media_type,),
        in_parts=True,
    )


OPERATIONS: Mapping[type[APIView], Operation] = {
    views.TreatmentDetail: Operation(
        id="get_treatment",
        tag="Treatments",
        summary="A treatment page in a language",
        description=_DETAIL_TEXT,
        schema=_reference("Document"),
        parameters=(
            described.language_parameter(),
            described.reference_parameter(),
            *_DETAIL,
            *described.response_headers((*DATED, "Link")),
        ),
        problems=_REFUSED,
    ),
    views.TreatmentFile: Operation(
        id="get_treatment_file",
        tag="Treatments",
        summary="A treatment page as HTML, plain text, Markdown, JSON-LD, PDF or email",
        description=_FILE_TEXT,
        schema={"type": "string"},
        parameters=(
            described.language_parameter(),
            described.reference_parameter(),
            described.suffix_parameter(),
            *described.query_parameters(["width", "paper"]),
            *described.response_headers((*CACHED, "Link")),
        ),
        problems=(*_REFUSED, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.SERVICE_UNAVAILABLE),
        media_types=tuple(each.media_type for each in FORMATS),
    ),
    views.TreatmentList: Operation(
        id="list_treatments",
        tag="Treatments",
        summary="The treatments of a language",
        description=_LIST_TEXT,
        schema=_reference("DocumentList"),
        parameters=(described.language_parameter(), *_LIST, *described.response_headers(CACHED)),
        problems=_REFUSED,
    ),
    views.NegotiatedTreatmentDetail: Operation(
        id="get_treatment_negotiated",
        tag="Treatments",
        summary="A treatment page in the reader's language",
        description=_DETAIL_TEXT,
        schema=_reference("Document"),
        parameters=(
            described.reference_parameter(),
            described.accept_language_parameter(),
            *_DETAIL,
            *described.response_headers((*CACHED, "Link", "Content-Location")),
        ),
        problems=_REFUSED,
    ),
    views.NegotiatedTreatmentList: Operation(
        id="list_treatments_negotiated",
        tag="Treatments",
        summary="The treatments in the reader's language",
        description=_LIST_TEXT,
        schema=_reference("DocumentList"),
        parameters=(
            described.accept_language_parameter(),
            *_LIST,
            *described.response_headers((*CACHED, "Content-Location")),
        ),
        problems=(HTTPStatus.BAD_REQUEST,),
    ),
    sync.Sync: Operation(
        id="sync_treatments",
        tag="Sync",
        summary="What changed since a cursor",
        description="Without a cursor everything that is public, in pages; then each change once, "
        "in the order in which it was committed: a whole document, or `deleted` with a reason. "
        "Applied in their order, all pages give what a fresh start would. 410 (sync-reset): begin "
        "anew and replace everything.",
        schema=_reference("DocumentChanges"),
        parameters=(
            described.language_parameter(),
            *described.sync_parameters(sync.SYNC_PARAMETERS),
            *described.response_headers(CACHED),
        ),
        problems=(*_REFUSED, HTTPStatus.GONE),
    ),
    bundles.BundleZip: _bundle(bundles.BundleZip, "get_bundle_zip", "a zip"),
    bundles.BundleNdjson: _bundle(
        bundles.BundleNdjson, "get_bundle_ndjson", "lines of JSON, compressed with Zstandard"
    ),
    search.Search: Operation(
        id="search_treatments",
        tag="Search",
        summary="What a reader looks for, in a language",
        description="Only what is public in the language now, best first; a word of a heading "
        "counts more than one of a line. Case, accents and vowel signs do not matter. `matched` "
        "says how the words were found: `all` of them; `corrected`, where misspelt ones were, "
        "for `searched_for`; or `any` of them. `total` ends at a limit of the engine, and "
        "`total_is_exact` says so. Snippets are plain text in spans, never markup; each says "
        "which language it is really in. The answer may be kept by nobody.",
        schema=_reference("SearchResults"),
        parameters=(
            described.language_parameter(),
            *described.search_parameters(search.SEARCH_PARAMETERS),
            *described.response_headers(("ETag", "Content-Language", "Cache-Control")),
        ),
        problems=_REFUSED,
    ),
    views.LanguageList: Operation(
        id="list_languages",
        tag="Languages",
        summary="The languages, and how much is translated",
        description="`coverage` counts the blocks of all public pages of the language, and "
        "those of them that are really in it.",
        schema=_reference("LanguageList"),
        parameters=tuple(described.response_headers(CACHED)),
        problems=(HTTPStatus.BAD_REQUEST,),
    ),
    vocabulary.CategoryList: _vocabulary(vocabulary.CategoryList, "Categories of treatments"),
    vocabulary.BodyRegionList: _vocabulary(vocabulary.BodyRegionList, "Regions of the body"),
    vocabulary.ClinicList: _vocabulary(vocabulary.ClinicList, "Clinics"),
    vocabulary.PractitionerList: _vocabulary(
        vocabulary.PractitionerList, "Practitioners who review content"
    ),
    vocabulary.GlossaryList: _vocabulary(vocabulary.GlossaryList, "Terms explained in texts"),
    schema_views.OpenApiView: Operation(
        id="get_openapi",
        tag="Schemas",
        summary="This description, OpenAPI 3.1",
        description="In the form that a generator of clients understands best.",
        schema={"type": "object"},
        parameters=(
            *described.query_parameters(schema_views.OPENAPI_PARAMETERS),
            *described.response_headers(CACHED),
        ),
        problems=(HTTPStatus.BAD_REQUEST,),
        media_types=("application/json", "application/yaml"),
    ),
    schema_views.DocumentSchemaView: Operation(
        id="get_document_schema",
        tag="Schemas",
        summary="JSON Schema of a document",
        description="JSON Schema 2020-12 of a treatment page with the default form of rich text.",
        schema={"type": "object"},
        parameters=tuple(described.response_headers(CACHED)),
        problems=(HTTPStatus.BAD_REQUEST,),
        media_types=("application/schema+json",),
    ),
}

# Views that answer only with a redirect or a refusal.
UNDESCRIBED = (views.UnknownAddress,)
