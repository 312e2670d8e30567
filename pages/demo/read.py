"""The demo's YAML as stored JSON. Ids are derived from names, so that keys never move."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from pages.blocks.body import TreatmentBody

DEMO_DIR: Path = settings.BASE_DIR / "examples" / "demo"
_NAMESPACE = uuid.UUID("6f0c8a52-7d1b-4c39-9a2e-5b1f0d3c4e77")
_LINK = re.compile(r'<a linktype="(page|glossary)" id="([a-z0-9-]+)">')
_BODY = TreatmentBody()


def demo_uuid(*names: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, "/".join(names))


def read_vocabulary() -> dict[str, list[dict[str, Any]]]:
    vocabulary: dict[str, list[dict[str, Any]]] = _load(DEMO_DIR / "vocabulary.yaml")
    return vocabulary


def read_treatments() -> list[dict[str, Any]]:
    return [_load(path) for path in sorted((DEMO_DIR / "treatments").glob("*.yaml"))]


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


class References:
    """Primary keys by the names that the YAML uses."""

    def __init__(
        self,
        *,
        images: Mapping[str, int],
        treatments: Mapping[str, int],
        glossary: Mapping[str, int],
    ) -> None:
        self.images = images
        self.links = {"page": treatments, "glossary": glossary}

    def resolve(self, db_html: str) -> str:
        return _LINK.sub(
            lambda match: f'<a linktype="{match[1]}" id="{self.links[match[1]][match[2]]}">',
            " ".join(db_html.split()),
        )


def raw_body(treatment: Mapping[str, Any], references: References) -> list[dict[str, Any]]:
    """The stored JSON of a treatment's body."""
    slug = treatment["slug"]
    return [
        {
            "type": item["type"],
            "id": str(demo_uuid(slug, item["name"])),
            "value": _raw(
                _BODY.child_blocks[item["type"]], item["value"], (slug, item["name"]), references
            ),
        }
        for item in treatment["body"]
    ]


def _raw(block: Any, value: Any, path: tuple[str, ...], references: References) -> Any:
    if isinstance(block, blocks.BaseStructBlock):
        value = value or {}
        unknown = set(value) - set(block.child_blocks)
        if unknown:
            raise ValueError(f"{'/'.join(path)}: unknown {sorted(unknown)}.")
        return {
            name: _raw(child, value[name], (*path, name), references)
            if name in value
            else child.get_prep_value(child.get_default())
            for name, child in block.child_blocks.items()
        }
    if isinstance(block, blocks.ListBlock):
        return [
            {
                "type": "item",
                "id": str(demo_uuid(*path, str(position))),
                "value": _raw(block.child_block, item, (*path, str(position)), references),
            }
            for position, item in enumerate(value or ())
        ]
    if isinstance(block, blocks.RichTextBlock):
        return references.resolve(value)
    if isinstance(block, ImageChooserBlock):
        return references.images[value] if value else None
    if isinstance(block, blocks.PageChooserBlock):
        return references.links["page"][value] if value else None
    return " ".join(value.split()) if isinstance(value, str) else value
