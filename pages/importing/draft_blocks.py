"""What the importer proposes: raw StreamField blocks, each with the rule that chose it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from pages.blocks.treatment_block import Raw
from pages.document.vocabulary import Aspect


@dataclass(frozen=True, slots=True)
class DraftBlock:
    """why: the rule, for the editor. check: what the editor has to look at, one a line.

    copied: texts in the block that also stand elsewhere in the draft; coverage does not count
    them, so that a copy never hides a word that was lost.
    """

    type: str
    value: Raw
    why: str
    check: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        return str(self.value.get("heading") or self.value.get("title") or "")


@dataclass(frozen=True, slots=True)
class Draft:
    """A page before it is saved. seo_title: the document's own name where it differs."""

    title: str
    heading: str
    seo_title: str
    summary: str
    blocks: tuple[DraftBlock, ...]


def listed(values: list[Any]) -> list[dict[str, Any]]:
    """The stored form of a ListBlock. Without an id Wagtail takes the entry for the value."""
    return [{"type": "item", "id": str(uuid.uuid4()), "value": value} for value in values]


def block_value(aspect: Aspect, **fields: Any) -> dict[str, Any]:
    return {"aspect": aspect.value, **fields}
