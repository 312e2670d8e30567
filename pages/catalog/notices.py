"""Telling people: translators of new work, and who asked for a hand-off that it is done.

What was told is remembered after the mail server has taken the mail: what could not be sent is
tried again by the next run.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from pages.catalog.digests import NewInLanguage, news_for, readers
from pages.catalog.mail import send
from pages.catalog.open_work import OpenPage, Task, open_work
from pages.catalog.progress import progress
from pages.languages import get_language, target_languages
from pages.models import Handoff, WorkNotice

log = logging.getLogger(__name__)
_FAULTS = (smtplib.SMTPException, OSError)
_MOST_PAGES = 20  # a language in one mail; the rest is behind its link

_NAMES = {
    Task.STALE: "out of date",
    Task.MISSING: "missing",
    Task.MACHINE: "by a machine, to be read",
    Task.REVIEW: "waiting for review",
}


@dataclass(slots=True)
class Sent:
    """digests: mails to translators; handoffs: mails that one is done; failed: to whom, why."""

    digests: int = 0
    handoffs: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)

    def fail(self, recipient: str, error: Exception) -> None:
        self.failed.append((recipient, str(error) or type(error).__name__))


def tell_everyone(*, dry_run: bool = False) -> Sent:
    """Mail each reader what is new in their languages, and each requester what is done."""
    sent = Sent()
    work = open_work(target_languages())
    for user in readers():
        try:
            sent.digests += _tell(user, work, dry_run=dry_run)
        except _FAULTS as error:
            sent.fail(user.email, error)
    waiting = Handoff.objects.filter(done_at=None, requester__isnull=False)
    _tell_requesters(waiting.values_list("pk", flat=True), sent, dry_run=dry_run)
    return sent


def tell_requesters(handoffs: Iterable[Handoff]) -> Sent:
    """The same for these hand-offs alone, when an import may have completed them.

    A mail server that fails is logged: the import stands, and the next run tells.
    """
    sent = Sent()
    _tell_requesters([handoff.pk for handoff in handoffs], sent)
    for recipient, reason in sent.failed:
        log.warning("%s was not told that a hand-off is done: %s", recipient, reason)
    return sent


@contextmanager
def _claimed(rows: QuerySet[Any]) -> Iterator[Any]:
    """The one row of the query, or None where another run is at it or it is gone.

    Locked until the mail is sent and remembered, so that two runs at once do not tell twice.
    SQLite would lock every writer of the site for as long as a mail server takes: there two
    runs at once may.
    """
    if connection.features.has_select_for_update_skip_locked:
        with transaction.atomic():
            yield rows.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    else:
        yield rows.first()


# Digests


def _tell(user: User, work: Mapping[str, Sequence[OpenPage]], *, dry_run: bool) -> bool:
    """Whether there was something to tell."""
    with _claimed(User.objects.filter(pk=user.pk)) as claimed:
        if claimed is None:
            return False
        told = {notice.language: notice for notice in WorkNotice.objects.filter(user=user)}
        languages = news_for(user, work, told)
        news = [each for each in languages if each.total]
        if news and not dry_run:
            send(user.email, _subject(news), "digest", {"user": user, "news": _shown(news)})
        if not dry_run:
            for each in languages:
                _remember(user, each, told.get(each.language.code))
        return bool(news)


def _remember(user: User, news: NewInLanguage, before: WorkNotice | None) -> None:
    """What is open now, and not what ever was: work that comes back is new again."""
    if before is None and not news.told:
        return
    if before is None or news.total or before.told != news.told:
        notice = before or WorkNotice(user=user, language=news.language.code)
        notice.told = dict(news.told)
        if news.total or before is None:
            notice.sent_at = timezone.now()
        notice.save()


def _subject(news: Sequence[NewInLanguage]) -> str:
    total = sum(each.total for each in news)
    texts = "1 new text" if total == 1 else f"{total:,} new texts"
    if len(news) == 1:
        return f"{texts} to work on in {news[0].language.name}"
    return f"{texts} to work on in {len(news)} languages"


def _shown(news: Sequence[NewInLanguage]) -> list[dict[str, object]]:
    return [
        {
            "language": each.language,
            "path": f"/admin/translations/{each.language.code}/",
            "more": max(0, len(each.pages) - _MOST_PAGES),
            "pages": [
                {
                    "title": page.title,
                    "path": f"/admin/translations/{each.language.code}/{page.page_id}/",
                    "counts": ", ".join(
                        f"{page.new[task]} {_NAMES[task]}" for task in Task if page.new.get(task)
                    ),
                    "critical": page.new_critical,
                    "open": page.open,
                }
                for page in each.pages[:_MOST_PAGES]
            ],
        }
        for each in news
    ]


# Hand-offs


def _tell_requesters(handoff_ids: Iterable[int], sent: Sent, *, dry_run: bool = False) -> None:
    for handoff_id in handoff_ids:
        recipient = ""
        waiting = Handoff.objects.filter(pk=handoff_id, done_at=None)
        try:
            with _claimed(waiting.select_related("requester")) as handoff:
                if handoff is None or handoff.requester is None:
                    continue
                recipient = handoff.requester.email if handoff.requester.is_active else ""
                sent.handoffs += _tell_done(handoff, recipient, dry_run=dry_run)
        except _FAULTS as error:
            sent.fail(recipient, error)


def _tell_done(handoff: Handoff, recipient: str, *, dry_run: bool) -> bool:
    """Whether it is done and somebody was told; the list of hand-offs says it in any case."""
    found = progress(handoff)
    if not found.is_done or dry_run:
        return found.is_done and bool(recipient)
    if recipient:
        language = get_language(handoff.language)
        subject = f"Done: {handoff.file_name} ({language.name})"
        context = {"handoff": handoff, "language": language, "progress": found}
        send(recipient, subject, "handoff_done", context)
    handoff.done_at = timezone.now()
    handoff.save(update_fields=["done_at"])
    return bool(recipient)
