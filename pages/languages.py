"""The languages of the site: one list, from settings.LANGUAGES; the first is the source.

On the wire a language is its lower-case BCP 47 tag (RFC 5646, section 2.1.1: tags are
case-insensitive), which is also Django's code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language_info, to_locale

from pages.document.nodes import Direction

# Spellings that translators' tools send for a language of ours, or for one that a clinic adds.
ALIASES = {
    "zh": "zh-hans",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-hans-cn": "zh-hans",
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
    "zh-hant-tw": "zh-hant",
    "zh-hant-hk": "zh-hant",
    "hat": "ht",
    "ben": "bn",
    "yid": "yi",
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
    try:
        info = get_language_info(code)
    except KeyError:
        raise ImproperlyConfigured(
            f"LANGUAGES: Django knows no language {code!r}. Add its name, local name and direction "
            "below LANGUAGES, as the lines for ht and yi do."
        ) from None
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


# RFC 5646, section 2.2.4: two letters or three digits. Not of Chinese: its regions write
# differently, so they stand in ALIASES one by one.
_WITH_REGION = re.compile(r"(?!zh-)([a-z]{2,3})-(?:[a-z]{2}|[0-9]{3})")


def read_language(value: str) -> Language:
    """Like get_language, but takes what tools write: zh_CN, es-US, fr_FR. Raises likewise.

    A tool for translators names a country with most languages, and the words are the same.
    """
    tag = value.strip().replace("_", "-").lower()
    tag = ALIASES.get(tag, tag)
    if tag not in _by_code() and (found := _WITH_REGION.fullmatch(tag)) and found[1] in _by_code():
        tag = found[1]
    try:
        return get_language(tag)
    except UnknownLanguage:
        raise UnknownLanguage(value) from None
