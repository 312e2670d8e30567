"""What memory holds of a wording, and which of several translations is to be trusted first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from html import escape, unescape
from typing import Any, NamedTuple

from pages.catalog.memory.tags import is_coded, words_of
from pages.catalog.segments import Segment
from pages.digest import text_digest
from pages.document.vocabulary import Origin
from pages.models import Target
from pages.models.target import TargetState

MEMORY_KEY = "memory/"
_COLUMNS = (
    "language",
    "text_digest",
    "source",
    "text",
    "state",
    "origin",
    "author",
    "reviewer",
    "page_id",
    "page__slug",
    "key",
    "failed_checks",
    "waiver",
    "updated_at",
)


class Entry(NamedTuple):
    """A target as memory: its columns, with the slug of its page where that still exists."""

    language: str
    text_digest: str
    source: str
    text: str
    state: str
    origin: str
    author: str
    reviewer: str
    page_id: int | None
    slug: str | None
    key: str
    failed_checks: list[str]
    waiver: str
    updated_at: datetime

    @property
    def coded(self) -> bool:
        return is_coded(self.key)

    @property
    def where_from(self) -> str:
        """The slug of its page, the name of the memory that it came with, or that there is none."""
        if self.slug is not None:
            return self.slug
        if self.key.startswith(MEMORY_KEY):
            return self.author
        return "a deleted page"

    @property
    def blocked(self) -> bool:
        return bool(self.failed_checks) and not self.waiver

    @property
    def quality(self) -> int:
        """0 is best: reviewed, then written by a person here, then brought by a file, then
        made by a machine."""
        if self.state == TargetState.APPROVED:
            return 0
        if self.state == TargetState.MACHINE:
            return 3
        return 1 if self.origin == Origin.HUMAN.value else 2

    def translates(self, source: str, *, coded: bool) -> bool:
        """Whether it translates these very words: plain and coded text spell & differently, and
        one digest may stand for either."""
        if self.coded == coded:
            return self.text_digest == text_digest(source)
        here, there = words_of(source, coded=coded), words_of(self.source, coded=self.coded)
        return text_digest(here) == text_digest(there)

    def in_context(self, page_id: int | None, key: str) -> bool:
        """Whether it stands where the segment stands: the same page, or the same block of the
        page that this one was copied from."""
        return self.key == key or (page_id is not None and self.page_id == page_id)

    def rank(self, page_id: int | None, key: str) -> tuple[Any, ...]:
        """Best first. What was reviewed comes before what merely stood in the same place."""
        return (self.quality, not self.in_context(page_id, key), -self.updated_at.timestamp())


def entries_of(digests: Collection[str], languages: Iterable[str]) -> list[Entry]:
    """Everything that stands for these wordings, in one query."""
    rows = Target.objects.standing().filter(
        text_digest__in=list(digests), language__in=list(languages)
    )
    return [Entry(*row) for row in rows.order_by("pk").values_list(*_COLUMNS)]


def wordings(segment: Segment) -> tuple[str, ...]:
    """The digests under which the segment's words may be remembered: plain text and coded text
    spell & < > differently."""
    if not any(character in segment.text for character in "&<>"):
        return (segment.digest,)
    if segment.paragraph is None:
        other = escape(segment.text, quote=False)
    elif "<" in segment.text:
        return (segment.digest,)  # tags: no plain text says the same
    else:
        other = unescape(segment.text)
    return (segment.digest, text_digest(other))
