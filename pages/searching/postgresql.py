"""Entries on PostgreSQL: stemmed by their language's configuration, ranked by ts_rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from modelsearch.backends.database.postgres.postgres import (
    IndexEntry,
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
    PostgresSearchResults,
)
from modelsearch.backends.database.postgres.weights import get_weight
from modelsearch.index import SearchField

from pages.models import SearchEntry
from pages.models.edition import visible_q
from pages.reading import reading_alias
from pages.searching.terms import MOST_ELSEWHERE, MOST_MATCHES, UNSTEMMED, configuration, prefixes

# What a search tells of an entry.
COLUMNS = ("key", "category", "body_region")
_INDEX = IndexEntry._meta.db_table
# Materialised: with the limit in sight PostgreSQL may read every row until it has enough of them,
# and takes seconds where there are fewer.
_MATCHES = f"""
WITH asked AS MATERIALIZED (SELECT to_tsquery(%s::regconfig, %s) AS wanted),
titled AS MATERIALIZED (
    SELECT object_id FROM {_INDEX}
    WHERE content_type_id = %s AND title @@ (SELECT wanted FROM asked)
),
elsewhere AS MATERIALIZED (
    SELECT object_id FROM {_INDEX}
    WHERE content_type_id = %s AND body @@ (SELECT wanted FROM asked)
    AND NOT title @@ (SELECT wanted FROM asked)
)
"""  # noqa: S608  constants alone
# What Wagtail writes, in one statement an entry: it asks for each text five times, and keeps them
# beside their vectors for a fuzzy search that entries do not use.
_INSERT = f"""
INSERT INTO {_INDEX} (
    content_type_id, object_id, title, body, autocomplete, title_norm, title_text, body_text
)
VALUES (
    %(type)s, %(key)s,
    setweight(to_tsvector(%(config)s::regconfig, %(title)s), %(title_weight)s),
    setweight(to_tsvector(%(config)s::regconfig, %(about)s), %(about_weight)s)
        || setweight(to_tsvector(%(config)s::regconfig, %(words)s), %(words_weight)s),
    '', 1.0, '', ''
)
ON CONFLICT (content_type_id, object_id)
DO UPDATE SET title = EXCLUDED.title, body = EXCLUDED.body
"""  # noqa: S608  constants alone
# Of so many matches those are taken that are public and have the facets asked for.
_SEEN = 1000


class EntryIndex(PostgresIndex):
    """Wagtail indexes all objects of a model by one configuration: here each by its language's."""

    def __init__(self, backend: PostgresSearchBackend) -> None:
        super().__init__(backend)
        # Wagtail keeps title norms of what is here, in a pass over all of it after each write.
        # Entries have none: they would be ten times as many as everything else.
        self.entries: QuerySet[Any] = IndexEntry.objects.exclude(content_type=_entry_type())

    def add_items(self, model: type[Any], objs: Sequence[Any]) -> None:
        if model is not SearchEntry:
            super().add_items(model, objs)
            return
        title, about, words = (
            get_weight(field.boost)
            for field in SearchEntry.search_fields
            if isinstance(field, SearchField)
        )
        rows = [
            {
                "type": _entry_type().pk,
                "key": entry.key,
                "config": configuration(entry.language),
                "title": entry.title,
                "about": entry.about,
                "words": entry.words,
                "title_weight": title,
                "about_weight": about,
                "words_weight": words,
            }
            for entry in objs
        ]
        with self.write_connection.cursor() as cursor:
            cursor.executemany(_INSERT, rows)


class EntryCompiler(PostgresSearchQueryCompiler):
    def entries(self, config: str, stop: int) -> list[SearchEntry]:
        """Of so many matches in headings, and some more elsewhere, the best, best first. To rank a
        match is to read all of its words: a word of every page would take seconds."""
        words = self.query.query_string.split()
        wanted, entry_type = raw_text(words, self.query.operator, config), _entry_type().pk
        sql = [_MATCHES]
        parameters: list[Any] = [config, wanted, entry_type, entry_type]
        public = self.queryset.filter(visible_q(prefix="current__")).order_by()
        candidates = []
        for name, most in (("titled", stop), ("elsewhere", min(stop, MOST_ELSEWHERE))):
            few = RawSQL(f"SELECT object_id FROM {name} LIMIT {_SEEN}", ())  # noqa: S608, S611
            rows = public.filter(pk__in=few)
            chosen, values = rows.values_list(*COLUMNS)[:most].query.sql_with_params()
            candidates.append(f"({chosen})")
            parameters += values
        # Ranked by any word: ts_rank of all words is of those that stand in one column together.
        sql += [
            "SELECT key, category, body_region FROM (",
            " UNION ALL ".join(candidates),
            ") AS candidate(key, category, body_region) "
            f"JOIN {_INDEX} AS indexed ON content_type_id = %s AND object_id = key, "
            "(SELECT %s::float4[] AS weights, to_tsquery(%s::regconfig, %s) AS words) AS any_word "
            "ORDER BY ts_rank(weights, title, words) + ts_rank(weights, body, words) DESC, key "
            "LIMIT %s",
        ]
        ranked = [entry_type, self.sql_weights, config, raw_text(words, "or", config), stop]
        return list(SearchEntry.objects.raw("".join(sql), [*parameters, *ranked]))


def _entry_type() -> ContentType:
    return ContentType.objects.get_for_model(SearchEntry)


class EntryResults(PostgresSearchResults):
    def _do_search(self) -> list[Any]:
        if self.query_compiler.queryset.model is not SearchEntry:
            others: list[Any] = super()._do_search()
            return others
        config = self.query_compiler.get_config(self.backend)
        found: list[Any] = self.query_compiler.entries(config, self.stop or MOST_MATCHES)
        return found[self.start :]


def raw_text(words: Sequence[str], operator: str, config: str) -> str:
    """words: of pages.folding, so letters and digits alone: none can end a quoted lexeme."""
    unfinished = prefixes(words, stemmed=config != UNSTEMMED)
    joint = " & " if operator == "and" else " | "
    return joint.join(f"'{word}':*" if word in unfinished else f"'{word}'" for word in words)


class PostgreSQLBackend(PostgresSearchBackend):
    index_class = EntryIndex
    query_compiler_class = EntryCompiler
    results_class = EntryResults


def lexemes(words: Sequence[str], language_code: str) -> dict[str, str]:
    """What the index has of each of `words`; nothing of those that it leaves out."""
    with connections[reading_alias()].cursor() as cursor:
        cursor.execute(
            "SELECT word, tsvector_to_array(to_tsvector(%s::regconfig, word)) "
            "FROM unnest(%s::text[]) AS word",
            [configuration(language_code), list(words)],
        )
        return {word: found[0] for word, found in cursor.fetchall() if found}
