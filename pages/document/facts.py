"""What a page says of itself: who reviewed it and when, where the treatment is offered, codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pages.document.labels import Labels
from pages.document.nodes import Direction, Document, Reviewer, VocabularyItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One value. lang: None for what is in no language, such as a name or a date; dir: "auto"
    for a name, which runs as its own letters do. whole: no line may break inside it."""

    text: str
    lang: str | None = None
    dir: Direction | Literal["auto"] = "auto"
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    label: str
    parts: tuple[Part, ...]


def page_facts(document: Document, labels: Labels) -> tuple[Fact, ...]:
    """Those that the page has, in the order in which a patient may ask for them."""
    found = (
        Fact(label=label, parts=tuple(part for part in parts if part.text))
        for label, parts in _facts(document, labels)
    )
    return tuple(fact for fact in found if fact.parts)


def _facts(document: Document, labels: Labels) -> Iterator[tuple[str, tuple[Part, ...]]]:
    reviewer = document.reviewed_by
    yield labels.reviewed_by, _reviewer(reviewer) if reviewer else ()
    yield labels.last_reviewed, _day(document.last_reviewed)
    yield labels.review_due, _day(document.review_due)
    yield labels.valid_until, _day(document.valid_until)
    yield labels.translation_reviewed_by, _translation_reviewers(document)
    yield labels.specialty, (_words(document.specialty_label, document.lang, document.dir),)
    yield labels.category, _items(document.category)
    yield labels.body_region, _items(document.body_region)
    yield labels.clinics, _items(*document.clinics)
    codes = (f"{code.system.proper_name} {code.code}" for code in document.codes)
    yield labels.codes, tuple(_ltr(code) for code in codes)


def _reviewer(reviewer: Reviewer) -> tuple[Part, ...]:
    return (
        Part(text=reviewer.name),
        _words(reviewer.credentials, reviewer.lang, reviewer.dir),
        _words(reviewer.role, reviewer.lang, reviewer.dir),
    )


def _translation_reviewers(document: Document) -> tuple[Part, ...]:
    """Who reviewed what is translated here, and the day of the latest review."""
    reviewed = [block.translation for block in document.blocks if block.translation.reviewed_by]
    names = dict.fromkeys(each.reviewed_by for each in reviewed if each.reviewed_by)
    latest = max((each.reviewed_at for each in reviewed if each.reviewed_at), default="")
    return (*(Part(text=name) for name in names), *_day(latest[: len("2026-11-24")]))


def _items(*items: VocabularyItem | None) -> tuple[Part, ...]:
    return tuple(_words(item.name, item.lang, item.dir) for item in items if item)


def _day(day: str | None) -> tuple[Part, ...]:
    return (_ltr(day),) if day else ()


def _ltr(text: str) -> Part:
    return Part(text=text, dir="ltr", whole=True)


def _words(text: str, lang: str, dir: Direction) -> Part:
    return Part(text=text, lang=lang, dir=dir)
