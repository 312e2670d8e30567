"""Hypothesis strategies for documents, built from the classes in pages/document/nodes.py."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from pages.document import nodes
from pages.document.labels import Labels
from pages.document.vocabulary import TranslationStatus

# Every script of the site, what HTML must escape, no-break spaces, line breaks, numbers.
# Drawn from a list, not letter by letter, which makes documents fifty times slower to build.
words = st.sampled_from(
    [
        "knee",
        "Ask your doctor",
        "Kręgosłup szyjny",
        "脊柱松动术",
        "도수 치료",
        "কোমর ব্যথা",
        "علاج الظهر",
        "کمر درد",
        "5 < 6 & 7 > 4",
        "\"quoted\" 'words'",
        "30\u00a0%",
        "&amp;",
        "<b>not bold</b>",
        "+1 (212) 555-0100",
        "two\nlines",
        "–",
    ]
)
languages = st.sampled_from(["en", "ar", "zh-hans", "ko"])
hrefs = st.sampled_from(
    [
        "https://example.org/a?b=1&c=2",
        "http://example.org/",
        "mailto:clinic@example.org",
        "tel:+12125550100",
    ]
)


def _marks() -> st.SearchStrategy[Any]:
    """Each class of mark at most once, as rich text has them: no link inside a link."""
    return st.lists(
        st.one_of(*[node(kind) for kind in get_args(nodes.Mark)]), max_size=3, unique_by=type
    ).map(tuple)


def _rich_list() -> st.SearchStrategy[nodes.RichList]:
    return st.builds(
        nodes.RichList,
        ordered=st.booleans(),
        items=st.lists(
            st.builds(nodes.RichItem, depth=st.integers(0, 3), spans=form(tuple[nodes.Span, ...])),
            min_size=1,
            max_size=5,
        ).map(tuple),
    )


def _comparison() -> st.SearchStrategy[nodes.Comparison]:
    """With as many cells in each row as there are options."""

    def rows(options: tuple[nodes.ComparisonOption, ...]) -> st.SearchStrategy[Any]:
        row = st.builds(
            nodes.ComparisonCriterion,
            label=words,
            cells=st.tuples(*[words for _ in options]),
        )
        return node(
            nodes.Comparison,
            options=st.just(options),
            criteria=st.lists(row, min_size=1, max_size=3).map(tuple),
        )

    option = node(nodes.ComparisonOption)
    return st.lists(option, min_size=2, max_size=4).map(tuple).flatmap(rows)


def node(kind: type[Any], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    found = {
        field.name: given[field.name] if field.name in given else form(hints[field.name])
        for field in fields(kind)
    }
    if kind is nodes.Span and "marks" not in given:
        found["marks"] = _marks()
    for name in ("lang", "alt_lang", "cited_lang", "source_lang"):
        if name in found and name not in given:
            found[name] = languages
    for name in ("href", "url", "action", "target"):
        if name in found and name not in given:
            optional = type(None) in get_args(hints[name])
            found[name] = st.none() | hrefs if optional else hrefs
    return st.builds(kind, **found)


def form(expected: Any) -> st.SearchStrategy[Any]:
    """A strategy for any annotation of nodes.py."""
    origin = get_origin(expected)
    if expected is nodes.RichList:
        return st.deferred(_rich_list)
    if expected is nodes.Comparison:
        return st.deferred(_comparison)
    if is_dataclass(expected):
        return st.deferred(lambda: node(expected))
    if origin in (Union, UnionType):
        return st.one_of(*[form(member) for member in get_args(expected)])
    if origin is Literal:
        return st.sampled_from(get_args(expected))
    if origin is tuple:
        return st.lists(form(get_args(expected)[0]), min_size=1, max_size=3).map(tuple)
    if expected is NoneType:
        return st.none()
    if issubclass(expected, StrEnum):
        return st.sampled_from(list(expected))
    simple = {
        str: words,
        int: st.integers(0, 10_000),
        float: st.floats(0, 1, allow_nan=False),
        bool: st.booleans(),
    }
    return simple[expected]


def blocks(kind: type[Any]) -> st.SearchStrategy[Any]:
    return form(kind)


rich_texts = form(nodes.RichText)
documents = node(nodes.Document)


def labels_of(document: nodes.Document) -> Labels:
    """Words that say which field they are, in the document's language: `<review_due>`, say."""
    given = {"lang": document.lang, "dir": document.dir}
    return Labels(
        statuses=tuple((status, f"<{status}>") for status in TranslationStatus),
        **given,
        **{
            field.name: f"<{field.name}>"
            for field in fields(Labels)
            if field.name not in {"statuses", *given}
        },
    )
