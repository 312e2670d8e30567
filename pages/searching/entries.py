"""What of a document is searched, and with which weight: its words as its readers see them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from uuid import UUID

import orjson

from pages.document.bidi import FSI, LRI, PDI
from pages.document.nodes import BlockBase, Document, Indications, LocalText
from pages.document.plain_text import BULLET
from pages.document.rich_plain import RLI
from pages.folding import fold, words_of
from pages.models import CurrentEdition, Passage, SearchEntry

_TEXT = Passage._fields.index("text")
_FOLDED = Passage._fields.index("folded")
_ISLANDS = re.compile(f"[{LRI}{RLI}{FSI}{PDI}]")


def key_of(language_code: str, document_id: UUID) -> str:
    return f"{language_code}-{document_id.hex}"


def entry_of(document: Document, current: CurrentEdition) -> SearchEntry:
    """Not saved, and its passages not folded yet. A block that fell back to the source language is
    searched in that: the page shows it so."""
    said = {
        "language": document.lang,
        "category": document.category.slug if document.category else "",
        "body_region": document.body_region.slug if document.body_region else "",
        "headings": "\n".join(map(_plain, _headings(document))),
        "topics": "\n".join(map(_plain, _topics(document))),
        "passages": list(_passages(document)),
    }
    key = key_of(current.language, current.document_id)
    digest = hashlib.sha256(orjson.dumps(said)).hexdigest()
    return SearchEntry(key=key, current=current, digest=digest, **said)


def fold_passages(entry: SearchEntry) -> None:
    """All lines at once: each by itself would take several times as long."""
    lines = (passage[_TEXT].replace("\n", " ") for passage in entry.passages)
    folded = fold("\n".join(lines), entry.language).split("\n")
    entry.passages = [
        (*passage[:_FOLDED], " ".join(words_of(line)))
        for passage, line in zip(entry.passages, folded, strict=True)
    ]


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


def _passages(document: Document) -> Iterator[tuple[str, str, str, bool, str]]:
    """Passages as they are stored, without their folded words."""
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
            yield block_id, said_by.lang, status, critical, text


def _plain(text: str) -> str:
    """Without isolates: a snippet cuts, and half a pair would turn what follows it."""
    return _ISLANDS.sub("", text).strip()
