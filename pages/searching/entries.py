"""What of a document is searched, and with which weight: its words as its readers see them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from pages.document.bidi import FSI, LRI, PDI
from pages.document.nodes import Document, Indications
from pages.document.plain_text import BULLET
from pages.document.rich_plain import RLI
from pages.models import CurrentEdition, Passage, SearchEntry

_ISLANDS = str.maketrans("", "", f"{LRI}{RLI}{FSI}{PDI}")


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
    summary = document.summary
    status = summary.translation.status.value
    yield Passage("", summary.lang, status, False, _plain(summary.text))
    for block in document.blocks:
        for line in block.fallback_text.splitlines():
            if text := _plain(line.removeprefix(BULLET)):
                status = block.translation.status.value
                yield Passage(block.id, block.lang, status, block.critical, text)


def _plain(text: str) -> str:
    """Without isolates: a snippet cuts, and half a pair would turn what follows it."""
    return text.translate(_ISLANDS).strip()
