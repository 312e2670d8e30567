"""The words around a page's blocks, from gettext under an explicit language."""

from __future__ import annotations

from functools import lru_cache

from pages.blocks.context import interface_word
from pages.blocks.labels import LABELS, LANGUAGE_OF_PART, PAGE_WORDS
from pages.document.labels import Labels
from pages.document.vocabulary import TranslationStatus
from pages.languages import get_language, source_language


@lru_cache(maxsize=64)
def page_labels(language_code: str) -> Labels:
    """Raises UnknownLanguage."""
    language = get_language(language_code)
    source_name = interface_word(source_language().name, language.code)
    return Labels(
        lang=language.code,
        dir=language.dir,
        language_of_part=interface_word(LANGUAGE_OF_PART, language.code)
        % {"language": source_name},
        statuses=tuple(
            (status, interface_word(LABELS[status], language.code)) for status in TranslationStatus
        ),
        **{field: interface_word(english, language.code) for field, english in PAGE_WORDS.items()},
    )
