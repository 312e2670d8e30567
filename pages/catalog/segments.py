"""Segments: what a translator gets, under keys that do not move.

A raw walk with the block definitions, in definition order (PostgreSQL's jsonb does not keep the
order of keys). Keys are Wagtail content paths, `body.<block id>.<field>[.<item id>]`, with
`#<data-block-key>` for a paragraph or list item of rich text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson
from wagtail import blocks

from pages.digest import DIGEST_LENGTH, text_digest
from pages.languages import source_language
from pages.richtext import TextBlock, codes, decode, encode, parse

if TYPE_CHECKING:
    from pages.models import TreatmentPage


@dataclass(frozen=True, slots=True)
class Segment:
    """One unit of translation.

    text: the plain text, or for rich text the coded text of one paragraph; crumbs: labels from
    the outside in, for the translator; paragraph: set for rich text only; max_length: characters
    that the field holds, where it has a limit; critical: its block is never served unreviewed.
    """

    key: str
    text: str
    digest: str
    crumbs: tuple[str, ...]
    paragraph: TextBlock | None = None
    max_length: int | None = None
    critical: bool = False

    @property
    def code_digest(self) -> str:
        """Digest of the attributes: a changed link updates every language, and none is stale."""
        found = codes(self.paragraph) if self.paragraph else ()
        return hashlib.blake2b(repr(found).encode(), digest_size=DIGEST_LENGTH // 2).hexdigest()


@dataclass(frozen=True, slots=True)
class BlockSegments:
    """A top-level block: its definition, its stored JSON, and its segments in reading order.

    stored: type and stored JSON as bytes, which are equal for equal blocks.
    """

    id: str
    block: Any  # a TreatmentBlock, which Wagtail does not annotate
    raw: Mapping[str, Any]
    stored: bytes
    segments: tuple[Segment, ...]

    @property
    def critical(self) -> bool:
        return bool(self.block.is_critical(self.raw))


@dataclass(frozen=True, slots=True)
class PageSegments:
    """scalars: by field name, those that are not empty; blocks: in the order of the page."""

    scalars: Mapping[str, Segment]
    blocks: tuple[BlockSegments, ...]

    def __iter__(self) -> Iterator[Segment]:
        yield from self.scalars.values()
        for block in self.blocks:
            yield from block.segments


class UnknownBlock(ValueError):
    """The stored body holds a block type that the code does not define."""


def page_segments(page: TreatmentPage) -> PageSegments:
    """Every segment of `page` as it is in memory: live from the database, or a draft."""
    scalars = {}
    for name in page.segment_fields:
        value = getattr(page, f"{name}_{source_language().suffix}")
        if value and value.strip():
            field = page._meta.get_field(name)
            scalars[name] = Segment(
                key=name,
                text=value,
                digest=text_digest(value),
                crumbs=(str(field.verbose_name).capitalize(),),
                max_length=field.max_length,
            )
    stream = page.body.stream_block
    found = [_block_segments(stream, item) for item in stream.get_prep_value(page.body)]
    return PageSegments(scalars=scalars, blocks=tuple(found))


def _block_segments(stream: Any, item: Mapping[str, Any]) -> BlockSegments:
    block = stream.child_blocks.get(item["type"])
    if block is None:
        raise UnknownBlock(
            f"Block {item.get('id')} is a {item['type']!r}. "
            f"Allowed: {', '.join(stream.child_blocks)}."
        )
    raw = item["value"]
    segments = tuple(_leaves(block, raw, f"body.{item['id']}", (str(block.label),)))
    if block.is_critical(raw):
        segments = tuple(replace(segment, critical=True) for segment in segments)
    # PostgreSQL's jsonb does not keep the order of keys; a draft holds Decimals.
    stored = orjson.dumps((item["type"], raw), default=str, option=orjson.OPT_SORT_KEYS)
    return BlockSegments(item["id"], block, raw, stored, segments)


def _leaves(block: Any, raw: Any, path: str, crumbs: tuple[str, ...]) -> Iterator[Segment]:
    if isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            if raw.get(name):
                yield from _leaves(child, raw[name], f"{path}.{name}", (*crumbs, str(child.label)))
    elif isinstance(block, blocks.ListBlock):
        total = len(raw)
        for position, item in enumerate(raw, start=1):
            place = f"item {position} of {total}"
            yield from _leaves(
                block.child_block, item["value"], f"{path}.{item['id']}", (*crumbs, place)
            )
    elif isinstance(raw, str) and raw.strip() and _is_translated(block):
        yield from _texts(block, raw, path, crumbs)


def _texts(block: Any, raw: str, path: str, crumbs: tuple[str, ...]) -> Iterator[Segment]:
    if isinstance(block, blocks.RichTextBlock):
        for paragraph in parse(raw):
            text = encode(paragraph)
            key = f"{path}#{paragraph.key}"
            yield Segment(key, text, text_digest(text), crumbs, paragraph=paragraph)
    else:
        limit = block.field.max_length
        yield Segment(path, raw, text_digest(raw), crumbs, max_length=limit)


# What holds words. URLs, numbers, dates, choices, references and choosers are shared.
_WORDS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock)


def _is_translated(block: Any) -> bool:
    return isinstance(block, _WORDS) and getattr(block.meta, "translatable", True)


def translate_raw(found: BlockSegments, texts: Mapping[str, str]) -> dict[str, Any]:
    """The block's stored JSON with `texts`, by segment key, in place of the source's.

    Every segment has a text: a block is translated whole or not at all. Rich text becomes a
    tuple of paragraphs, so that it is not written as HTML only to be parsed again. Raises
    KeyError for a missing text and InlineCodeError for one whose tags are not the source's.
    """
    translated: dict[str, Any] = _translate(found.block, found.raw, f"body.{found.id}", texts)
    return translated


def _translate(block: Any, raw: Any, path: str, texts: Mapping[str, str]) -> Any:
    if isinstance(block, blocks.BaseStructBlock):
        children = block.child_blocks
        return {
            name: _translate(children[name], value, f"{path}.{name}", texts)
            if value and name in children
            else value
            for name, value in raw.items()
        }
    if isinstance(block, blocks.ListBlock):
        return [
            {
                **item,
                "value": _translate(
                    block.child_block, item["value"], f"{path}.{item['id']}", texts
                ),
            }
            for item in raw
        ]
    if isinstance(raw, str) and raw.strip() and _is_translated(block):
        if isinstance(block, blocks.RichTextBlock):
            return tuple(
                decode(texts[f"{path}#{paragraph.key}"], paragraph) for paragraph in parse(raw)
            )
        return texts[path]
    return raw
