"""Which spellings of a language are one of the site's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured

from pages.language_checks import check_languages
from pages.languages import (
    UnknownLanguage,
    _by_code,
    all_languages,
    get_language,
    read_language,
)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("es-419", "es"),
        ("es_MX", "es"),
        ("fr-FR", "fr"),
        ("ar-EG", "ar"),
        ("ur_PK", "ur"),
        ("en-US", "en"),
        ("HT-ht", "ht"),
        ("zh_CN", "zh-hans"),
        ("zh-Hans", "zh-hans"),
        ("zh", "zh-hans"),
        ("hat", "ht"),
    ],
)
def test_what_tools_write_is_one_of_ours(written, code):
    assert read_language(written).code == code


@pytest.mark.parametrize("written", ["zh-TW", "zh-Hant", "zh-HK", "ur-Latn", "yi", "es-", "", "e"])
def test_another_script_or_language_is_refused_as_it_was_written(written):
    with pytest.raises(UnknownLanguage) as error:
        read_language(written)
    assert str(error.value).startswith(f"Unknown language {written!r}. Allowed: en, es, zh-hans,")


@pytest.fixture
def with_chinese_of_taiwan(settings) -> Iterator[None]:
    settings.LANGUAGES = [*settings.LANGUAGES, ("zh-hant", "Chinese (traditional)")]
    all_languages.cache_clear()
    _by_code.cache_clear()
    yield
    all_languages.cache_clear()
    _by_code.cache_clear()


@pytest.mark.parametrize("written", ["zh-TW", "zh_HK", "zh-Hant", "zh_Hant_TW", "zh-MO"])
def test_traditional_chinese_is_known_by_its_names_where_it_was_added(
    with_chinese_of_taiwan, written
):
    assert read_language(written).code == "zh-hant"
    assert read_language("zh").code == "zh-hans"
    assert (get_language("zh-hant").locale, get_language("zh-hant").dir) == ("zh_Hant", "ltr")


def test_a_language_that_django_does_not_know_says_what_to_add(settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("xx", "Nobody's")]
    all_languages.cache_clear()
    with pytest.raises(ImproperlyConfigured, match="Django knows no language 'xx'"):
        all_languages()
    all_languages.cache_clear()


def test_the_site_as_it_comes_lacks_nothing():
    assert check_languages(None) == []


def test_a_language_that_lacks_all_is_told_what(with_chinese_of_taiwan, settings, tmp_path):
    """Of the words, in a project that has none; the lexicon is there."""
    settings.LOCALE_PATHS = [tmp_path]
    found = [each for each in check_languages(None) if "zh-hant" in each.msg]
    assert [each.id for each in found] == ["pages.W001"]
    assert "manage.py start_language zh-hant" in found[0].hint
