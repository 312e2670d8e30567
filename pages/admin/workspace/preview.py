"""The page in a language, beside the work on it: as patients get it, or with what waits for a
review shown as if it were reviewed already, and marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from pages.catalog.segments import PageSegments, Segment
from pages.catalog.targets import LanguageTargets
from pages.document.nodes import Document, Translation
from pages.document.vocabulary import TranslationStatus
from pages.languages import Language, source_language
from pages.models import TreatmentPage
from pages.models.target import TargetState
from pages.publishing.compile import compile_document, site_policy
from pages.publishing.load import load_page


class Mode(StrEnum):
    WORK = "work"
    PATIENTS = "patients"


MODE_LABELS = {
    Mode.WORK: "With work that waits for a review",
    Mode.PATIENTS: "As patients get it",
}


def compiled(page: TreatmentPage, language: Language, mode: Mode) -> Document:
    """Six queries or so. What fails a check falls back in both modes, and says so."""
    loaded = load_page(page, {source_language(), language})
    targets = loaded.targets[language.code]
    document = compile_document(
        loaded.facts,
        loaded.segments,
        loaded.gathered,
        as_if_reviewed(targets) if mode is Mode.WORK else targets,
        language,
        site_policy(),
    )
    return _marked(document, loaded.segments, targets) if mode is Mode.WORK else document


def as_if_reviewed(targets: LanguageTargets) -> LanguageTargets:
    shown = {
        address: row._replace(state=TargetState.APPROVED.value)
        for address, row in targets.current.items()
    }
    return LanguageTargets(current=shown, keys=targets.keys)


def _marked(document: Document, segments: PageSegments, targets: LanguageTargets) -> Document:
    """Each part that is not reviewed says so again."""

    def marked(translation: Translation, found: Iterable[Segment]) -> Translation:
        if translation.status is not TranslationStatus.APPROVED:
            return translation
        rows = [targets.current.get((segment.key, segment.digest)) for segment in found]
        states = {row.state for row in rows if row}
        for state, status in _WEAKEST_FIRST:
            if state in states:
                return replace(translation, status=status)
        return translation

    def local(part: Any, name: str) -> Any:
        """part: a LocalText or LocalNames, whose fields are the same."""
        found = [segments.scalars[name]] if name in segments.scalars else []
        return part and replace(part, translation=marked(part.translation, found))

    by_id = {block.id: block.segments for block in segments.blocks}
    return replace(
        document,
        heading=local(document.heading, "heading"),
        summary=local(document.summary, "summary"),
        also_called=local(document.also_called, "also_called"),
        blocks=tuple(
            replace(block, translation=marked(block.translation, by_id[block.id]))
            for block in document.blocks
        ),
    )


_WEAKEST_FIRST = (
    (TargetState.MACHINE, TranslationStatus.MACHINE),
    (TargetState.NEEDS_REVIEW, TranslationStatus.NEEDS_REVIEW),
)
