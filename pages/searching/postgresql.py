"""Entries on PostgreSQL: stemmed by their language's configuration, ranked by ts_rank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, Q, QuerySet
from modelsearch.backends.database.postgres.postgres import (
    IndexEntry,
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)

from pages.models import SearchEntry
from pages.searching.terms import MOST_MATCHES, configuration, is_prefix


class EntryIndex(PostgresIndex):
    """Wagtail indexes all objects of a model by one configuration: here each by its language's."""

    def __init__(self, backend: PostgresSearchBackend) -> None:
        super().__init__(backend)
        # Wagtail keeps title norms of what is here, in a pass over all of it after each write.
        # Entries have none: they would be ten times as many as everything else.
        entry_type = ContentType.objects.get_for_model(SearchEntry)
        self.entries: QuerySet[Any] = IndexEntry.objects.exclude(content_type=entry_type)

    def add_items(self, model: type[Any], objs: Sequence[Any]) -> None:
        if model is not SearchEntry:
            super().add_items(model, objs)
            return
        by_configuration = defaultdict(list)
        for entry in objs:
            by_configuration[configuration(entry.language)].append(entry)
        for name, entries in by_configuration.items():
            _WithoutNorms(PostgreSQLBackend({"SEARCH_CONFIG": name})).add_items(model, entries)


class _WithoutNorms(PostgresIndex):
    def _refresh_title_norms(self, full: bool = False) -> None:
        pass


class EntryCompiler(PostgresSearchQueryCompiler):
    def search(
        self,
        config: str | None,
        start: int,
        stop: int | None,
        score_field: str | None = None,
        backend: Any = None,
    ) -> QuerySet[Any]:
        if self.queryset.model is not SearchEntry:
            found: QuerySet[Any] = super().search(config, start, stop, score_field, backend)
            return found
        title, body = F("index_entries__title"), F("index_entries__body")
        wanted = raw_query(self.query.query_string.split(), self.query.operator, config)
        # Ranked by any word: ts_rank of all words is of those that stand in one column together.
        ranked = raw_query(self.query.query_string.split(), "or", config)
        rank = SearchRank(title, ranked, weights=self.sql_weights) + SearchRank(
            body, ranked, weights=self.sql_weights
        )
        candidates = (
            self.queryset.filter(index_entries__title=wanted),
            self.queryset.filter(index_entries__body=wanted),
        )
        best = Q()
        for queryset in candidates:
            best |= Q(pk__in=queryset.order_by().values("pk")[:MOST_MATCHES])
        entries: QuerySet[Any] = self.queryset.filter(best)
        return entries.order_by(rank.desc(), "pk")[start:stop]


def raw_query(words: Sequence[str], operator: str, config: str | None) -> SearchQuery:
    return SearchQuery(raw_text(words, operator), search_type="raw", config=config)


def raw_text(words: Sequence[str], operator: str) -> str:
    """words: of pages.folding, so letters and digits alone: none can end a quoted lexeme."""
    joint = " & " if operator == "and" else " | "
    return joint.join(map(_lexeme, words))


def _lexeme(word: str) -> str:
    return f"'{word}':*" if is_prefix(word) else f"'{word}'"


class PostgreSQLBackend(PostgresSearchBackend):
    index_class = EntryIndex
    query_compiler_class = EntryCompiler


def stemmed_alike(
    words: Sequence[str], asked: Sequence[str], language_code: str
) -> list[tuple[str, str]]:
    """(word, asked word) for each of `words` that a search for one of `asked` finds."""
    config = configuration(language_code)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, asked FROM unnest(%s::text[]) AS word, "
            "unnest(%s::text[], %s::text[]) AS one(asked, query) "
            "WHERE to_tsvector(%s::regconfig, word) @@ to_tsquery(%s::regconfig, query)",
            [list(words), list(asked), [_lexeme(one) for one in asked], config, config],
        )
        found: list[tuple[str, str]] = cursor.fetchall()
    return found
