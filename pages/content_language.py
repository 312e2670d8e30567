"""The content language of modeltranslation's plain attributes: always the source language.

`page.heading` reads and writes the column of the *active* language, and Wagtail activates each
editor's own interface language: an editor with a Spanish interface would overwrite the Spanish
column. One private name of modeltranslation decides; it is replaced here and the version is
pinned. tests/test_content_language.py goes red when an update renames it.
"""

from __future__ import annotations

from contextvars import ContextVar

import modeltranslation.utils
from django.conf import settings

content_language: ContextVar[str] = ContextVar(
    "content_language", default=settings.MODELTRANSLATION_DEFAULT_LANGUAGE
)


def pin_content_language() -> None:
    """Called once by the app's ready()."""
    modeltranslation.utils._get_language = content_language.get  # type: ignore[attr-defined]
