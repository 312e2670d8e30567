"""The edition log read as a feed: what changed after a cursor, each change once, in commit order.

Writes nothing, so that a read replica may answer. A cursor says what its holder has:

- every page in its languages as the log left it at `position`, where the newest edition of a
  page and language counts and those before it do not; and
- nothing that had ended by the clock at `moment`. An end by the clock is no edition, so the time
  up to which ends were told is a second coordinate, and each read moves both.

Three statements make an answer, each later than the one before: the head, ends by the clock,
editions. What is committed between them is in a later one or in the next answer, never in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Now

from pages.compiled import CompiledQuery, argument
from pages.models import CurrentEdition, Edition, FeedEpoch
from pages.models.edition import CurrentEditionQuerySet, visible_q

# What the public is told. That a page is there behind a login, or is not there at all, is not
# its business: both are unpublished.
_PUBLIC_REASONS: Mapping[str, str] = {
    Edition.Reason.PRIVATE: Edition.Reason.UNPUBLISHED,
    Edition.Reason.DELETED: Edition.Reason.UNPUBLISHED,
}
REASONS = tuple(reason.value for reason in Edition.Reason if reason not in _PUBLIC_REASONS)


# Before anything could end.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def public_reason(reason: str) -> str:
    """What the public is told of an Edition.Reason: one of REASONS."""
    return str(_PUBLIC_REASONS.get(reason, reason))


class FeedReset(Exception):
    """The cursor is of another log: this one was restored from a backup since."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ended at `moment`, by the database's clock.

    position: the newest edition's seq, 0 where there is none; mark: what only that edition has.
    """

    epoch: str
    position: int
    mark: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """What somebody has of `languages`: everything up to `position`, see above.

    epoch, mark: which log it is, and which edition stood at `position`. last_ended: of the
    editions that ended at exactly `moment`, those up to this seq were told. catching_up_to: the
    log's end when they began with nothing; what was gone by then they never had.
    """

    languages: tuple[str, ...]
    epoch: str
    position: int
    mark: str
    moment: datetime
    last_ended: int
    catching_up_to: int = 0

    @classmethod
    def at(cls, head: Head, languages: Iterable[str]) -> Cursor:
        """For who has everything up to `head`: what snapshot() gives."""
        return cls(
            languages=tuple(sorted(set(languages))),
            epoch=head.epoch,
            position=head.position,
            mark=head.mark,
            moment=head.moment,
            last_ended=head.position,
        )

    @classmethod
    def of_nothing(cls, head: Head, languages: Iterable[str]) -> Cursor:
        """For who has nothing yet."""
        everything = cls.at(head, languages)
        return replace(everything, position=0, mark="", catching_up_to=head.position)


class Change(NamedTuple):
    """body: the whole document, or empty where it is gone; reason: then why, one of REASONS.

    An end by the clock has the seq of the document that ended.
    """

    seq: int
    document_id: UUID
    language: str
    body: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of the feed. cursor: of who has applied it, in its order."""

    items: Sequence[Change]
    has_more: bool
    cursor: Cursor


# Reading


def read_head(position: int = 0) -> Head:
    """The end of the log now."""
    return _heads(position)[0]


def read_head_of(language_code: str) -> Head:
    """The end of the log as far as it is of one language, and of what has ended in it by the
    clock: nothing that happens in other languages, and no time that passes, moves it."""
    row = _language_head_query(connection.vendor).first(language=language_code)
    if row is None:
        raise _no_epoch()
    epoch, end, mark, ended_at = row
    return Head(epoch, end or 0, _mark(mark), ended_at or _BEGINNING)


def first_changes(languages: Iterable[str], limit: int) -> Changes:
    """At most `limit` of what is public in `languages`, for who has nothing yet."""
    head = read_head()
    return _changes(Cursor.of_nothing(head, languages), head, limit)


def changes_after(cursor: Cursor, limit: int) -> Changes:
    """At most `limit` changes. Where there is nothing new the same cursor comes back.

    Raises FeedReset.
    """
    head, mark = _heads(cursor.position)
    if (cursor.epoch, cursor.mark) != (head.epoch, mark):
        raise FeedReset
    found = _changes(cursor, head, limit)
    return found if found.items else Changes((), False, cursor)


def _changes(cursor: Cursor, head: Head, limit: int) -> Changes:
    ended = _ended(cursor, head, limit + 1)
    if len(ended) > limit:
        last = ended[limit - 1]
        told = replace(cursor, moment=last.ended_at, last_ended=last.change.seq)
        return Changes([each.change for each in ended[:limit]], True, told)
    room = limit - len(ended)
    appended = _appended(cursor, head, room + 1)
    more, appended = len(appended) > room, appended[:room]
    items = [each.change for each in ended] + [each.change for each in appended]
    return Changes(items, more, _after(cursor, head, appended, more=more))


def snapshot(head: Head, languages: Iterable[str]) -> CurrentEditionQuerySet:
    """What is public in `languages` at `head`, in commit order, with its edition. Whoever has this
    goes on from Cursor.at(head, languages): a page that changed since may be missing here, and is
    then among the changes there."""
    return (
        CurrentEdition.objects.visible_at(head.moment)
        .filter(language__in=set(languages), edition__seq__lte=head.position)
        .select_related("edition")
        .order_by("edition__seq")
    )


def _after(cursor: Cursor, head: Head, appended: Sequence[_Appended], *, more: bool) -> Cursor:
    position, mark = cursor.position, cursor.mark
    if appended:
        position, mark = appended[-1].change.seq, appended[-1].mark
    if not more and head.position > position:
        position, mark = head.position, head.mark
    return replace(
        cursor,
        position=position,
        mark=mark,
        moment=head.moment,
        last_ended=position,
        catching_up_to=cursor.catching_up_to if cursor.catching_up_to > position else 0,
    )


# The statements


class _Ended(NamedTuple):
    change: Change
    ended_at: datetime


class _Appended(NamedTuple):
    change: Change
    mark: str


def _heads(position: int) -> tuple[Head, str]:
    """(the end of the log, the mark of the edition at `position`: "" where there is none)."""
    row = _head_query(connection.vendor).first(position=position)
    if row is None:
        raise _no_epoch()
    epoch, end, mark, there, moment = row
    return Head(epoch, end or 0, _mark(mark), moment), _mark(there)


def _no_epoch() -> LookupError:
    return LookupError("The feed has no epoch. Run manage.py renew_feed.")


def _mark(chain: str | None) -> str:
    return (chain or "")[:16]


def _ended(cursor: Cursor, head: Head, most: int) -> list[_Ended]:
    """What cursor's holder has, and what has ended by the clock since."""
    rows = _ended_query(connection.vendor, len(cursor.languages), most).all(**_values(cursor, head))
    return [
        _Ended(Change(seq, document_id, language, b"", Edition.Reason.EXPIRED.value), ended_at)
        for seq, document_id, language, ended_at in rows
    ]


def _appended(cursor: Cursor, head: Head, most: int) -> list[_Appended]:
    """The newest edition of each page and language, where it is after cursor's position."""
    rows = _appended_query(connection.vendor, len(cursor.languages), most).all(
        **_values(cursor, head)
    )
    return [_appended_row(*row) for row in rows]


def _appended_row(
    seq: int, document_id: UUID, language: str, reason: str, chain: str, body: bytes
) -> _Appended:
    body = bytes(body)
    # A document that is not shown has ended by the clock; its edition does not say so.
    reason = "" if body else public_reason(reason or Edition.Reason.EXPIRED)
    return _Appended(Change(seq, document_id, language, body, reason), _mark(chain))


def _values(cursor: Cursor, head: Head) -> dict[str, object]:
    """For the arguments of both statements: each takes those that it has."""
    return {
        "position": cursor.position,
        "told_until": cursor.moment,
        "last_ended": cursor.last_ended,
        "catching_up_to": cursor.catching_up_to,
        "now": head.moment,
        **{f"language_{number}": code for number, code in enumerate(cursor.languages)},
    }


@lru_cache(maxsize=2)
def _head_query(vendor: str) -> CompiledQuery:
    log = Edition.objects.filter(seq__isnull=False).order_by("-seq")
    there = Edition.objects.filter(seq=argument(Edition, "seq", "position"))
    rows = FeedEpoch.objects.annotate(
        end=Subquery(log.values("seq")[:1]),
        mark=Subquery(log.values("chain")[:1]),
        there=Subquery(there.values("chain")[:1]),
        moment=Now(),
    )
    return CompiledQuery(rows.values_list("epoch", "end", "mark", "there", "moment"))


@lru_cache(maxsize=2)
def _language_head_query(vendor: str) -> CompiledQuery:
    code = argument(Edition, "language", "language")
    log = Edition.objects.filter(language=code, seq__isnull=False).order_by("-seq")
    ended = CurrentEdition.objects.filter(language=code, expires_at__lte=Now())
    rows = FeedEpoch.objects.annotate(
        end=Subquery(log.values("seq")[:1]),
        mark=Subquery(log.values("chain")[:1]),
        ended=Subquery(ended.order_by("-expires_at").values("expires_at")[:1]),
    )
    return CompiledQuery(rows.values_list("epoch", "end", "mark", "ended"))


@lru_cache(maxsize=256)
def _ended_query(vendor: str, languages: int, most: int) -> CompiledQuery:
    told_until = argument(CurrentEdition, "expires_at", "told_until")
    rows = CurrentEdition.objects.filter(
        Q(expires_at__gt=told_until) | Q(edition__seq__gt=argument(Edition, "seq", "last_ended")),
        expires_at__gte=told_until,
        expires_at__lte=argument(CurrentEdition, "expires_at", "now"),
        edition__seq__lte=argument(Edition, "seq", "position"),
        language__in=_codes(languages),
    ).order_by("expires_at", "edition__seq")
    return CompiledQuery(
        rows.values_list("edition__seq", "document_id", "language", "expires_at")[:most]
    )


@lru_cache(maxsize=256)
def _appended_query(vendor: str, languages: int, most: int) -> CompiledQuery:
    same = Edition.objects.filter(
        document_id=OuterRef("document_id"), language=OuterRef("language")
    )
    told_until = argument(Edition, "expires_at", "told_until")
    before = same.filter(
        Q(expires_at__lt=told_until)
        | Q(expires_at=told_until, seq__lte=argument(Edition, "seq", "last_ended")),
        number=OuterRef("number") - 1,
        seq__lte=argument(Edition, "seq", "position"),
    )
    # Its holder heard of the end when the clock brought it, before anybody recorded it or took
    # away what was gone. A recall says more.
    told_already = Q(Exists(before)) & ~Q(reason=Edition.Reason.RECALLED)
    newest = ~Q(Exists(same.filter(number__gt=OuterRef("number"))))
    shown = Q(current__isnull=False) & visible_q(
        argument(CurrentEdition, "expires_at", "now"), prefix="current__"
    )
    gone = Q(current__isnull=False) | (Q(kind=Edition.Kind.TOMBSTONE) & newest & ~told_already)
    rows = Edition.objects.filter(
        shown | (Q(seq__gt=argument(Edition, "seq", "catching_up_to")) & gone),
        seq__gt=argument(Edition, "seq", "position"),
        language__in=_codes(languages),
    ).order_by("seq")
    sent = Case(When(shown, then=F("body")), default=Value(b""))
    return CompiledQuery(
        rows.annotate(sent=sent).values_list(
            "seq", "document_id", "language", "reason", "chain", "sent"
        )[:most]
    )


def _codes(languages: int) -> list[object]:
    return [argument(Edition, "language", f"language_{number}") for number in range(languages)]
