"""What caches are to forget, written in the transaction that makes their copies wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from pages.languages import all_languages
from pages.models import CachePurge, ClinicBranding, Edition, VocabularyTerm
from pages.publishing.editions import editions_appended
from pages.purging import keys
from pages.purging.background import wake


def purge_later(wrong: Iterable[str]) -> None:
    """One row for each cache, and a thread that sends them once they are kept."""
    if not settings.CACHE_PURGE:
        return
    said = " ".join(wrong)
    CachePurge.objects.bulk_create(
        [CachePurge(cache=cache, keys=said) for cache in settings.CACHE_PURGE]
    )
    transaction.on_commit(wake, robust=True)


def _appended(sender: type[Edition], editions: Sequence[Edition], **kwargs: Any) -> None:
    purge_later(keys.changed_by(editions))


def _term_changed(sender: type[VocabularyTerm], **kwargs: Any) -> None:
    purge_later([keys.VOCABULARY[sender]])


def _branding_changed(sender: type[Model], **kwargs: Any) -> None:
    """It is in every email."""
    purge_later([keys.of_language(language.code) for language in all_languages()])


def connect() -> None:
    editions_appended.connect(_appended, sender=Edition, dispatch_uid="purging")
    for signal in (post_save, post_delete):
        for model in keys.VOCABULARY:
            signal.connect(_term_changed, sender=model, dispatch_uid="purging")
        signal.connect(_branding_changed, sender=ClinicBranding, dispatch_uid="purging")
