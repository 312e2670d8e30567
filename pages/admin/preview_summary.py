"""The lines above a preview: what is not yet in the language, and whether apps get it at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pages.document.nodes import Document, Translation
from pages.document.vocabulary import TranslationStatus
from pages.languages import Language, source_language
from pages.models import Release, TreatmentPage
from pages.publishing.release import stored_releases

# In the order in which they are said.
FALLBACK_REASONS = {
    TranslationStatus.MISSING: "not translated yet",
    TranslationStatus.STALE: "out of date",
    TranslationStatus.UNREVIEWED: "not reviewed",
    TranslationStatus.BLOCKED: "stopped by a safety check",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """One line above the preview. `fallen`: how many parts are shown in the source language."""

    sentence: str
    fallen: int


def summarise(document: Document, language: Language) -> Summary:
    total = document.coverage.blocks
    source = source_language()
    if language == source:
        return Summary(f"{_blocks(total)} in {source.name}, the source language.", 0)
    names = [name for name, part in _head(document) if part.status.fell_back]
    counts = Counter(part.status for part in _parts(document))
    reasons = [
        f"{counts[status]} {reason}"
        for status, reason in FALLBACK_REASONS.items()
        if counts[status]
    ]
    fallen = sum(counts[status] for status in FALLBACK_REASONS)
    # A block's pictures fall back with it.
    if document.image and document.image.alt_lang != document.lang:
        names.append("the description of the picture")
        reasons.append("1 without a reviewed translation")
        fallen += 1
    if not fallen:
        return Summary(f"Every block is in {language.name} ({_blocks(total)}).", 0)
    if missing := total - document.coverage.in_language:
        names.append(f"{missing} of {_blocks(total)}")
    said = _listed(names)
    are = "is" if fallen == 1 else "are"
    return Summary(
        f"{said[0].upper()}{said[1:]} {are} not in {language.name}: "
        f"shown in {source.name} ({', '.join(reasons)}).",
        fallen,
    )


def not_public(page: TreatmentPage, document: Document, language: Language) -> str:
    """Why apps do not get the page in `language` at all; "" where they do (publishing/release)."""
    states = stored_releases([page])[page.pk]
    # Without the source there is no language: blocks that fall back would say what it says.
    for said in (source_language(), language):
        state = states.get(said.code)
        if state is not None and state != Release.State.RELEASED:
            taken = Release.State(state).label.capitalize()
            inside = "it" if said == language else language.name
            return f"{taken} in {said.name}: apps get nothing in {inside}."
    if language == source_language() or language.code in states:
        return ""
    if _meets_release_rule(document):
        return f"Apps get the page in {language.name} once you publish it."
    return (
        f"Not released in {language.name}: apps get nothing in it until the heading, the summary "
        "and every critical block have a reviewed translation."
    )


def _meets_release_rule(document: Document) -> bool:
    essential = [
        document.heading.translation,
        document.summary.translation,
        *(block.translation for block in document.blocks if block.critical),
    ]
    return all(found.status is TranslationStatus.APPROVED for found in essential)


def _head(document: Document) -> Iterator[tuple[str, Translation]]:
    yield "the heading", document.heading.translation
    if document.also_called:
        yield "the other names", document.also_called.translation
    yield "the summary", document.summary.translation


def _parts(document: Document) -> Iterator[Translation]:
    for _, part in _head(document):
        yield part
    for block in document.blocks:
        yield block.translation


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _blocks(number: int) -> str:
    return "1 block" if number == 1 else f"{number} blocks"
