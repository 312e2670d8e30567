"""Nodes as JSON and back: the bytes of an edition, and the nodes that writers need of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from pages.document.nodes import Document

Node = TypeVar("Node")


class NotANode(ValueError):
    """The JSON is not of the type asked for. The message says where and what was expected."""


def document_json(document: Document) -> bytes:
    """The document as UTF-8 JSON, every field written, in the order of nodes.py."""
    return orjson.dumps(document)


def read_document(body: bytes | memoryview) -> Document:
    """The document that `body` was written from. Raises NotANode."""
    return read_node(Document, orjson.loads(body))


def read_node(kind: type[Node], value: object) -> Node:
    """`value`, as a JSON parser gives it, as a node of class `kind`. Raises NotANode.

    A field that has a default may be absent; a field that `kind` does not have is refused.
    """
    return cast(Node, read_value(kind, value, "$"))


def read_value(expected: Any, value: object, path: str) -> object:
    """Like read_node for any annotation of nodes.py. `path` names `value` in messages.

    `expected` is Any: a type form such as tuple[str, ...] or a union has no static type.
    """
    origin = get_origin(expected)
    if origin in (Union, UnionType):
        return read_value(_member(expected, value, path), value, path)
    if origin is Literal:
        if value not in get_args(expected):
            raise _wrong(path, value, ", ".join(map(repr, get_args(expected))))
        return value
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise _wrong(path, value, "an array")
        item = get_args(expected)[0]
        return tuple(read_value(item, each, f"{path}[{n}]") for n, each in enumerate(value))
    if is_dataclass(expected):
        return _read_dataclass(cast("type[Any]", expected), value, path)
    if issubclass(expected, StrEnum):
        if value not in list(expected):
            raise _wrong(path, value, ", ".join(expected))
        return expected(value)
    # JSON has one number type: 1 is a float that its writer shortened.
    allowed = (int, float) if expected is float else expected
    if not isinstance(value, allowed) or (isinstance(value, bool) and expected is not bool):
        raise _wrong(path, value, expected.__name__)
    return value


def _member(expected: Any, value: object, path: str) -> Any:
    """The member of a union that `value` is: null, the class of its `type`, or the only one."""
    members = get_args(expected)
    if value is None and NoneType in members:
        return NoneType
    named = [member for member in members if member is not NoneType]
    if len(named) == 1:
        return named[0]
    by_type = {type_value(member): member for member in named}
    found = value.get("type") if isinstance(value, Mapping) else None
    if found not in by_type:
        raise _wrong(f"{path}.type", found, ", ".join(by_type))
    return by_type[found]


def type_value(kind: type[Any]) -> str:
    """What `type` says in the JSON of a node of a union, such as "lead"."""
    (value,) = get_args(type_hints(kind)["type"])
    return str(value)


_hints: dict[type[Any], Mapping[str, Any]] = {}


def type_hints(kind: type[Any]) -> Mapping[str, Any]:
    """The annotations of a node's class, resolved once: typing takes 100 µs for a class."""
    if kind not in _hints:
        _hints[kind] = get_type_hints(kind)
    return _hints[kind]


def _read_dataclass(kind: type[Any], value: object, path: str) -> object:
    if not isinstance(value, Mapping):
        raise _wrong(path, value, f"an object ({kind.__name__})")
    hints = type_hints(kind)
    names = [field.name for field in fields(kind)]
    if unknown := [name for name in value if name not in names]:
        raise NotANode(f"{path}.{unknown[0]} is not a field. Allowed: {', '.join(names)}.")
    found = {
        name: read_value(hints[name], value[name], f"{path}.{name}")
        for name in names
        if name in value
    }
    try:
        return kind(**found)
    except TypeError as error:
        raise NotANode(f"{path}: {error}.") from None


def _wrong(path: str, value: object, allowed: str) -> NotANode:
    return NotANode(f"{path} is {value!r}. Allowed: {allowed}.")
