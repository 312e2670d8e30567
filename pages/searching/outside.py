"""An engine outside the database (OpenSearch), where SEARCH_URL names one.

The database's index is kept beside it: publishing does not fail while the engine is down, and
searches then go on in the database.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from modelsearch.backends import get_search_backend
from modelsearch.query import PlainText

from pages.models import SearchEntry

logger = logging.getLogger(__name__)
CHUNK = 500
# Seconds, once: readers and editors wait for it before the database goes on.
PATIENCE = 2
# Words come folded and cut already: an analyser that cut Chinese again would find every character.
INDEX_SETTINGS = {
    "settings": {
        "analysis": {"analyzer": {"default": {"type": "custom", "tokenizer": "whitespace"}}}
    }
}


def outside_engine() -> Any | None:
    """Wagtail's backend of it (which has no types), or None.

    It is no entry of WAGTAILSEARCH_BACKENDS: `update_index` would send it drafts, users' uploads
    and everything else that the admin searches.
    """
    if not settings.SEARCH_URL:
        return None
    return _engine(settings.SEARCH_URL, settings.SEARCH_INDEX_PREFIX)


@lru_cache(maxsize=4)
def _engine(address: str, prefix: str) -> Any:
    return get_search_backend(
        "modelsearch.backends.opensearch3",
        URLS=[address],
        INDEX_PREFIX=prefix,
        INDEX_SETTINGS=INDEX_SETTINGS,
        TIMEOUT=PATIENCE,
        OPTIONS={"max_retries": 0},
    )


def tell_outside(written: Sequence[SearchEntry], gone: Sequence[str]) -> None:
    """Never raises: what could not be told is in the log, and `rebuild_search` repairs it."""
    engine = outside_engine()
    if engine is None:
        return
    try:
        engine.add_bulk(SearchEntry, written)
        for key in gone:
            engine.delete(SearchEntry(key=key))
    except Exception as error:
        # Its class alone: the message may hold an address with a password.
        logger.error(
            "The search engine was not told of %d entries (%s). It answers from an older state "
            "until manage.py rebuild_search.",
            len(written) + len(gone),
            type(error).__name__,
        )


def outside_keys(wanted: PlainText, entries: QuerySet[SearchEntry], most: int) -> list[str] | None:
    """Keys of the best matching entries, at most so many, best first; None where the database is
    to be asked."""
    engine = outside_engine()
    if engine is None:
        return None
    try:
        return [entry.pk for entry in engine.search(wanted, entries)[:most]]
    except Exception as error:
        # Its message may hold what was asked for.
        logger.error(
            "The search engine did not answer (%s): the database does.", type(error).__name__
        )
        return None


def rebuild_outside() -> int:
    """A new index of all entries, which then takes the old one's place. Raises what the client
    raises. Returns how many there are; 0 without an engine."""
    engine = outside_engine()
    if engine is None:
        return 0
    rebuilder = engine.rebuilder_class(engine.get_index_for_model(SearchEntry))
    index = rebuilder.start()
    index.add_model(SearchEntry)
    keys = list(SearchEntry.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        chunk = SearchEntry.objects.filter(pk__in=keys[start : start + CHUNK])
        index.add_items(SearchEntry, list(chunk))
    rebuilder.finish()
    return len(keys)
