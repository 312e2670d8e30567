"""The queries of the public API: one for a document, one or two for a list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, F, Value, When

from api.cursor import Cursor
from api.problems import Problem, not_found
from pages.models import CurrentEdition
from pages.models.edition import CurrentEditionQuerySet

_UUID = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


class Found(NamedTuple):
    """A visible document. body is empty where the client holds these bytes already."""

    slug: str
    document_id: UUID
    digest: str
    body: bytes
    languages: str
    changed_at: datetime
    expires_at: datetime | None


_COLUMNS = (
    "slug",
    "document_id",
    "edition__digest",
    "sent",
    "languages",
    "changed_at",
    "expires_at",
)


def find_document(language_code: str, reference: str, held: Sequence[str] = ()) -> Found:
    """The document by slug or UUID, in one query. Raises Problem (404), the same for what is
    hidden and for what never was. held: digests that the client has; `sent` then stays empty."""
    row = (
        _addressed(CurrentEdition.objects.visible(language_code), reference)
        .annotate(sent=_unless_held("edition__body", held))
        .values_list(*_COLUMNS)
        .first()
    )
    if row is None:
        raise no_such_treatment(language_code, reference)
    slug, document_id, digest, body, *rest = row
    return Found(slug, document_id, digest, bytes(body), *rest)


def languages_of(reference: str, source_code: str) -> list[str]:
    """The languages that a treatment is public in. Raises Problem (404) for none."""
    rows = _addressed(CurrentEdition.objects.visible_in_any_language(), reference)
    found = list(rows.values_list("language", flat=True))
    if not found:
        raise no_such_treatment(source_code, reference)
    return found


def no_such_treatment(language_code: str, reference: str) -> Problem:
    return not_found(
        f"No treatment {reference[:80]!r} in {language_code}. "
        f"/api/v1/{language_code}/treatments/ lists those that there are.",
        value=reference[:80],
    )


def _addressed(rows: CurrentEditionQuerySet, reference: str) -> CurrentEditionQuerySet:
    if _UUID.match(reference):
        return rows.filter(document_id=reference)
    return rows.filter(slug=reference)


def _unless_held(column: str, held: Sequence[str]) -> Case | F:
    if not held:
        return F(column)
    return Case(When(edition__digest__in=held, then=Value(b"")), default=F(column))


class ListPage(NamedTuple):
    """items: the stored bytes, in the order of slugs."""

    items: list[bytes]
    slugs: list[str]
    document_ids: list[UUID]
    has_next: bool
    has_previous: bool
    changed_at: datetime | None
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
    rows = CurrentEdition.objects.visible(language_code).with_facets(facets)
    if changed_since is not None:
        rows = rows.changed_since(changed_since)
    backwards = cursor is not None and cursor.backwards
    if cursor is not None:
        rows = rows.filter(**{"slug__lt" if backwards else "slug__gt": cursor.slug})
    rows = rows.order_by("-slug" if backwards else "slug")
    found = list(
        rows.values_list(column, "slug", "document_id", "changed_at", "expires_at")[: limit + 1]
    )
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    return ListPage(
        items=[bytes(row[0]) for row in found],
        slugs=[row[1] for row in found],
        document_ids=[row[2] for row in found],
        # The page that a cursor came from is on its other side.
        has_next=more if not backwards else True,
        has_previous=more if backwards else cursor is not None,
        changed_at=max((row[3] for row in found), default=None),
        expires_at=min((row[4] for row in found if row[4]), default=None),
    )
