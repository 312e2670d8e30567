"""Nodes as JSON and back: the bytes of an edition, and the nodes that writers need of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
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
    try:
        return _reader(expected)(value)
    except _Misread as error:
        raise NotANode(f"{path}{error.path}{error}") from None


class _Misread(Exception):
    """`path` is made on the way out: where nothing is wrong it is never needed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.path = ""


_Reader = Callable[[object], object]


@cache
def _reader(expected: Any) -> _Reader:
    """What reads a value of this annotation, made once: taking annotations apart is slow.

    No class of nodes.py holds itself, so this ends.
    """
    origin = get_origin(expected)
    if origin in (Union, UnionType):
        return _union_reader(get_args(expected))
    if origin is Literal:
        return _choice_reader(get_args(expected), lambda value: value, repr)
    if origin is tuple:
        return _array_reader(get_args(expected)[0])
    if is_dataclass(expected):
        return _dataclass_reader(cast("type[Any]", expected))
    if issubclass(expected, StrEnum):
        return _choice_reader(tuple(expected), expected, str)
    return _scalar_reader(expected)


def _scalar_reader(expected: type[Any]) -> _Reader:
    # JSON has one number type: 1 is a float that its writer shortened.
    allowed = (int, float) if expected is float else expected

    def read(value: object) -> object:
        if not isinstance(value, allowed) or (isinstance(value, bool) and expected is not bool):
            raise _wrong(value, expected.__name__)
        return value

    return read


def _choice_reader(
    allowed: tuple[object, ...], made: Callable[[Any], object], shown: Callable[[Any], str]
) -> _Reader:
    def read(value: object) -> object:
        if value not in allowed:
            raise _wrong(value, ", ".join(map(shown, allowed)))
        return made(value)

    return read


def _array_reader(item: Any) -> _Reader:
    read_item = _reader(item)

    def read(value: object) -> object:
        if not isinstance(value, list | tuple):
            raise _wrong(value, "an array")
        items: list[object] = []
        try:
            for each in value:
                items.append(read_item(each))  # the length says where it stopped
        except _Misread as error:
            error.path = f"[{len(items)}]{error.path}"
            raise
        return tuple(items)

    return read


def _union_reader(members: tuple[Any, ...]) -> _Reader:
    """By null, by the class of `type`, or the only one that there is."""
    nullable = NoneType in members
    named = [member for member in members if member is not NoneType]
    only = _reader(named[0]) if len(named) == 1 else None
    by_type = {} if only else {type_value(member): _reader(member) for member in named}

    def read(value: object) -> object:
        if value is None and nullable:
            return None
        if only:
            return only(value)
        found = value.get("type") if isinstance(value, Mapping) else None
        if not isinstance(found, str) or found not in by_type:
            raise _wrong(found, ", ".join(by_type), ".type")
        return by_type[found](value)

    return read


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


def _dataclass_reader(kind: type[Any]) -> _Reader:
    readers = {field.name: _reader(type_hints(kind)[field.name]) for field in fields(kind)}

    def read(value: object) -> object:
        if not isinstance(value, Mapping):
            raise _wrong(value, f"an object ({kind.__name__})")
        if not readers.keys() >= value.keys():
            unknown = next(name for name in value if name not in readers)
            raise _Misread(f".{unknown} is not a field. Allowed: {', '.join(readers)}.")
        found: dict[str, object] = {}
        name = ""
        try:
            for name, each in value.items():
                found[name] = readers[name](each)
        except _Misread as error:
            error.path = f".{name}{error.path}"
            raise
        try:
            return kind(**found)
        except TypeError as error:
            raise _Misread(f": {error}.") from None

    return read


def _wrong(value: object, allowed: str, path: str = "") -> _Misread:
    return _Misread(f"{path} is {value!r}. Allowed: {allowed}.")
