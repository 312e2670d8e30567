"""The addresses of the schemas and of the page that shows them."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import ClassVar, Literal

import orjson
import yaml
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.generic import TemplateView
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from api.caching import cached_response
from api.openapi.generator import openapi_document
from api.openapi.parameters import POLYMORPHISMS
from api.parameters import Reader, one_of, read_parameters
from api.views import PublicView
from pages.document.rich_forms import RICH_FORMS, RichForm
from pages.document.schema import Polymorphism, document_schema

FileFormat = Literal["json", "yaml"]
OPENAPI_PARAMETERS: dict[str, Reader] = {
    "polymorphism": one_of(POLYMORPHISMS),
    "rich": one_of(RICH_FORMS),
    "format": one_of(("json", "yaml")),
}


class Yaml(BaseRenderer):
    """For content negotiation alone: the view writes its own bytes."""

    media_type = "application/yaml"  # RFC 9512
    format = "yaml"


class OpenApiView(PublicView):
    renderer_classes = (JSONRenderer, Yaml)

    def get(self, request: Request) -> HttpResponseBase:
        asked = read_parameters(request.query_params, OPENAPI_PARAMETERS)
        negotiated = request.accepted_renderer.format
        file_format: FileFormat = asked.get("format", "yaml" if negotiated == "yaml" else "json")
        body = openapi_bytes(
            asked.get("polymorphism", "oneOf"), asked.get("rich", "spans"), file_format
        )
        return _schema_response(request, body, f"application/{file_format}")


class SchemaJson(JSONRenderer):
    media_type = "application/schema+json"


class DocumentSchemaView(PublicView):
    renderer_classes = (SchemaJson, JSONRenderer)

    def get(self, request: Request) -> HttpResponseBase:
        read_parameters(request.query_params, {})
        return _schema_response(request, document_schema_bytes(), "application/schema+json")


class DocsView(TemplateView):
    """Swagger UI from our own static files: it works without the internet."""

    template_name = "api/docs.html"
    schemas: ClassVar[tuple[tuple[str, str], ...]] = (
        ("oneOf: Swift, TypeScript", ""),
        ("allOf: Kotlin, Java", "?polymorphism=allOf"),
        ("Rich text as HTML", "?rich=html"),
        ("Rich text as plain text", "?rich=text"),
    )

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        # Whatever Swagger UI may try, nothing is fetched from elsewhere.
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            "frame-ancestors 'none'"
        )
        return response

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        address = reverse("api:openapi")
        urls = [{"name": name, "url": f"{address}{query}"} for name, query in self.schemas]
        return super().get_context_data(**kwargs) | {"urls": urls}


@cache
def openapi_bytes(polymorphism: Polymorphism, rich: RichForm, file_format: FileFormat) -> bytes:
    document = openapi_document(polymorphism, rich)
    if file_format == "yaml":
        return yaml.safe_dump(
            document, allow_unicode=True, sort_keys=False, width=100, encoding="utf-8"
        )
    return pretty(document)


@cache
def document_schema_bytes() -> bytes:
    return pretty(document_schema())


def pretty(value: object) -> bytes:
    """JSON as the snapshots have it, so that they can be compared with what is served."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _schema_response(request: Request, body: bytes, content_type: str) -> HttpResponseBase:
    response = cached_response(
        request,
        body,
        digest=hashlib.sha256(body).hexdigest(),
        language_code="en",
        keys=("schemas",),
        vary="Accept",
    )
    if response.status_code == 200:
        response.headers["Content-Type"] = content_type
    return response
