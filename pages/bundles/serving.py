"""The bundle that a request gets: the stored one while it says what is public, else a new one."""

from __future__ import annotations

import threading
from datetime import timedelta

from django.db import OperationalError
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from pages.bundles.contents import Contents, public_contents
from pages.bundles.making import refresh
from pages.bundles.pictures import Pictures
from pages.bundles.refreshing import ask_for_refresh
from pages.models import Bundle

# Documents that are packed while a reader waits; of more, a task or export_bundle makes a bundle.
MOST_IN_A_REQUEST = 2000
# Seconds after which it is worth asking again.
SOON, LATER = 2, 60
# What is made in a request takes seconds.
TURN = timedelta(minutes=1)

_making = threading.Lock()


class BundleNotReady(Exception):
    """Somebody else is making one, or nobody will before a task or a command runs.

    retry_after: seconds.
    """

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def bundle_to_serve(language_code: str, form: str) -> Bundle:
    """A bundle in which every document is what is public at this moment.

    One that is only without the newest documents is given where a better one cannot be had now;
    one with a document that was changed or withdrawn, or has expired, never. Raises BundleNotReady,
    OSError for a storage that is full or does not answer, and OperationalError for a database that
    cannot be written.
    """
    contents = public_contents(language_code)
    stored = Bundle.objects.filter(language=language_code, format=form).first()
    if stored and stored.fingerprint == contents.fingerprint:
        return stored
    try:
        return _made_now(contents, form)
    except (BundleNotReady, OSError, OperationalError):
        if stored and _holds_only(stored, contents):
            return stored
        raise


def forget(bundle: Bundle) -> None:
    """Its file is gone from the storage."""
    Bundle.objects.filter(pk=bundle.pk, name=bundle.name).update(fingerprint="", name="")


def _made_now(contents: Contents, form: str) -> Bundle:
    """One in a process, because two would take the threads that answer everybody else; and each
    by one process of all."""
    if len(contents.entries) > MOST_IN_A_REQUEST:
        Bundle.objects.get_or_create(language=contents.language_code, format=form)
        ask_for_refresh()
        raise BundleNotReady("It is too long to be made while you wait.", LATER)
    if not _making.acquire(blocking=False):
        raise BundleNotReady("Another one is being made.", SOON)
    try:
        if not _take_turn(contents.language_code, form):
            raise BundleNotReady("It is being made.", SOON)
        try:
            with Pictures() as pictures:
                ((bundle, _),) = refresh(contents.language_code, [form], pictures)
        finally:
            _turns(contents.language_code, form).update(making_until=None)
        return bundle
    finally:
        _making.release()


def _take_turn(language_code: str, form: str) -> bool:
    """Whether nobody is at it. Who is ended before giving it back has it for TURN."""
    Bundle.objects.get_or_create(language=language_code, format=form)
    free = Q(making_until=None) | Q(making_until__lt=Now())
    return bool(_turns(language_code, form).filter(free).update(making_until=Now() + TURN))


def _turns(language_code: str, form: str) -> QuerySet[Bundle]:
    return Bundle.objects.filter(language=language_code, format=form)


def _holds_only(bundle: Bundle, contents: Contents) -> bool:
    """Whether each of its documents is public as it is in the bundle."""
    public = {entry.edition_id for entry in contents.entries}
    return bool(bundle.name) and public.issuperset(bundle.held)
