"""What of a document is searched, and with which weight: its words as its readers see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from pages.document.bidi import FSI, LRI, PDI
from pages.document.nodes import BlockBase, Document, Indications, LocalText
from pages.document.plain_text import BULLET
from pages.document.rich_plain import RLI
from pages.folding import folded_words
from pages.models import CurrentEdition, Passage, SearchEntry

_ISLANDS = re.compile(f"[{LRI}{RLI}{FSI}{PDI}]")


def key_of(language_code: str, document_id: UUID) -> str:
    return f"{language_code}-{document_id.hex}"


def entry_of(document: Document, current: CurrentEdition) -> SearchEntry:
    """Not saved. A block that fell back to the source language is searched in that: the page shows
    it so."""
    return SearchEntry(
        key=key_of(current.language, current.document_id),
        current=current,
        language=document.lang,
        category=document.category.slug if document.category else "",
        body_region=document.body_region.slug if document.body_region else "",
        headings="\n".join(map(_plain, _headings(document))),
        topics="\n".join(map(_plain, _topics(document))),
        passages=list(_passages(document)),
    )


def _headings(document: Document) -> Iterator[str]:
    yield document.heading.text
    if document.also_called:
        yield from document.also_called.items


def _topics(document: Document) -> Iterator[str]:
    yield document.summary.text
    for item in (document.category, document.body_region):
        if item:
            yield item.name
    for block in document.blocks:
        if isinstance(block, Indications):
            yield from (each.label for each in block.items)


def _passages(document: Document) -> Iterator[Passage]:
    lines: list[tuple[str, LocalText | BlockBase, bool, str]] = [
        ("", document.summary, False, document.summary.text)
    ]
    lines += [
        (block.id, block, block.critical, line.removeprefix(BULLET))
        for block in document.blocks
        for line in block.fallback_text.splitlines()
    ]
    for block_id, said_by, critical, line in lines:
        if text := _plain(line):
            status = said_by.translation.status.value
            folded = " ".join(folded_words(text, document.lang))
            yield Passage(block_id, said_by.lang, status, critical, text, folded)


def _plain(text: str) -> str:
    """Without isolates: a snippet cuts, and half a pair would turn what follows it."""
    return _ISLANDS.sub("", text).strip()
