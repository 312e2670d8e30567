"""The languages of the site: one list, from settings.LANGUAGES; the first is the source.

On the wire a language is its lower-case BCP 47 tag (RFC 5646, section 2.1.1: tags are
case-insensitive), which is also Django's code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language_info, to_locale

from pages.document.nodes import Direction

# Spellings that translators' tools send for a language of ours.
ALIASES = {
    **dict.fromkeys(("en-us", "en-gb", "en-ca", "en-au"), "en"),
    "zh": "zh-hans",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-hans-cn": "zh-hans",
    "es-us": "es",
    "es-419": "es",
    "es-mx": "es",
    "es-la": "es",
    "es-es": "es",
    "fr-fr": "fr",
    "fr-ca": "fr",
    "ar-sa": "ar",
    "ru-ru": "ru",
    "ur-pk": "ur",
    "ko-kr": "ko",
    "pl-pl": "pl",
    "hat": "ht",
    "ht-ht": "ht",
    "ben": "bn",
    "bn-bd": "bn",
}


class UnknownLanguage(ValueError):
    """The language is not one of the site's. The message names those that are."""

    def __init__(self, value: str) -> None:
        allowed = tuple(language.code for language in all_languages())
        super().__init__(f"Unknown language {value!r}. Allowed: {', '.join(allowed)}.")
        self.value = value
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Language:
    """code: BCP 47, lower case; locale: the folder name under locale/, such as zh_Hans."""

    code: str
    name: str
    local_name: str
    dir: Direction
    locale: str

    @property
    def suffix(self) -> str:
        """How django-modeltranslation ends a column of this language."""
        return self.code.replace("-", "_")


@lru_cache(maxsize=1)
def all_languages() -> tuple[Language, ...]:
    return tuple(_language(code, name) for code, name in settings.LANGUAGES)


def _language(code: str, name: str) -> Language:
    info = get_language_info(code)
    return Language(
        code=code,
        name=str(name),
        local_name=info["name_local"],
        dir="rtl" if info["bidi"] else "ltr",
        locale=to_locale(code),
    )


def source_language() -> Language:
    return all_languages()[0]


def target_languages() -> tuple[Language, ...]:
    return all_languages()[1:]


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Language]:
    return {language.code: language for language in all_languages()}


def get_language(code: str) -> Language:
    """The language with exactly this code, in any case. Raises UnknownLanguage."""
    try:
        return _by_code()[code.lower()]
    except KeyError:
        raise UnknownLanguage(code) from None


def read_language(value: str) -> Language:
    """Like get_language, but takes what tools write: zh_CN, es-US, zh_Hans. Raises likewise."""
    tag = value.strip().replace("_", "-").lower()
    return get_language(ALIASES.get(tag, tag))
