"""How far a vocabulary term is translated, language by language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pages.languages import Language, all_languages, source_language, target_languages
from pages.models import VocabularyTerm


class TextState(StrEnum):
    """What an editor has to know about one text in one language."""

    SOURCE = "source"
    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"
    NOT_NEEDED = "not_needed"  # the source says nothing here, so there is nothing to translate


@dataclass(frozen=True, slots=True)
class Coverage:
    """The target languages of one term, each in exactly one of three lists."""

    complete: tuple[Language, ...]
    stale: tuple[Language, ...]
    missing: tuple[Language, ...]

    @property
    def total(self) -> int:
        return len(self.complete) + len(self.stale) + len(self.missing)


def text_columns(model: type[VocabularyTerm]) -> list[str]:
    """Every column that holds a text, so that a term is found by its name in any language."""
    return [
        f"{field}_{language.suffix}" for field in model.translated for language in all_languages()
    ]


def text_state(term: VocabularyTerm, field: str, language: Language) -> TextState:
    if language == source_language():
        return TextState.SOURCE
    if getattr(term, f"{field}_{language.suffix}"):
        return TextState.CURRENT if term.is_current(field, language) else TextState.STALE
    if getattr(term, f"{field}_{source_language().suffix}"):
        return TextState.MISSING
    return TextState.NOT_NEEDED


def coverage(term: VocabularyTerm) -> Coverage:
    """A language with a stale text counts as stale even if another text is missing there."""
    lists: dict[TextState, list[Language]] = {
        TextState.CURRENT: [],
        TextState.STALE: [],
        TextState.MISSING: [],
    }
    for language in target_languages():
        states = {text_state(term, field, language) for field in term.translated}
        lists[_worst(states)].append(language)
    return Coverage(
        complete=tuple(lists[TextState.CURRENT]),
        stale=tuple(lists[TextState.STALE]),
        missing=tuple(lists[TextState.MISSING]),
    )


def _worst(states: Iterable[TextState]) -> TextState:
    found = set(states)
    for state in (TextState.STALE, TextState.MISSING):
        if state in found:
            return state
    return TextState.CURRENT
