"""Entries on SQLite: FTS5, ranked by bm25 with more weight on headings. Nothing is stemmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, FloatField, Func, OuterRef, QuerySet, Value
from modelsearch.backends.database.sqlite.query import MatchExpression, SearchQueryExpression
from modelsearch.backends.database.sqlite.sqlite import (
    IndexEntry,
    ObjectIndexer,
    SQLiteFTSIndexEntry,
    SQLiteIndex,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
    SQLiteSearchResults,
)

from pages.models import SearchEntry
from pages.models.edition import visible_q
from pages.searching.terms import prefixes

# Of Wagtail's columns autocomplete, body and title, in the order of its table.
WEIGHTS = "0.0, 1.0, 8.0"


class EntryIndex(SQLiteIndex):
    def __init__(self, backend: SQLiteSearchBackend) -> None:
        super().__init__(backend)
        # Of title norms alone: pages.searching.postgresql says why.
        self.entries: QuerySet[Any] = IndexEntry.objects.exclude(content_type=_entry_type())

    def add_items(self, model: type[Any], objs: Sequence[Any]) -> None:
        if model is not SearchEntry:
            super().add_items(model, objs)
            return
        indexers = [ObjectIndexer(entry, self.backend) for entry in objs]
        _indexed().filter(object_id__in=[indexer.id for indexer in indexers]).delete()
        IndexEntry.objects.bulk_create(
            [
                IndexEntry(
                    content_type=_entry_type(),
                    object_id=indexer.id,
                    title=indexer.title,
                    body=indexer.body,
                )
                for indexer in indexers
            ]
        )


def _entry_type() -> ContentType:
    return ContentType.objects.get_for_model(SearchEntry)


def _indexed() -> QuerySet[Any]:
    entries: QuerySet[Any] = IndexEntry.objects.filter(content_type=_entry_type())
    return entries


class EntryCompiler(SQLiteSearchQueryCompiler):
    def keys(self, start: int, stop: int | None) -> list[str]:
        """Of the matching entries, best first."""
        public = self.queryset.order_by().filter(visible_q(prefix="current__"))
        table = SQLiteFTSIndexEntry._meta.db_table
        rank = Func(template=f"bm25({table}, {WEIGHTS})", output_field=FloatField())
        rows = SQLiteFTSIndexEntry.objects.filter(
            MatchExpression(["title", "body"], self._match()),
            Exists(public.filter(pk=OuterRef("index_entry__object_id"))),
            index_entry__content_type=_entry_type(),
        )
        found = rows.order_by(rank).values_list("index_entry__object_id", flat=True)
        return list(found[start:stop])

    def _match(self) -> SearchQueryExpression:
        """Words of pages.folding: letters and digits alone, so none can end its quotation."""
        asked = self.query.query_string.split()
        unfinished = prefixes(asked, stemmed=False)
        words = (f'"{word}"*' if word in unfinished else f'"{word}"' for word in asked)
        joint = " AND " if self.query.operator == "and" else " OR "
        return SearchQueryExpression(Value(joint.join(words)))


class EntryResults(SQLiteSearchResults):
    def _do_search(self) -> list[Any]:
        if self.query_compiler.queryset.model is not SearchEntry:
            found: list[Any] = super()._do_search()
            return found
        keys = self.query_compiler.keys(self.start, self.stop)
        entries = self.query_compiler.queryset.in_bulk(keys)
        return [entries[key] for key in keys if key in entries]


class SQLiteBackend(SQLiteSearchBackend):
    index_class = EntryIndex
    query_compiler_class = EntryCompiler
    results_class = EntryResults
