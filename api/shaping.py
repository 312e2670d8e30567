"""What a reader may ask of a document: one aspect, known block types, another form of rich text.

Works on the stored JSON: a request never walks a StreamField.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import orjson

from api import parameters
from pages.document.json_text import type_value
from pages.document.nodes import Block
from pages.document.rich_forms import RICH_FORMS, RichForm, transform_rich
from pages.document.vocabulary import Aspect, TranslationStatus

JsonObject = dict[str, Any]

BLOCK_TYPES = tuple(type_value(kind) for kind in get_args(Block))
SHAPE_PARAMETERS: Mapping[str, parameters.Reader] = {
    "aspect": parameters.one_of(Aspect),
    "rich": parameters.one_of(RICH_FORMS),
    "known": parameters.several_of(BLOCK_TYPES),
    "fallback": parameters.one_of(("source", "none")),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """aspect: only these blocks, and always the critical ones with them; known: block types
    that the client can show, others become prose_section; fallback: "source" or "none"; rich:
    "spans", "html" or "text"."""

    aspect: str | None = None
    known: Collection[str] | None = None
    fallback: str = "source"
    rich: RichForm = "spans"

    @property
    def is_stored_form(self) -> bool:
        return self == Shape()


def shape_document(body: bytes, shape: Shape) -> bytes:
    document: JsonObject = orjson.loads(body)
    document["blocks"] = [
        _known(block, shape.known) for block in document["blocks"] if _asked_for(block, shape)
    ]
    if shape.rich != "spans":
        document = transform_rich(document, shape.rich)
    return orjson.dumps(document)


def _asked_for(block: JsonObject, shape: Shape) -> bool:
    if block["critical"]:
        return True  # nobody reads one aspect of a page without its warnings
    if shape.fallback == "none" and TranslationStatus(block["translation"]["status"]).fell_back:
        return False
    return shape.aspect is None or block["aspect"] == shape.aspect


_SHARED = ("id", "aspect", "critical", "lang", "dir", "translation", "label", "fallback_text")


def _known(block: JsonObject, known: Collection[str] | None) -> JsonObject:
    if known is None or block["type"] in known:
        return block
    lines = block["fallback_text"].split("\n")
    if block["label"] in lines[:2]:  # a care card says first how urgent it is
        lines.remove(block["label"])
    paragraphs = [
        {"type": "paragraph", "spans": [{"text": line, "marks": []}]} for line in lines if line
    ]
    shared = {name: block[name] for name in _SHARED}
    return {**shared, "type": "prose_section", "heading": block["label"], "body": paragraphs}
