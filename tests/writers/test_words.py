"""Every writer says every word of every type of block, in the language that it is in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any, get_args

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.document import nodes
from pages.document.html_page import html_page
from pages.document.json_ld import json_ld
from pages.document.labels import Labels
from pages.document.markdown import markdown_page
from pages.document.nodes import Document
from pages.document.plain_text import block_text
from pages.document.text_page import text_page
from tests.document_strategies import blocks, documents, labels_of
from tests.test_document_text import uniquely_worded
from tests.writers.reading import read_html, read_markdown, shape

slow = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
KINDS = pytest.mark.parametrize("kind", get_args(nodes.Block), ids=lambda kind: kind.__name__)


def said_in_html(document: Document, labels: Labels) -> str:
    return read_html(html_page(document, labels)).words


def said_in_markdown(document: Document, labels: Labels) -> str:
    return read_markdown(markdown_page(document, labels))[0].words


def said_in_json_ld(document: Document, labels: Labels) -> str:
    return "\n".join(strings(orjson.loads(json_ld(document))))


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for each in value.values() for found in strings(each)]
    if isinstance(value, list):
        return [found for each in value for found in strings(each)]
    return [str(value)]


PAGES: dict[str, Callable[[Document, Labels], str]] = {
    "html": said_in_html,
    "markdown": said_in_markdown,
    "text": text_page,
}
WRITERS = pytest.mark.parametrize("said", [*PAGES.values(), said_in_json_ld], ids=[*PAGES, "ld"])


def with_fallback_texts(document: Document) -> Document:
    written = tuple(replace(each, fallback_text=block_text(each)) for each in document.blocks)
    return replace(document, blocks=written)


@KINDS
@WRITERS
@slow
@given(data=st.data())
def test_a_writer_says_every_word_of_every_type_of_block(
    said: Callable[[Document, Labels], str], kind: type[Any], data: st.DataObject
) -> None:
    texts: list[str] = []
    block = uniquely_worded(data.draw(blocks(kind)), texts)
    document = with_fallback_texts(replace(data.draw(documents), blocks=(block,)))
    written = shape(said(document, labels_of(document)))
    assert [text for text in texts if shape(text) not in written] == []


@pytest.mark.parametrize("said", PAGES.values(), ids=PAGES)
@slow
@given(document=documents)
def test_a_writer_says_every_word_around_the_blocks(
    said: Callable[[Document, Labels], str], document: Document
) -> None:
    texts: list[str] = []
    document = uniquely_worded(document, texts)
    written = shape(said(document, labels_of(document)))
    assert [text for text in texts if shape(text) not in written] == []


@slow
@given(documents)
def test_markdown_that_is_parsed_says_nothing_but_the_words(document: Document) -> None:
    """No mark-up is left over in what a reader sees: asterisks, brackets, backslashes."""
    words, page = PAGES["html"], PAGES["markdown"]
    labels = labels_of(document)
    for mark in ("**", "](", "\\", "<div", "</"):
        assert mark not in page(document, labels) or mark in words(document, labels)


@slow
@given(documents)
def test_every_block_in_another_language_says_so_and_why(document: Document) -> None:
    labels = labels_of(document)
    page = read_html(html_page(document, labels))
    parts = orjson.loads(json_ld(document)).get("hasPart", [])
    sections = page.all("section")
    assert len(sections) == len(document.blocks) == len(parts)
    for block, section, part in zip(document.blocks, sections, parts, strict=True):
        spoken = section.attributes.get("lang", document.lang)
        assert (spoken, part["inLanguage"]) == (block.lang, block.lang)
        assert part.get("creativeWorkStatus") == block.translation.status
        for note in labels.notes(block.translation):
            assert shape(note) in shape(section.words)


@slow
@given(documents)
def test_headings_go_down_by_one(document: Document) -> None:
    labels = labels_of(document)
    for page in (
        read_html(html_page(document, labels)),
        read_markdown(markdown_page(document, labels))[0],
    ):
        levels = [int(each.tag[1]) for each in page.elements if each.tag in {"h1", "h2", "h3"}]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


@slow
@given(documents)
def test_the_same_document_is_the_same_bytes(document: Document) -> None:
    labels = labels_of(document)
    for write in (html_page, markdown_page, text_page):
        assert write(document, labels) == write(document, labels)
    assert json_ld(document) == json_ld(document)
