"""The search backend of the site's own database: Wagtail's, taught what a SearchEntry is.

Every other model is indexed and found exactly as Wagtail does. Of entries it differs in three
things: each language is stemmed by its own rules, headings count more on SQLite too, and what a
search costs is bounded (docs/decisions/0025-search-goes-through-wagtails-backends.md).
"""

from __future__ import annotations

from typing import Any

from django.db import connection


def SearchBackend(params: dict[str, Any]) -> Any:
    # Each of the two modules imports what exists on its own database alone.
    if connection.vendor == "postgresql":
        from pages.searching.postgresql import PostgreSQLBackend

        return PostgreSQLBackend(params)
    from pages.searching.sqlite import SQLiteBackend

    return SQLiteBackend(params)
