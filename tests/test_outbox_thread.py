"""A thread that empties an outbox: it comes when it is woken, goes when nothing waits, and outlives
a database that fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import OperationalError

from pages.outbox_thread import OutboxThread


class Notes:
    """A sender of its own: so many wait, one is due each `pause` seconds, and errors come first."""

    def __init__(self, waiting: int = 1, *errors: Exception, pause: float = 0.0) -> None:
        self.waiting, self.errors, self.pause = waiting, list(errors), pause
        self.due = 0.0
        self.asked: list[float] = []
        self.threads: set[int] = set()

    def send_due(self) -> None:
        now = time.monotonic()
        self.asked.append(now)
        self.threads.add(threading.get_ident())
        if self.errors:
            raise self.errors.pop(0)
        if self.waiting and now >= self.due:
            self.waiting -= 1
            self.due = now + self.pause

    def seconds_to_next(self) -> float | None:
        return max(0.0, self.due - time.monotonic()) if self.waiting else None


@pytest.fixture
def started() -> Callable[..., OutboxThread]:
    def start(notes: Notes, *, soon: float = 1.0, at_the_end: float = 10.0) -> OutboxThread:
        thread = OutboxThread("notes", lambda: notes, soon=soon, at_the_end=at_the_end)
        thread.wake()
        return thread

    return start


def running() -> bool:
    return any(thread.name == "notes" for thread in threading.enumerate())


def test_it_ends_when_nothing_waits_and_begins_anew_when_it_is_woken(started):
    notes = Notes(waiting=3)
    thread = started(notes)
    thread.finish()
    assert (notes.waiting, running()) == (0, False)
    notes.waiting = 1
    thread.wake()
    thread.finish()
    assert (notes.waiting, running()) == (0, False)


def test_who_wakes_it_many_times_has_one_thread(started):
    notes = Notes(waiting=300, pause=0.001)
    thread = started(notes)
    for _ in range(100):
        thread.wake()
    thread.finish()
    assert notes.waiting == 0
    assert len(notes.threads) == 1


def test_after_an_error_it_tries_again_within_a_second_and_then_ever_later(started, caplog):
    busy = OperationalError("database is locked")
    notes = Notes(1, busy, busy)
    thread = started(notes)
    deadline = time.monotonic() + 20
    while notes.waiting and time.monotonic() < deadline:
        time.sleep(0.01)
    thread.finish()
    first, second, third = notes.asked
    assert 0.9 < second - first < 1.9 < third - second < 3.9
    assert caplog.text.count("The outbox of notes could not be read or written") == 2


def test_a_command_does_not_stay_for_a_database_that_is_away(started):
    notes = Notes(1, *[OperationalError("no connection")] * 100)
    began = time.monotonic()
    started(notes).finish()
    assert time.monotonic() - began < 5
    assert notes.waiting == 1
    assert not running()


def test_the_end_waits_for_what_is_due_soon_and_for_no_retry(started):
    notes = Notes(waiting=2, pause=0.5)
    began = time.monotonic()
    started(notes).finish()
    assert notes.waiting == 0
    assert time.monotonic() - began < 5
    notes = Notes(waiting=2, pause=300)
    began = time.monotonic()
    started(notes).finish()
    assert notes.waiting == 1
    assert time.monotonic() - began < 5
