"""How templates show compiled nodes: each node by the partial that is named after its type."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from pages.blocks.context import BlockContext, References
from pages.blocks.labels import LABELS
from pages.blocks.treatment_block import TreatmentBlock
from pages.document.nodes import Block, RichText, Translation
from pages.document.rich_html import rich_text_html
from pages.document.vocabulary import TranslationStatus
from pages.languages import source_language
from pages.publishing.prose import compile_prose

register = template.Library()


@register.filter
def partial(node: Block) -> str:
    """The template that shows `node`."""
    return f"pages/preview/blocks/{node.type}.html"


@register.filter
def reason(translation: Translation) -> str:
    """In the editor's words, why a text is in the language that it is in."""
    return LABELS[translation.status]


@register.simple_tag
def rich(node: Block, value: RichText) -> SafeString:
    """Rich text of `node` as HTML. rich_text_html escapes every word and checks every link."""
    return mark_safe(rich_text_html(value, lang=node.lang, dir=node.dir))  # noqa: S308


@register.simple_tag
def sample_node(block: TreatmentBlock) -> Block:
    """The block's sample from its Meta.preview_value, compiled as a page's block would be."""
    # get_prep_value and get_preview_value are Wagtail's, without annotations.
    raw: dict[str, Any] = block.get_prep_value(block.get_preview_value())
    context = BlockContext(
        id="sample",
        aspect=block.aspect_of(raw),
        critical=block.is_critical(raw),
        language=source_language(),
        translation=Translation(status=TranslationStatus.SOURCE),
        references=References(),
        prose=compile_prose,
    )
    return block.to_node(raw, context)
