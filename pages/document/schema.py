"""JSON Schema of the document, derived from the classes in nodes.py.

Two ways to say that a block is one of nineteen: `oneOf` with a discriminator is exact, and
what generators for Swift and TypeScript want; `allOf`, where each block extends a common base,
is what those for Kotlin and Java want. docs/decisions/0005-views-of-the-schema.md compares them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, assert_never, cast, get_args, get_origin

from pages.document import nodes
from pages.document.json_text import type_hints, type_value
from pages.document.nodes import BlockBase, Document
from pages.document.rich_forms import RichForm

Polymorphism: TypeAlias = Literal["oneOf", "allOf"]
# A schema's values are schemas, arrays of them, strings and numbers.
Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# The annotations that have a name of their own in the schema, besides classes.
_UNIONS: Mapping[object, tuple[str, str]] = {
    nodes.Block: ("Block", "One block of a page. `type` says which."),
    nodes.RichBlock: ("RichBlock", "A paragraph or a list. `type` says which."),
    nodes.Mark: ("Mark", "What a run of text is besides its words. `type` says which."),
}
_RICH: Mapping[RichForm, Schema] = {
    "spans": {
        "type": "array",
        "items": nodes.RichBlock,
        "description": "Paragraphs and lists, in reading order.",
    },
    "html": {
        "type": "string",
        "contentMediaType": "text/html",
        "description": "HTML of p, ul, ol, li, strong, em, a, span, bdi and br; nothing else.",
    },
    "text": {"type": "string", "description": "Plain text. An empty line parts paragraphs."},
}
_SCALARS: Mapping[object, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    NoneType: "null",
}


def document_schema(polymorphism: Polymorphism = "oneOf", rich: RichForm = "spans") -> Schema:
    """JSON Schema 2020-12 of what an edition's bytes hold, every class under `$defs`."""
    definitions = _Writer(polymorphism, rich, "#/$defs/").definitions(Document)
    return {
        "$schema": DIALECT,
        "title": "A treatment page in one language",
        "$ref": "#/$defs/Document",
        "$defs": definitions,
    }


def document_components(polymorphism: Polymorphism = "oneOf", rich: RichForm = "spans") -> Schema:
    """The same schemas for `components.schemas` of an OpenAPI 3.1 document, and
    DocumentSummary: a document whose blocks may be absent, as in lists.
    """
    writer = _Writer(polymorphism, rich, "#/components/schemas/")
    summary = writer.dataclass_schema(Document)
    summary["description"] = "A treatment page in a list. It has its blocks with fields=full."
    summary["required"].remove("blocks")
    return {**writer.definitions(Document), "DocumentSummary": summary}


@dataclass(frozen=True, slots=True)
class _Writer:
    polymorphism: Polymorphism
    rich: RichForm
    prefix: str

    def definitions(self, root: type[Any]) -> Schema:
        """Everything that `root` is made of, sorted by name."""
        found: Schema = {}
        waiting: list[object] = [root]
        while waiting:
            form = waiting.pop()
            name = self._name(form)
            if name is None or name in found:
                waiting.extend(get_args(form) if name is None else ())
                continue
            found[name] = self._definition(form)
            waiting.extend(self._parts(form))
        return dict(sorted(found.items()))

    def _name(self, form: object) -> str | None:
        """The name of what has a definition of its own, None for what is written in place."""
        if form == nodes.RichText:
            return "RichText"
        if form == nodes.Direction:
            return "Direction"
        if form in _UNIONS:
            return _UNIONS[form][0]
        if isinstance(form, type) and (is_dataclass(form) or issubclass(form, StrEnum)):
            return form.__name__
        return None

    def _parts(self, form: object) -> Iterator[object]:
        if is_dataclass(form):
            yield from type_hints(cast("type[Any]", form)).values()
        elif form == nodes.RichText:
            if self.rich == "spans":
                yield nodes.RichBlock
        elif form in _UNIONS:
            yield from get_args(form)

    def _definition(self, form: object) -> Schema:
        if form == nodes.RichText:
            schema = _RICH[self.rich]
            return {
                key: self.reference(value) if key == "items" else value
                for key, value in schema.items()
            }
        if form in _UNIONS:
            return self._union(form)
        if is_dataclass(form):
            return self._member(cast("type[Any]", form))
        return self._enumeration(form)

    def _enumeration(self, form: object) -> Schema:
        if form == nodes.Direction:
            return {
                "type": "string",
                "enum": list(get_args(form)),
                "description": "Which way the script runs: left to right or right to left.",
            }
        kind = cast("type[StrEnum]", form)
        return {"type": "string", "enum": [member.value for member in kind], **_described(kind)}

    def _union(self, form: object) -> Schema:
        _, description = _UNIONS[form]
        members = get_args(form)
        discriminator = {
            "propertyName": "type",
            "mapping": {
                type_value(member): f"{self.prefix}{member.__name__}" for member in members
            },
        }
        match self.polymorphism:
            case "oneOf":
                return {
                    "oneOf": [self.reference(member) for member in members],
                    "discriminator": discriminator,
                    "description": description,
                }
            case "allOf":
                return {
                    **self._base(form),
                    "discriminator": discriminator,
                    "description": description,
                }
            case _:
                assert_never(self.polymorphism)

    def _base(self, form: object) -> Schema:
        """What the members of a union have in common, open for their own fields."""
        if form == nodes.Block:
            schema = self.dataclass_schema(BlockBase)
            del schema["additionalProperties"]
            return schema
        return {"type": "object", "properties": {"type": {"type": "string"}}, "required": ["type"]}

    def _member(self, kind: type[Any]) -> Schema:
        union = next((form for form in _UNIONS if kind in get_args(form)), None)
        if self.polymorphism == "oneOf" or union is None:
            return self.dataclass_schema(kind)
        inherited = self._base(union)["properties"]
        own = self.dataclass_schema(kind, without=tuple(inherited))
        description = own.pop("description", None)
        # Not additionalProperties: in allOf that would refuse the base's own fields.
        del own["additionalProperties"]
        return {
            "allOf": [self.reference(union), own],
            "unevaluatedProperties": False,
            **({"description": description} if description else {}),
        }

    def dataclass_schema(self, kind: type[Any], without: tuple[str, ...] = ()) -> Schema:
        """Every field is required: orjson writes them all, null where there is nothing."""
        hints = type_hints(kind)
        names = [field.name for field in fields(kind) if field.name not in without]
        return {
            "type": "object",
            **_described(kind),
            "properties": {name: self.reference(hints[name]) for name in names},
            "required": names,
            "additionalProperties": False,
        }

    def reference(self, form: object) -> Schema:
        """The schema of an annotation where it is used: a `$ref` if it has a name."""
        if name := self._name(form):
            return {"$ref": f"{self.prefix}{name}"}
        if form in _SCALARS:
            return {"type": _SCALARS[form]}
        origin = get_origin(form)
        if origin is Literal:
            (value,) = get_args(form)
            return {"type": "string", "const": value}
        if origin is tuple:
            return {"type": "array", "items": self.reference(get_args(form)[0])}
        if origin in (Union, UnionType):
            return self._optional(form)
        raise TypeError(f"{form!r} has no JSON Schema here. Write one in pages/document/schema.py.")

    def _optional(self, form: object) -> Schema:
        (kind,) = (member for member in get_args(form) if member is not NoneType)
        if kind in _SCALARS:
            return {"type": [_SCALARS[kind], "null"]}
        return {"oneOf": [self.reference(kind), {"type": "null"}]}


def _described(kind: type[Any]) -> Schema:
    """The class's own docstring. A dataclass without one has its signature for docstring."""
    text = kind.__dict__.get("__doc__") or ""
    if not text or text.startswith(f"{kind.__name__}("):
        return {}
    return {"description": inspect.cleandoc(text)}
