"""The images of a document, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

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
