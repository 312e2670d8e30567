"""An app that keeps itself in step as docs/how-to/sync-an-app.md says, and what it may expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.test import Client

from tests.bundles.reading import Opened
from tests.feed_app import take_positions

Key = tuple[str, str]  # (id of the document, language)


class Answer(NamedTuple):
    """content: as it came; it says everything else too."""

    content: bytes
    items: Sequence[dict[str, Any]]
    has_more: bool


class BeginAnew(Exception):
    """410: the log was restored from a backup."""


@dataclass
class App:
    """held: the bytes of documents; last: the newest position that it was given.

    began: whether it has asked for everything; `cursor` is None until then.
    """

    languages: tuple[str, ...]
    client: Client = field(default_factory=Client)
    held: dict[Key, bytes] = field(default_factory=dict)
    seqs: dict[Key, int] = field(default_factory=dict)
    seen: set[tuple[Key, int, bool]] = field(default_factory=set)
    cursor: str | None = None
    last: int = 0

    def forget(self) -> None:
        self.held, self.seqs, self.seen = {}, {}, set()
        self.cursor, self.last = None, 0

    def begin_with(self, bundle: Opened) -> None:
        """Instead of asking for everything."""
        assert self.languages == (bundle.manifest["language"],)
        self.forget()
        self.held = {(key, self.languages[0]): body for key, body in bundle.documents.items()}
        self.cursor = bundle.manifest["cursor"]

    def ask(self, limit: int) -> Answer:
        """One page of what is new, applied. Raises BeginAnew, having forgotten everything."""
        asked = {"initial": "true"} if self.cursor is None else {"cursor": self.cursor}
        path = f"/api/v1/{self.languages[0]}/sync/"
        query = urlencode({**asked, "limit": limit, "languages": ",".join(self.languages)})
        take_positions()
        response = self.client.get(f"{path}?{query}")
        if response.status_code == 410:
            self.forget()
            raise BeginAnew
        assert response.status_code == 200, response.content
        found = orjson.loads(response.content)
        answer = Answer(response.content, found["items"], found["has_more"])
        assert len(answer.items) <= limit
        for item in answer.items:
            self._apply(item, answer.content)
        self.cursor = found["next_cursor"]
        return answer

    def _apply(self, item: dict[str, Any], content: bytes) -> None:
        key, seq, gone = (item["id"], item["language"]), item["seq"], "deleted" in item
        assert key[1] in self.languages
        assert (key, seq, gone) not in self.seen, f"told twice: {item}"
        self.seen.add((key, seq, gone))
        if gone and item["reason"] == "expired" and seq <= self.last:
            # A bundle says nothing of positions.
            assert key in self.held, "an end by the clock is of a document that it holds"
            assert self.seqs.get(key, seq) == seq
        else:
            assert seq > self.last, "in the order in which it was committed"
            self.last = seq
        if gone:
            assert set(item) == {"id", "language", "seq", "deleted", "reason"}
            self.held.pop(key, None)
            self.seqs.pop(key, None)
            return
        assert set(item) == {"id", "language", "seq", "document"}
        assert item["document"]["id"] == key[0]
        assert item["document"]["max_stale"] == settings.OFFLINE_MAX_STALE
        body = orjson.dumps(item["document"])
        assert b'"document":%b}' % body in content
        self.held[key], self.seqs[key] = body, seq
