"""The OpenAPI document, in the view that a generator of clients understands best.

Why there are views, and what generators make of each: docs/decisions/0005-views-of-the-schema.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request

from api.openapi.components import components
from api.openapi.examples import stored_examples
from api.openapi.webhooks import webhooks
from pages.document.json_text import type_value
from pages.document.nodes import Block
from pages.document.rich_forms import RichForm, transform_rich
from pages.document.schema import Polymorphism, Schema


class OpenApiGenerator(SchemaGenerator):
    """drf-spectacular's generator with the schemas of components.py, for /api/ alone."""

    def __init__(
        self,
        *args: Any,
        polymorphism: Polymorphism = "oneOf",
        rich: RichForm = "spans",
        **options: Any,
    ) -> None:
        # Wagtail's admin has DRF views of its own, which are nobody's business here.
        options["patterns"] = [path("api/", include("api.urls"))]
        super().__init__(*args, **options)  # type: ignore[no-untyped-call] # drf-spectacular's
        self.polymorphism: Polymorphism = polymorphism
        self.rich: RichForm = rich

    def get_schema(self, request: Request | None = None, public: bool = True) -> Schema:
        result: Schema = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        result["components"] = {"schemas": self._components()}
        result["webhooks"] = webhooks()
        if self.rich != "spans":
            for operation in _operations(result):
                _in_form(operation, self.rich)
        return result

    def _components(self) -> Schema:
        found = components(self.polymorphism, self.rich)
        blocks = stored_examples()["blocks"]
        for kind in get_args(Block):
            example = transform_rich({"blocks": [blocks[type_value(kind)]]}, self.rich)
            found[kind.__name__]["examples"] = example["blocks"]
        return found


def openapi_document(polymorphism: Polymorphism = "oneOf", rich: RichForm = "spans") -> Schema:
    """The whole description. It depends on the code and settings.LANGUAGES, on no request."""
    return OpenApiGenerator(polymorphism=polymorphism, rich=rich).get_schema()


def _operations(document: Schema) -> Iterator[Schema]:
    for methods in document["paths"].values():
        yield from methods.values()


def _in_form(operation: Schema, rich: RichForm) -> None:
    """`operation` as it is for a client that always asks for this form of rich text."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "rich" and operation["tags"] != ["Schemas"]:
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "enum": [rich]}
            parameter["description"] = "The form of rich text that this document describes."
    for response in operation["responses"].values():
        for content in response.get("content", {}).values():
            for example in content.get("examples", {}).values():
                example["value"] = transform_rich(example["value"], rich)
