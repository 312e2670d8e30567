"""The words that patients read around the content, in every language."""

from __future__ import annotations

import polib
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import trans_real

from pages.blocks.context import has_interface_words, interface_word
from pages.blocks.labels import (
    BLOCK_TITLES,
    DO_LABEL,
    DONT_LABEL,
    LABELS,
    LANGUAGE_OF_PART,
    PAGE_WORDS,
    SERIOUS_LABEL,
    SOURCE_LANGUAGE_NAME,
)
from pages.blocks.page_labels import page_labels
from pages.document.nodes import Translation
from pages.document.vocabulary import Severity, TranslationStatus
from pages.languages import target_languages
from pages.models import CurrentEdition
from tests import factory

AS_ASKED = (TranslationStatus.SOURCE, TranslationStatus.APPROVED)
LANGUAGES = pytest.mark.parametrize("language", target_languages(), ids=lambda found: found.code)


@LANGUAGES
def test_every_word_is_translated_and_none_waits_for_a_translator(language, settings):
    path = settings.BASE_DIR / "locale" / language.locale / "LC_MESSAGES" / "django.po"
    words = {entry.msgid: entry for entry in polib.pofile(str(path))}
    single = {DO_LABEL, DONT_LABEL, SERIOUS_LABEL, LANGUAGE_OF_PART, SOURCE_LANGUAGE_NAME}
    for english in {*LABELS.values(), *BLOCK_TITLES.values(), *PAGE_WORDS.values(), *single}:
        assert words[english].translated(), english


@LANGUAGES
def test_a_page_says_in_its_own_language_why_a_part_is_in_another(language):
    labels = page_labels(language.code)
    english = page_labels("en")
    for status in TranslationStatus:
        notes = labels.notes(Translation(status=status))
        assert len(notes) == (2 if status.fell_back else 0 if status in AS_ASKED else 1)
        assert not {*notes} & {*english.notes(Translation(status=status))}
        assert all("%" not in note for note in notes)


@LANGUAGES
def test_the_words_of_severity_differ_from_each_other_in_every_language(language):
    said = {interface_word(LABELS[severity], language.code) for severity in Severity}
    assert len(said) == len(Severity)
    assert not said & {LABELS[severity] for severity in Severity}


@pytest.mark.django_db
def test_a_language_without_compiled_words_is_not_published_with_english_labels(
    settings, monkeypatch, tmp_path
):
    page = factory.treatment()
    factory.translate(page, "es")
    assert has_interface_words("es")
    settings.LOCALE_PATHS = [tmp_path]
    monkeypatch.setattr(trans_real, "_translations", {})
    with pytest.raises(ImproperlyConfigured, match="compile_interface"):
        factory.edit(page, summary_en="New.")
    other = factory.treatment("other")
    factory.translate(other, "ar")
    assert list(CurrentEdition.objects.filter(page=other).values_list("language")) == [("en",)]
