"""Stable ids at every level of a body, so that keys of segments never move."""

from __future__ import annotations

import uuid
from typing import Any

from wagtail import blocks
from wagtail.blocks import StreamValue

from pages.richtext import with_keys


def normalise(body: StreamValue) -> StreamValue:
    """`body` where every block and list item has an id of its own and every paragraph a key.

    Draftail mints keys only where it meets none, and a pasted or imported block may repeat an
    id: a repeated one is replaced, the first keeps its own.
    """
    block = body.stream_block
    raw = _walk(block, block.get_prep_value(body), set())
    return StreamValue(block, raw, is_lazy=True)


def _walk(block: Any, raw: Any, seen: set[str]) -> Any:
    if isinstance(block, blocks.BaseStreamBlock):
        return [
            {**item, "id": _fresh(item.get("id"), seen), "value": _child(block, item, seen)}
            for item in raw or ()
        ]
    if isinstance(block, blocks.ListBlock):
        return [
            {
                "type": "item",
                "id": _fresh(item.get("id"), seen),
                "value": _walk(block.child_block, item["value"], seen),
            }
            for item in raw or ()
        ]
    if isinstance(block, blocks.BaseStructBlock) and isinstance(raw, dict):
        children = block.child_blocks
        return {
            name: _walk(children[name], value, seen) if name in children else value
            for name, value in raw.items()
        }
    if isinstance(block, blocks.RichTextBlock) and isinstance(raw, str):
        return with_keys(raw)
    return raw


def _child(block: Any, item: dict[str, Any], seen: set[str]) -> Any:
    child = block.child_blocks.get(item["type"])
    return item["value"] if child is None else _walk(child, item["value"], seen)


def _fresh(identifier: str | None, seen: set[str]) -> str:
    if not identifier or identifier in seen:
        identifier = str(uuid.uuid4())
    seen.add(identifier)
    return identifier
