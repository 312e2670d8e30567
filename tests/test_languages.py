"""Which spellings of a language are one of the site's."""

from __future__ import annotations

import pytest

from pages.languages import UnknownLanguage, read_language


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
