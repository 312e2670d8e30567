"""Plain text and HTML say every word of a document, safely and readably."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from html import escape
from typing import Any, get_args

import nh3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.document import nodes
from pages.document.bidi import FSI, LRI, PDI
from pages.document.html_text import SCHEMES
from pages.document.nodes import (
    CareCard,
    Code,
    Comparison,
    ComparisonCriterion,
    ComparisonOption,
    Contraindication,
    Contraindications,
    Cta,
    Duration,
    Emphasis,
    Evidence,
    Faq,
    GlossaryMark,
    Isolate,
    Lead,
    Link,
    Paragraph,
    Question,
    RichItem,
    RichList,
    RichText,
    SideEffect,
    SideEffects,
    Span,
    Step,
    Steps,
    Strong,
    Translation,
)
from pages.document.plain_text import block_text
from pages.document.rich_html import ATTRIBUTES, TAGS, rich_text_html
from pages.document.rich_plain import rich_text_plain
from pages.document.text_page import text_page
from pages.document.vocabulary import (
    ActionKind,
    Aspect,
    CareLevel,
    CodingSystem,
    Frequency,
    Phase,
    Severity,
    TranslationStatus,
)
from pages.document.wrap import columns, wrap
from tests.document_strategies import blocks, documents, labels_of, rich_texts

slow = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# str fields that are no words for a reader: ids, addresses, languages and keys. A new field is
# taken for words until it is named here.
NOT_WORDS = {
    "id",
    "type",
    "slug",
    "specialty",
    "source_lang",
    "review_due",
    "valid_until",
    "expires_at",
    "lang",
    "dir",
    "alt_lang",
    "cited_lang",
    "code",
    "iso",
    "doi",
    "pmid",
    "media_type",
    "evidence_ref",
    "reference",
    "engine",
    "reviewed_at",
    "fallback_text",
}
ADDRESSES = {"url", "href", "action", "target", "treatment"}


def unmarked(text: str) -> str:
    """Without the isolates that a line's end closes and the next line opens again."""
    return re.sub("[\u2066-\u2069]", "", text)


def uniquely_worded(node: Any, found: list[str]) -> Any:
    """`node` with each text followed by a number of its own; the new texts go to `found`."""
    if isinstance(node, tuple):
        return tuple(uniquely_worded(item, found) for item in node)
    if not is_dataclass(node):
        return node
    changes: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if type(value) is str and field.name not in NOT_WORDS | ADDRESSES:
            found.append(f"{value} №{len(found)}.")
            changes[field.name] = found[-1]
        elif isinstance(value, tuple) and value and all(type(item) is str for item in value):
            numbered = tuple(f"{item} №{len(found) + n}." for n, item in enumerate(value))
            found.extend(numbered)
            changes[field.name] = numbered
        elif field.name != "translation":
            changes[field.name] = uniquely_worded(value, found)
    return replace(node, **changes)


@pytest.mark.parametrize("kind", get_args(nodes.Block), ids=lambda kind: kind.__name__)
@slow
@given(data=st.data())
def test_the_plain_text_of_a_block_holds_every_word_of_it(
    kind: type[Any], data: st.DataObject
) -> None:
    texts: list[str] = []
    block = uniquely_worded(data.draw(blocks(kind)), texts)
    written = block_text(block)
    assert [text for text in texts if text not in unmarked(written)] == []
    assert written == written.strip()


@slow
@given(documents)
def test_the_plain_text_of_a_document_holds_every_block_and_name(
    document: nodes.Document,
) -> None:
    texts: list[str] = []
    document = uniquely_worded(document, texts)
    written = unmarked(text_page(document, labels_of(document)))
    for block in document.blocks:
        assert unmarked(block_text(block)) in written
    assert [text for text in texts if text not in written] == []


@slow
@given(rich_texts, st.sampled_from(["en", "ar"]), st.sampled_from(["ltr", "rtl"]))
def test_html_is_already_what_a_cleaner_leaves(
    rich: RichText, lang: str, dir: nodes.Direction
) -> None:
    written = rich_text_html(rich, lang=lang, dir=dir)
    cleaned = nh3.clean(
        written,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    assert cleaned == written


@slow
@given(rich_texts)
def test_html_and_plain_text_hold_every_span(rich: RichText) -> None:
    texts: list[str] = []
    rich = uniquely_worded(rich, texts)
    plain = rich_text_plain(rich, dir="ltr")
    bare = nh3.clean(rich_text_html(rich, lang="en", dir="ltr"), tags=set())
    for block in rich:
        spans = (
            block.spans
            if isinstance(block, Paragraph)
            else [span for item in block.items for span in item.spans]
        )
        for span in spans:
            assert span.text in unmarked(plain)
            assert as_html_text(span.text) in bare


def as_html_text(text: str) -> str:
    return nh3.clean(escape(text.replace("\n", ""), quote=False))


def paragraph(*spans: Span) -> RichText:
    return (Paragraph(spans=spans),)


def html(rich: RichText) -> str:
    return rich_text_html(rich, lang="en", dir="ltr")


def plain(rich: RichText) -> str:
    return rich_text_plain(rich, dir="ltr")


TERM = GlossaryMark(
    slug="lumbar", term="Lumbar", definition='The "lower" back', lang="en", dir="ltr"
)


@pytest.mark.parametrize(
    ("rich", "as_html", "as_text"),
    [
        ((), "", ""),
        (paragraph(Span(text="a < b & c")), "<p>a &lt; b &amp; c</p>", "a < b & c"),
        (paragraph(Span(text="one\ntwo")), "<p>one<br>two</p>", "one\ntwo"),
        (
            paragraph(
                Span(text="Call "),
                Span(text="911 ", marks=(Link(href="tel:911"),)),
                Span(text="now", marks=(Link(href="tel:911"), Strong())),
                Span(text="."),
            ),
            '<p>Call <a href="tel:911">911 <strong>now</strong></a>.</p>',
            "Call 911 now.",
        ),
        (
            paragraph(Span(text="Book", marks=(Link(href="https://example.org/?a=1&b=2"),))),
            '<p><a href="https://example.org/?a=1&amp;b=2">Book</a></p>',
            "Book (https://example.org/?a=1&b=2)",
        ),
        (
            paragraph(Span(text="Massage", marks=(Link(href="https://x.org/m", treatment="7f"),))),
            '<p><a href="https://x.org/m" data-treatment="7f">Massage</a></p>',
            "Massage",
        ),
        (
            paragraph(Span(text="lumbar", marks=(Emphasis(), TERM)), Span(text=" spine")),
            '<p><em><span data-term="lumbar" title="The &quot;lower&quot; back">lumbar</span></em>'
            " spine</p>",
            'lumbar spine\n\nLumbar — The "lower" back',
        ),
        (
            paragraph(Span(text="5 mg", marks=(Isolate(),)), Span(text="7 mg", marks=(Isolate(),))),
            '<p><bdi dir="ltr">5 mg</bdi><bdi dir="ltr">7 mg</bdi></p>',
            f"{LRI}5 mg{PDI}{LRI}7 mg{PDI}",
        ),
        (
            (
                RichList(
                    ordered=False,
                    items=tuple(
                        RichItem(depth=depth, spans=(Span(text=text),))
                        for depth, text in ((0, "a"), (1, "b"), (1, "c"), (0, "d"))
                    ),
                ),
            ),
            "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>",
            "• a\n  • b\n  • c\n• d",
        ),
        (
            (
                RichList(
                    ordered=True,
                    items=tuple(
                        RichItem(depth=depth, spans=(Span(text=text),))
                        for depth, text in ((0, "a"), (2, "b"), (0, "c"), (1, "d"))
                    ),
                ),
            ),
            "<ol><li>a<ol><li><ol><li>b</li></ol></li></ol></li><li>c<ol><li>d</li></ol></li></ol>",
            "1. a\n    1. b\n2. c\n  1. d",
        ),
    ],
    ids=[
        "nothing",
        "escaped",
        "line break",
        "one link with a bold word, whose address its words say",
        "link",
        "link to a treatment",
        "glossary term",
        "isolates are never merged",
        "nested list",
        "list that skips a level",
    ],
)
def test_rich_text_in_its_two_forms(rich: RichText, as_html: str, as_text: str) -> None:
    assert html(rich) == as_html
    assert plain(rich) == as_text


def test_a_definition_in_another_language_says_so_and_its_word_keeps_its_own() -> None:
    rich = paragraph(Span(text="القطنية", marks=(TERM,)))
    assert rich_text_html(rich, lang="ar", dir="rtl") == (
        '<p><span data-term="lumbar" title="The &quot;lower&quot; back" lang="en" dir="ltr">'
        '<span lang="ar" dir="rtl">القطنية</span></span></p>'
    )
    assert rich_text_plain(rich, dir="rtl") == (f'القطنية\n\n{FSI}Lumbar — The "lower" back{PDI}')


def test_an_address_in_right_to_left_text_is_isolated() -> None:
    rich = paragraph(Span(text="اتصل", marks=(Link(href="tel:+12125550100"),)))
    assert rich_text_plain(rich, dir="rtl") == f"اتصل ({LRI}+12125550100{PDI})"


@pytest.mark.parametrize("href", ["javascript:alert(1)", "//example.org", "data:text/html,x", ""])
def test_an_unsafe_link_is_refused(href: str) -> None:
    with pytest.raises(ValueError, match="Allowed schemes: http, https, mailto, tel"):
        html(paragraph(Span(text="x", marks=(Link(href=href),))))


HEAD: dict[str, Any] = {
    "id": "1",
    "aspect": Aspect.OVERVIEW,
    "critical": False,
    "lang": "en",
    "dir": "ltr",
    "translation": Translation(status=TranslationStatus.SOURCE),
}
ARABIC = HEAD | {"lang": "ar", "dir": "rtl"}
WEEK = Duration(iso="P1W", text="1 week")


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (Lead(**HEAD, label="In short", text="It helps."), "In short\nIt helps."),
        (
            CareCard(
                **HEAD,
                label="Call 911 if",
                level=CareLevel.EMERGENCY,
                level_label="Call emergency services now",
                heading="Call 911 if",
                items=("You cannot move a leg", "You cannot hold urine"),
                action="tel:911",
            ),
            "Call emergency services now\nCall 911 if\n• You cannot move a leg\n"
            "• You cannot hold urine\n911",
        ),
        (
            Contraindications(
                **HEAD,
                label="When not to have it",
                items=(
                    Contraindication(
                        text="A broken bone",
                        severity=Severity.ABSOLUTE,
                        severity_label="Do not have it",
                        codes=(Code(system=CodingSystem.ICD_10_CM, code="S32.0"),),
                    ),
                ),
            ),
            "When not to have it\n• A broken bone — Do not have it",
        ),
        (
            Steps(
                **HEAD,
                label="During",
                phase=Phase.DURING,
                steps=(
                    Step(title="Lie down", text="On a table.", duration=WEEK, figure=None),
                    Step(title="", text="Breathe.", duration=None, figure=None),
                ),
            ),
            "During\n1. Lie down — On a table. — 1 week\n2. Breathe.",
        ),
        (
            SideEffects(
                **HEAD,
                label="Side effects",
                items=(
                    SideEffect(
                        text="Soreness",
                        frequency=Frequency.COMMON,
                        frequency_label="Common",
                        duration=WEEK,
                        serious=True,
                        serious_label="Serious",
                    ),
                ),
            ),
            "Side effects\n• Soreness — Common · 1 week · Serious",
        ),
        (
            Comparison(
                **HEAD,
                label="Compare",
                title="Compare",
                options=(
                    ComparisonOption(name="Massage", treatment=None),
                    ComparisonOption(name="Exercise", treatment=None),
                ),
                criteria=(ComparisonCriterion(label="Visits", cells=("4", "8")),),
            ),
            "Compare\nVisits\n• Massage — 4\n• Exercise — 8",
        ),
        (
            Faq(
                **HEAD,
                label="Questions",
                items=(
                    Question(question="Does it hurt?", answer=paragraph(Span(text="No."))),
                    Question(question="Is it safe?", answer=paragraph(Span(text="Yes."))),
                ),
            ),
            "Questions\nDoes it hurt?\nNo.\n\nIs it safe?\nYes.",
        ),
        (
            Cta(
                **ARABIC,
                label="اتصل بنا",
                kind=ActionKind.CALL,
                text="اتصل بنا",
                target="tel:+12125550100",
                disclaimer="",
            ),
            f"اتصل بنا\n{LRI}+12125550100{PDI}",
        ),
        (
            Evidence(
                **ARABIC,
                label="الأبحاث",
                reference="r",
                title="Spinal therapy",
                cited_lang="en",
                authors="Rubinstein SM",
                journal="BMJ",
                year=2019,
                doi=None,
                pmid=None,
                url=None,
                level=None,
                design=None,
                level_label="",
                design_label="",
                takeaway="يساعد",
                limits="",
            ),
            f"الأبحاث\n{FSI}Rubinstein SM. Spinal therapy. BMJ, 2019.{PDI}\nيساعد",
        ),
    ],
    ids=lambda value: type(value).__name__ if is_dataclass(value) else "",
)
def test_a_block_reads_well_as_plain_text(block: nodes.Block, text: str) -> None:
    assert block_text(block) == text


@pytest.mark.parametrize(
    ("text", "width", "wrapped"),
    [
        ("one two three four", 10, "one two\nthree four"),
        ("• one two three four", 10, "• one two\n  three\n  four"),
        ("12. one two three", 10, "12. one\n    two\n    three"),
        ("unbreakablelongword and", 10, "unbreakablelongword\nand"),
        ("脊柱松动术是一种温和的治疗。", 12, "脊柱松动术是\n一种温和的治\n疗。"),
        ("六个字正好一行。", 14, "六个字正好一\n行。"),
        (f"a {LRI}+1 (212) 555-0100{PDI} b", 12, f"a\n{LRI}+1 (212) 555-0100{PDI}\nb"),
        (f"{FSI}one two three{PDI} x", 10, f"{FSI}one two{PDI}\n{FSI}three{PDI} x"),
        ("short\n\nlines", 10, "short\n\nlines"),
    ],
)
def test_wrapping_keeps_words_numbers_and_islands_whole(
    text: str, width: int, wrapped: str
) -> None:
    assert wrap(text, width) == wrapped


def test_a_width_too_small_to_read_is_refused() -> None:
    with pytest.raises(ValueError, match=r"width is 9\. Allowed: 10 columns or more"):
        wrap("text", 9)


@slow
@given(documents, st.integers(10, 90))
def test_wrapping_loses_nothing_and_keeps_to_the_width(
    document: nodes.Document, width: int
) -> None:
    labels = labels_of(document)
    whole = text_page(document, labels)
    wrapped = text_page(document, labels, width)
    assert words_of(wrapped) == words_of(whole)
    for line in wrapped.split("\n"):
        if columns(line) > width:
            assert LRI in line or len(line.replace("•", "").split()) <= 2
        assert len(re.findall("[\u2066-\u2068]", line)) == line.count(PDI)


def words_of(text: str) -> str:
    return re.sub(r"[ \n]", "", unmarked(text))
