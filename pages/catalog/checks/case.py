"""One target beside its source, as the checks read it."""

from __future__ import annotations

from dataclasses import dataclass

from pages.catalog.checks.context import CheckContext
from pages.catalog.checks.units import with_numbered_duals
from pages.catalog.checks.words import without_addresses, words_of
from pages.catalog.segments import Segment


@dataclass(frozen=True, slots=True)
class Case:
    """source, target: words, without tags; bare_...: without addresses too. text: as stored.
    language: BCP 47, or "" where nobody said: then what needs words is not checked."""

    segment: Segment
    text: str
    language: str
    context: CheckContext
    source: str
    target: str
    bare_source: str
    bare_target: str

    @classmethod
    def of(cls, segment: Segment, text: str, language: str, context: CheckContext) -> Case:
        coded = segment.paragraph is not None
        source, target = words_of(segment.text, coded=coded), words_of(text, coded=coded)
        bare = without_addresses(source)
        return cls(
            segment,
            text,
            language,
            context,
            source,
            target,
            bare,
            with_numbered_duals(bare, without_addresses(target), language),
        )
