"""The words that a draft holds, found by walking its stored blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from wagtail import blocks

from pages.blocks.body import TreatmentBody
from pages.blocks.fields import ActionBlock
from pages.importing.citations import labels
from pages.importing.draft_blocks import Draft, DraftBlock
from pages.importing.words import words_of
from pages.richtext import parse
from pages.richtext import plain as plain_inline

_BODY = TreatmentBody()


def words_in_draft(draft: Draft) -> Counter[str]:
    """Every word once for each time the input could have said it: copies are not counted."""
    found = words_of([draft.heading, draft.seo_title])
    for block in draft.blocks:
        found += words_in_block(block) - words_of(block.copied)
    return found


def words_in_block(block: DraftBlock) -> Counter[str]:
    texts = list(_texts(_BODY.child_blocks[block.type], block.value))
    if block.type == "evidence":
        texts += labels(block.value)
    return words_of(texts)


def _texts(block: blocks.Block, raw: Any) -> Iterator[str]:
    """The texts of stored JSON; choices, addresses and short names are not words."""
    if isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            if raw and name in raw:
                yield from _texts(child, raw[name])
    elif isinstance(block, blocks.ListBlock):
        for item in raw or ():
            yield from _texts(block.child_block, item["value"])
    elif isinstance(block, blocks.RichTextBlock):
        for paragraph in parse(raw or ""):
            yield plain_inline(paragraph.children)
    elif isinstance(block, ActionBlock):
        return
    elif isinstance(block, (blocks.CharBlock, blocks.TextBlock)):
        yield raw or ""
    elif isinstance(block, blocks.IntegerBlock):
        yield str(raw)
