"""System checks that name what a language of the setting still lacks.

They run with `manage.py check`, `migrate` and most commands; docs/how-to/add-a-language.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register

from pages.blocks.interface_words import WORD_COUNT, interface_catalog, missing_words
from pages.catalog.checks.lexicon import has_lexicon
from pages.languages import Language, target_languages


@register(Tags.translation)
def check_languages(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A warning for each thing: a site runs without them, and the language is not served or is
    checked less."""
    return [warning for language in target_languages() for warning in _warnings(language)]


def _warnings(language: Language) -> Iterator[Warning]:
    named = f"{language.name} ({language.code})"
    catalog = interface_catalog(language).with_suffix(".po")
    missing = missing_words(language)
    if not catalog.exists():
        yield Warning(
            f"{named} has no interface words: nothing is published in it.",
            hint=f"Run manage.py start_language {language.code}, translate "
            f"locale/{language.locale}/LC_MESSAGES/django.po, run manage.py compile_interface.",
            id="pages.W001",
        )
    elif missing:
        yield Warning(
            f"{named} lacks {len(missing)} of {WORD_COUNT} interface words, such as "
            f"{missing[0]!r}. Pages would say them in English; without all, nothing is published.",
            hint=f"Translate locale/{language.locale}/LC_MESSAGES/django.po and run manage.py "
            f"compile_interface. Words that are not in it: manage.py start_language "
            f"{language.code}.",
            id="pages.W002",
        )
    if not has_lexicon(language.code):
        yield Warning(
            f"{named} has no lexicon: units, negations and letters of translations into it are "
            "not checked.",
            hint=f"Write pages/catalog/checks/lexicon/{language.code}.toml, after those that are "
            "there.",
            id="pages.W003",
        )
