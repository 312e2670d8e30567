"""Whatever an author or a file puts into a text, it stays a text in every format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import orjson
import pytest

from pages.document.bidi import LRI, PDI
from pages.document.html_blocks import block_body
from pages.document.html_page import html_page
from pages.document.json_ld import json_ld
from pages.document.labels import Labels
from pages.document.markdown import markdown_page
from pages.document.nodes import (
    CareCard,
    Comparison,
    ComparisonCriterion,
    ComparisonOption,
    Cta,
    Document,
    Faq,
    Lead,
    Link,
    Paragraph,
    ProseSection,
    Question,
    RichItem,
    RichList,
    Span,
    Strong,
)
from pages.document.plain_text import block_text
from pages.document.text_page import text_page
from tests.document_strategies import labels_of
from tests.test_document_text import ADDRESSES, HEAD, NOT_WORDS
from tests.writers.golden import documents
from tests.writers.reading import read_html, read_markdown, shape

ENGLISH = documents()["every-block-en"]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title></textarea></section><!--",
    "]]> --> <!-- {{7*7}} {% debug %} ${7*7} #{7*7}",
    "[click](javascript:alert(1)) ![x](data:text/html,x) <javascript:alert(1)>",
    "**bold** __bold__ *em* _em_ ~~gone~~ `code` ``` \\ \\\\ &amp; &#60; &lt;b&gt;",
    "# no heading\n> no quote\n- no item\n1. no item\n---\n===\n    no code\n| no | table |",
    "</script><script>alert(1)</script> \u2028 \u2029",
    "call \u202e0100-555\u202c or \u202eone that never ends",
    "\u2066open island and \u2069\u2069\u2069 too many ends",
]
FORMS: dict[str, Callable[[Document, Labels], str]] = {
    "html": html_page,
    "md": markdown_page,
    "txt": text_page,
    "jsonld": lambda document, labels: json_ld(document).decode(),
}


def filled(node: Any, text: str) -> Any:
    """`node` with `text` in the place of every text that a person wrote."""
    if isinstance(node, tuple):
        return tuple(filled(item, text) for item in node)
    if type(node) is str:
        return text
    if not is_dataclass(node):
        return node
    left = NOT_WORDS | ADDRESSES | {"translation", "marks", "value", "last_reviewed"}
    changes: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name not in left and not isinstance(value, (bool, int)):
            changes[field.name] = value if _is_term(value) else filled(value, text)
    return replace(node, **changes)


def _is_term(value: Any) -> bool:
    return isinstance(value, str) and type(value) is not str


def with_texts(document: Document, text: str) -> Document:
    found: Document = filled(document, text)
    written = tuple(replace(each, fallback_text=block_text(each)) for each in found.blocks)
    return replace(found, blocks=written)


def said(form: str, written: str) -> str:
    match form:
        case "html":
            return read_html(written).words
        case "md":
            return read_markdown(written)[0].words
        case _:
            return written


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", ["html", "md"])
def test_a_hostile_text_adds_no_element_and_loses_no_letter(form: str, text: str) -> None:
    labels = labels_of(ENGLISH)
    harmless = FORMS[form](with_texts(ENGLISH, "harmless"), labels)
    written = FORMS[form](with_texts(ENGLISH, text), labels)
    read = read_html if form == "html" else lambda each: read_markdown(each)[0]
    tags = [(each.tag, sorted(each.attributes)) for each in read(written).elements]
    # A line break of the text is one in the page.
    assert without_breaks(tags) == without_breaks(
        [(each.tag, sorted(each.attributes)) for each in read(harmless).elements]
    )
    assert shape(text) in shape(said(form, written))


def without_breaks(tags: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    # An island of a text is a bdi; em and strong are how Markdown writes what asterisks cannot.
    return [each for each in tags if each[0] not in {"br", "bdi"}]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_one_json_string(text: str) -> None:
    written = json_ld(with_texts(ENGLISH, text))
    assert not set(b"<>&") & set(written)
    parts = orjson.loads(written)["hasPart"]
    assert len(parts) == len(ENGLISH.blocks)
    assert all(shape(text) in shape(part["text"]) for part in parts)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_in_plain_text_as_it_is(text: str) -> None:
    written = text_page(with_texts(ENGLISH, text), labels_of(ENGLISH))
    assert shape(text) in shape(written)


@pytest.mark.parametrize("form", ["html", "txt", "md"])
def test_a_direction_override_ends_with_its_own_text(form: str) -> None:
    """What stands beside it (who must not have a treatment) is read in its own direction."""
    warnings = [block for block in ENGLISH.blocks if block.type == "contraindications"]
    document = replace(ENGLISH, blocks=(filled(warnings[0], "x\u202ey"),))
    written = FORMS[form](document, labels_of(ENGLISH))
    if form == "html":
        overridden = [each for each in read_html(written).elements if "\u202e" in each.words]
        innermost = {each.tag for each in overridden} - {"html", "body", "main", "nav", "ol", "li"}
        assert innermost <= {"section", "details", "h2", "ul", "p", "a", "strong", "span"}
        assert "<p>x\u202ey</p><p" in written
    else:
        assert all(line.count("\u202e") <= 2 for line in written.splitlines())


def test_an_island_that_its_author_left_open_ends_with_its_text() -> None:
    block = Lead(**HEAD, label="Lead", text=f"{LRI}open {LRI}twice{PDI}")
    assert block_body(block, ENGLISH) == (
        '<p class="lead"><bdi dir="ltr">open <bdi dir="ltr">twice</bdi></bdi></p>'
    )


LINKED = [
    Cta(**HEAD, label="x", kind="call", text="x", target="javascript:alert(1)", disclaimer=""),
    CareCard(
        **HEAD,
        label="x",
        level="urgent",
        level_label="",
        heading="",
        items=(),
        action="data:text/html,x",
    ),
    ProseSection(
        **HEAD,
        label="x",
        heading="x",
        body=(Paragraph(spans=(Span(text="x", marks=(Link(href="vbscript:x"),)),)),),
    ),
]


@pytest.mark.parametrize("block", LINKED, ids=lambda block: block.type)
@pytest.mark.parametrize("form", ["html", "md"])
def test_an_address_that_runs_is_refused(form: str, block: Any) -> None:
    document = replace(ENGLISH, blocks=(block,))
    with pytest.raises(ValueError, match="Allowed schemes: http, https, mailto, tel"):
        FORMS[form](document, labels_of(document))


def test_a_long_paragraph_and_a_big_table_are_whole_in_every_format() -> None:
    words = [f"word{number}" for number in range(5_000)]
    options = tuple(ComparisonOption(name=f"option{n}", treatment=None) for n in range(12))
    criteria = tuple(
        ComparisonCriterion(
            label=f"criterion{row}", cells=tuple(f"cell{row}x{column}" for column in range(12))
        )
        for row in range(60)
    )
    blocks = (
        Lead(**HEAD, label="Lead", text=" ".join(words)),
        Comparison(**HEAD, label="Table", title="Table", options=options, criteria=criteria),
    )
    blocks = tuple(replace(each, fallback_text=block_text(each)) for each in blocks)
    document = replace(ENGLISH, blocks=blocks)
    for form, write in FORMS.items():
        written = said(form, write(document, labels_of(document)))
        assert " ".join(words) in written
        assert all(f"cell{row}x{column}" in written for row in range(60) for column in range(12))
    table = read_html(html_page(document, labels_of(document)))
    assert len(table.all("td")) == 60 * 12 + 1
    assert len(table.all("th")) == 60 + 12


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("（注意）", "<strong>（注意）</strong>"),
        ("注意", "**注意**"),
        ('"quoted"', '<strong>"quoted"</strong>'),
        (" spaced ", "<strong> spaced </strong>"),
    ],
)
def test_emphasis_in_markdown_holds_where_asterisks_would_not(text: str, marks: str) -> None:
    spans = (Span(text="请"), Span(text=text, marks=(Strong(),)), Span(text="看"))
    block = ProseSection(**HEAD, label="x", heading="x", body=(Paragraph(spans=spans),))
    written = markdown_page(replace(ENGLISH, blocks=(block,)), labels_of(ENGLISH))
    assert f"请{marks}看" in written
    (strong,) = [each for each in read_markdown(written)[0].all("strong") if text in each.words]
    assert strong.words == text


def test_lists_in_markdown_nest_count_and_stay_apart() -> None:
    def items(*depths: int) -> tuple[RichItem, ...]:
        return tuple(RichItem(depth=depth, spans=(Span(text=f"d{depth}"),)) for depth in depths)

    body = (
        RichList(ordered=True, items=items(0, 1, 1, 0)),
        RichList(ordered=True, items=items(0, 2, 0)),
        RichList(ordered=False, items=items(*[0] * 11)),
    )
    block = Faq(**HEAD, label="x", items=(Question(question="Q", answer=body),))
    written = markdown_page(replace(ENGLISH, blocks=(block,)), labels_of(ENGLISH))
    assert "1. d0\n   1. d1\n   2. d1\n2. d0\n\n<!-- -->\n\n1. d0\n   1. d2\n2. d0\n" in written
    page = read_markdown(written)[0]
    assert len(page.all("ol")) == 4
    assert len([each for each in page.all("li") if each.words[:1] == "d"]) == 4 + 3 + 11
