"""Keyset cursors of lists: signed, and bound to the list that they were made for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.core.signing import BadSignature, Signer

from api.problems import Problem

_SALT = "polyclinic.list-cursor"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of a list begins: after (or, going back, before) this slug."""

    slug: str
    backwards: bool


def write_cursor(cursor: Cursor, binding: str) -> str:
    # Signed without a moment: a list that says the same is the same bytes, and its ETag holds.
    said = [cursor.slug, int(cursor.backwards), binding]
    return Signer(salt=_SALT).sign_object(said)


def read_cursor(text: str, binding: str) -> Cursor:
    """Raises Problem (400) for a cursor that was altered or belongs to another list."""
    try:
        slug, backwards, bound_to = Signer(salt=_SALT).unsign_object(text)
    except (BadSignature, ValueError, TypeError):
        raise _foreign(text) from None
    if bound_to != binding:
        raise _foreign(text)
    return Cursor(slug=slug, backwards=bool(backwards))


def list_binding(language_code: str, parameters: Mapping[str, object]) -> str:
    """What a cursor is bound to: the language and every parameter but the cursor itself."""
    said = repr((language_code, sorted((k, str(v)) for k, v in parameters.items())))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _foreign(text: str) -> Problem:
    return Problem(
        "foreign-cursor",
        HTTPStatus.BAD_REQUEST,
        "This cursor was altered or belongs to another list. "
        "Allowed: the next or previous address of an answer, unchanged.",
        parameter="cursor",
        value=text[:80],
    )
