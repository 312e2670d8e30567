"""Entries follow the edition log: written with the editions that they are of, or not at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import Any

from django.db import transaction
from modelsearch.backends import get_search_backend

from pages.bulk import append_values
from pages.document.json_text import read_document
from pages.document.nodes import Document
from pages.models import CurrentEdition, Edition, SearchEntry, SearchWord
from pages.models.edition import CurrentEditionQuerySet
from pages.publishing.editions import editions_appended
from pages.searching.entries import entry_of, fold_passages, key_of
from pages.searching.outside import tell_outside
from pages.searching.terms import may_be_misspelt

CHUNK = 100
_COLUMNS = [field.attname for field in SearchEntry._meta.concrete_fields]
_values = attrgetter(*_COLUMNS)


def connect() -> None:
    editions_appended.connect(_editions_appended)


def _editions_appended(
    sender: type[Edition],
    editions: Sequence[Edition],
    public: Sequence[tuple[CurrentEdition, Document]],
    **kwargs: Any,
) -> None:
    # What has a tombstone now lost its entry with its CurrentEdition.
    gone = [
        key_of(each.language, each.document_id)
        for each in editions
        if each.kind == Edition.Kind.TOMBSTONE
    ]
    entries = [entry_of(document, row) for row, document in public]
    # Most publishes leave what most languages say as it is.
    before = SearchEntry.objects.filter(pk__in=[each.key for each in entries])
    digests = dict(before.values_list("key", "digest"))
    written = [each for each in entries if digests.get(each.key) != each.digest]
    if stale := [each.key for each in written if each.key in digests]:
        SearchEntry.objects.filter(pk__in=stale).delete()
    write_entries(written)
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
    """New entries, into the table and the index of the database, with their passages folded."""
    for entry in entries:
        fold_passages(entry)
    append_values(SearchEntry, _COLUMNS, [_values(entry) for entry in entries])
    get_search_backend().add_bulk(SearchEntry, entries)
    words = {
        (entry.language, word)
        for entry in entries
        for word in entry.about.split()
        if may_be_misspelt(word)
    }
    # Afterwards: two that learn the same word in their transactions would wait for each other.
    transaction.on_commit(lambda: _learn(words), robust=True)


def _learn(words: Collection[tuple[str, str]]) -> None:
    # Most are known; two that learn the same new one at once are in nobody's way.
    known = SearchWord.objects.filter(
        language__in={code for code, _ in words}, word__in={word for _, word in words}
    )
    new = set(words).difference(known.values_list("language", "word"))
    SearchWord.objects.bulk_create(
        [SearchWord(language=code, word=word, length=len(word)) for code, word in sorted(new)],
        ignore_conflicts=True,
    )
