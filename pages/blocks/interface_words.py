"""Which words around the content a language still lacks in its compiled catalogue."""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from django.conf import settings

from pages.blocks.labels import (
    BLOCK_TITLES,
    DO_LABEL,
    DONT_LABEL,
    DURATION_LABELS,
    LABELS,
    LANGUAGE_OF_PART,
    PAGE_WORDS,
    SERIOUS_LABEL,
    SOURCE_LANGUAGE_NAME,
)
from pages.languages import Language

WORDS = tuple(
    dict.fromkeys(
        (
            *LABELS.values(),
            *BLOCK_TITLES.values(),
            *PAGE_WORDS.values(),
            DO_LABEL,
            DONT_LABEL,
            SERIOUS_LABEL,
            LANGUAGE_OF_PART,
            SOURCE_LANGUAGE_NAME,
        )
    )
)
# How labels.py writes them for gettext, one and many.
_COUNTED = tuple((f"%(number)d {unit[:-1]}", f"%(number)d {unit}") for unit in DURATION_LABELS)
WORD_COUNT = len(WORDS) + len(_COUNTED)


class _Absent(NullTranslations):
    """What gettext asks for a word that a catalogue does not have."""

    def gettext(self, message: str) -> str:
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return ""


def interface_catalog(language: Language) -> Path:
    """Where the project keeps the words of a language, compiled or not: without its suffix."""
    return Path(settings.LOCALE_PATHS[0]) / language.locale / "LC_MESSAGES" / "django"


def missing_words(language: Language) -> tuple[str, ...]:
    """The English words that a page would show in English in this language."""
    found: NullTranslations = _Absent()
    compiled = interface_catalog(language).with_suffix(".mo")
    if compiled.exists():
        with compiled.open("rb") as stream:
            found = GNUTranslations(stream)
        found.add_fallback(_Absent())
    return (
        *(word for word in WORDS if not found.gettext(word)),
        *(many for one, many in _COUNTED if not found.ngettext(one, many, 2)),
    )
