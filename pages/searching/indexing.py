"""Entries follow the edition log: written with the editions that they are of, or not at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from modelsearch.backends import get_search_backend

from pages.document.json_text import read_document
from pages.folding import folded_words
from pages.models import CurrentEdition, Edition, SearchEntry, SearchWord, TreatmentPage
from pages.models.edition import CurrentEditionQuerySet
from pages.publishing.editions import editions_appended
from pages.searching.entries import entry_of, key_of
from pages.searching.outside import tell_outside
from pages.searching.terms import may_be_misspelt

CHUNK = 100


def connect() -> None:
    editions_appended.connect(_editions_appended)


def _editions_appended(
    sender: type[Edition], page: TreatmentPage, editions: Sequence[Edition], **kwargs: Any
) -> None:
    # What has a tombstone now lost its entry with its CurrentEdition.
    public = [each.pk for each in editions if each.kind == Edition.Kind.DOCUMENT]
    gone = [key_of(each.language, each.document_id) for each in editions if each.pk not in public]
    written = _write(CurrentEdition.objects.filter(edition__in=public)) if public else []
    transaction.on_commit(lambda: tell_outside(written, gone), robust=True)


def rebuild() -> int:
    """Every entry anew, in transactions of so many that neither readers nor editors wait long.
    Returns how many there are."""
    SearchWord.objects.all().delete()
    keys = list(CurrentEdition.objects.order_by("pk").values_list("pk", flat=True))
    count = 0
    for start in range(0, len(keys), CHUNK):
        with transaction.atomic():
            # A publish that is under way is waited for: it replaces these rows.
            rows = CurrentEdition.objects.filter(pk__in=keys[start : start + CHUNK])
            locked = [row.pk for row in rows.select_for_update().only("pk")]
            SearchEntry.objects.filter(current__in=locked).delete()
            count += len(_write(CurrentEdition.objects.filter(pk__in=locked)))
    return count


def _write(rows: CurrentEditionQuerySet) -> list[SearchEntry]:
    """Entries of current editions that have none."""
    rows = rows.select_related("edition")
    entries = [entry_of(read_document(row.edition.body), row) for row in rows]
    write_entries(entries)
    return entries


def write_entries(entries: Sequence[SearchEntry]) -> None:
    """New entries, into the table and the index of the database."""
    SearchEntry.objects.bulk_create(entries)
    get_search_backend().add_bulk(SearchEntry, entries)
    words = {
        (entry.language, word)
        for entry in entries
        for word in folded_words(f"{entry.headings}\n{entry.topics}", entry.language)
        if may_be_misspelt(word)
    }
    # Afterwards: two that learn the same word in their transactions would wait for each other.
    transaction.on_commit(lambda: _learn(words), robust=True)


def _learn(words: Collection[tuple[str, str]]) -> None:
    SearchWord.objects.bulk_create(
        [SearchWord(language=code, word=word, length=len(word)) for code, word in sorted(words)],
        ignore_conflicts=True,
    )
