"""What belongs in the bundle of a language at this moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Length

from pages.models import CurrentEdition, Edition
from pages.publishing.feed import Cursor, read_head_of
from pages.publishing.feed_cursor import write_cursor

# Documents whose bytes are in memory at once.
BATCH = 100


class Entry(NamedTuple):
    """A document. digest: SHA-256 of its bytes, hexadecimal; size: how many they are."""

    edition_id: int
    document_id: UUID
    slug: str
    digest: str
    size: int

    @property
    def path(self) -> str:
        return f"documents/{self.document_id}.json"


@dataclass(frozen=True, slots=True)
class Contents:
    """cursor: where the feed of changes goes on. The entries are in the order of their ids."""

    language_code: str
    cursor: str
    entries: tuple[Entry, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256, hexadecimal: of everything that decides the bytes of a bundle."""
        made_of = (
            _source_digest(),
            settings.BUNDLE_IMAGE_WIDTH,
            self.language_code,
            self.cursor,
            self.entries,
        )
        return hashlib.sha256(repr(made_of).encode()).hexdigest()


def public_contents(language_code: str) -> Contents:
    """Two queries, without the documents' bytes. The cursor first: what is committed between them
    is told again by the feed, and never missed."""
    cursor = Cursor.at(read_head_of(language_code), [language_code])
    rows = (
        CurrentEdition.objects.visible(language_code)
        .order_by("document_id")
        .values_list(
            "edition_id",
            "document_id",
            "slug",
            "edition__digest",
            Length("edition__body"),
        )
    )
    return Contents(language_code, write_cursor(cursor), tuple(Entry(*row) for row in rows))


def bodies(entries: Sequence[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """The bytes of each, in the same order. An edition never changes: these are as listed."""
    for start in range(0, len(entries), BATCH):
        batch = entries[start : start + BATCH]
        rows = Edition.objects.filter(pk__in=[entry.edition_id for entry in batch])
        found = dict(rows.values_list("pk", "body"))
        for entry in batch:
            yield entry, bytes(found[entry.edition_id])


@cache
def _source_digest() -> str:
    """The version of what writes bundles is its code: nobody has to remember to raise a number."""
    digest = hashlib.sha256()
    files = (each for each in resources.files("pages.bundles").iterdir() if each.is_file())
    for file in sorted(files, key=lambda each: each.name):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
