"""The images of a document, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from operator import is_
from typing import Any

from pages.document.nodes import Document, Image


def document_images(document: Document) -> tuple[Image, ...]:
    """Each once, in reading order."""
    return tuple(dict.fromkeys(_images(document)))


def _images(node: object) -> Iterator[Image]:
    if isinstance(node, Image):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from _images(each)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _images(getattr(node, field.name))


def with_images(document: Document, other: Mapping[Image, Image]) -> Document:
    """`document` with other images in the place of some. Texts, and blocks without such images,
    are the same objects."""
    changed: Document = _with_images(document, other)
    return changed


def _with_images(node: Any, other: Mapping[Image, Image]) -> Any:
    if isinstance(node, Image):
        return other.get(node, node)
    if isinstance(node, tuple):
        parts = tuple(_with_images(each, other) for each in node)
        return node if all(map(is_, parts, node)) else parts
    if is_dataclass(node) and not isinstance(node, type):
        found = {
            field.name: changed
            for field in fields(node)
            if (changed := _with_images(value := getattr(node, field.name), other)) is not value
        }
        return replace(node, **found) if found else node
    return node
