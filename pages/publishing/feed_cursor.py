"""A cursor of the feed as text: signed, so that nobody makes one up, and opaque to its holder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.core import signing

from pages.publishing.feed import Cursor

_SALT = "polyclinic.feed-cursor"
_VERSION = 1
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 1000


class ForeignCursor(ValueError):
    """Altered, not a cursor of this feed, or of other languages."""


def write_cursor(cursor: Cursor) -> str:
    """The same text for the same cursor: whoever has nothing new to read gets the same bytes."""
    said = [
        _VERSION,
        cursor.epoch,
        cursor.position,
        cursor.mark,
        (cursor.moment - _BEGINNING) // timedelta(microseconds=1),
        cursor.last_ended,
        cursor.catching_up_to,
        ",".join(cursor.languages),
    ]
    return signing.Signer(salt=_SALT).sign_object(said)


def read_cursor(text: str) -> Cursor:
    """Raises ForeignCursor."""
    if len(text) > LONGEST:
        raise ForeignCursor
    try:
        version, epoch, position, mark, moment, last_ended, catching_up_to, languages = (
            signing.Signer(salt=_SALT).unsign_object(text)
        )
    except (signing.BadSignature, ValueError, TypeError):
        raise ForeignCursor from None
    if version != _VERSION:
        raise ForeignCursor
    return Cursor(
        languages=tuple(languages.split(",")),
        epoch=epoch,
        position=position,
        mark=mark,
        moment=_BEGINNING + timedelta(microseconds=moment),
        last_ended=last_ended,
        catching_up_to=catching_up_to,
    )
