"""The queries of the public API: one for a document, one or two for a list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, Value, When

from api.cursor import Cursor
from api.problems import Problem, not_found
from pages.compiled import CompiledQuery, argument
from pages.models import CurrentEdition, Edition, Facet

_UUID = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


class Found(NamedTuple):
    """A visible document. body is empty where the client holds these bytes already; number is its
    edition's."""

    slug: str
    document_id: UUID
    digest: str
    body: bytes
    languages: str
    changed_at: datetime
    expires_at: datetime | None
    number: int


_COLUMNS = (
    "slug",
    "document_id",
    "edition__digest",
    "sent",
    "languages",
    "changed_at",
    "expires_at",
    "edition__number",
)


# Digests that the database compares, to leave out bytes that the client has. A client sends one.
MOST_HELD = 3


def find_document(language_code: str, reference: str, held: Sequence[str] = ()) -> Found:
    """The document by slug or UUID, in one query. Raises Problem (404), the same for what is
    hidden and for what never was. held: digests that the client has; `body` then stays empty."""
    address, held = _address(reference, language_code), held[:MOST_HELD]
    row = _document_query(connection.vendor, address, len(held)).first(
        language=language_code,
        reference=reference,
        **{f"held_{position}": digest for position, digest in enumerate(held)},
    )
    if row is None:
        raise no_such_treatment(language_code, reference)
    slug, document_id, digest, body, *rest = row
    return Found(slug, document_id, digest, bytes(body), *rest)


@cache
def _document_query(vendor: str, address: str, held: int) -> CompiledQuery:
    """address: the field that a document is asked for by; vendor: each has SQL of its own."""
    body: Case | F = F("edition__body")
    if held:
        digests = [argument(Edition, "digest", f"held_{each}") for each in range(held)]
        body = Case(When(edition__digest__in=digests, then=Value(b"")), default=body)
    rows = CurrentEdition.objects.visible_in_any_language().filter(
        language=argument(CurrentEdition, "language"),
        **{address: argument(CurrentEdition, address, "reference")},
    )
    return CompiledQuery(rows.annotate(sent=body).values_list(*_COLUMNS))


def languages_of(reference: str, source_code: str) -> list[str]:
    """The languages that a treatment is public in. Raises Problem (404) for none."""
    rows = CurrentEdition.objects.visible_in_any_language()
    address = _address(reference, source_code)
    found = list(rows.filter(**{address: reference}).values_list("language", flat=True))
    if not found:
        raise no_such_treatment(source_code, reference)
    return found


def no_such_treatment(language_code: str, reference: str) -> Problem:
    return not_found(
        f"No treatment {reference[:80]!r} in {language_code}. "
        f"/api/v1/{language_code}/treatments/ lists those that there are.",
        value=reference[:80],
    )


def _address(reference: str, language_code: str) -> str:
    if not reference.isprintable():  # PostgreSQL refuses a NUL
        raise no_such_treatment(language_code, reference)
    return "document_id" if _UUID.match(reference) else "slug"


class ListPage(NamedTuple):
    """items: the stored bytes, in the order of slugs."""

    items: list[bytes]
    slugs: list[str]
    has_next: bool
    has_previous: bool
    expires_at: datetime | None


def find_list(
    language_code: str,
    *,
    facets: Mapping[str, str],
    changed_since: datetime | None,
    column: str,
    cursor: Cursor | None,
    limit: int,
) -> ListPage:
    """One page of the visible documents in slug order. column: edition__body or __summary."""
    backwards = cursor is not None and cursor.backwards
    found = _list_query(
        connection.vendor,
        column,
        facets=tuple(sorted(facets)),
        changed=changed_since is not None,
        beyond="" if cursor is None else "slug__lt" if backwards else "slug__gt",
        most=limit + 1,
    ).all(
        language=language_code,
        changed_since=changed_since,
        cursor=cursor and cursor.slug,
        **{f"facet_{name}": value for name, value in facets.items()},
    )
    # The one beyond this page too: without it the list says that there is no next.
    expires_at = min((row[2] for row in found if row[2]), default=None)
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    return ListPage(
        items=[bytes(row[0]) for row in found],
        slugs=[row[1] for row in found],
        # The page that a cursor came from is on its other side.
        has_next=more if not backwards else True,
        has_previous=more if backwards else cursor is not None,
        expires_at=expires_at,
    )


@lru_cache(maxsize=512)
def _list_query(
    vendor: str, column: str, *, facets: Sequence[str], changed: bool, beyond: str, most: int
) -> CompiledQuery:
    """beyond: the lookup by which a list goes on from its cursor, or "" without one."""
    rows = CurrentEdition.objects.visible_in_any_language().filter(
        language=argument(CurrentEdition, "language")
    )
    rows = rows.with_facets({name: argument(Facet, "value", f"facet_{name}") for name in facets})
    if changed:
        rows = rows.changed_since(argument(CurrentEdition, "changed_at", "changed_since"))
    if beyond:
        rows = rows.filter(**{beyond: argument(CurrentEdition, "slug", "cursor")})
    rows = rows.order_by("-slug" if beyond == "slug__lt" else "slug")
    return CompiledQuery(rows.values_list(column, "slug", "expires_at")[:most])
