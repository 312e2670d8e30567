"""A thread of the process that publishes, so that one server needs no other process: it empties an
outbox, and no editor waits for whom it sends to.

It sends what is due, sleeps until something else is, and ends when nothing waits. What it misses
because its process ends, the next one that wakes finds in the outbox.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from django.db import connections

log = logging.getLogger(__name__)

LONGEST_SLEEP = 3600.0  # seconds; other processes write to the outbox too
# Doubled with each error that follows: a recall must not wait a minute because the database was
# busy for a moment.
AFTER_AN_ERROR, LONGEST_AFTER_ERRORS = 1.0, 60.0


class Sender(Protocol):
    def send_due(self) -> object:
        """Send until nothing is due."""

    def seconds_to_next(self) -> float | None:
        """Until something is due; None: nothing waits."""


class OutboxThread:
    """At most one thread at a time, and none while nothing waits.

    name: of the outbox, in the log; sender: made anew for each thread; soon: seconds within which
    what was just written is due; at_the_end: seconds that `finish` waits at most.
    """

    def __init__(
        self, name: str, sender: Callable[[], Sender], *, soon: float, at_the_end: float
    ) -> None:
        self.name, self.sender, self.soon, self.at_the_end = name, sender, soon, at_the_end
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Have this process send what is due. Never waits, never raises."""
        with self._lock:
            self._wanted.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Let a command that published send before it ends; it waits for no retry. Not at exit:
        from then on Python (3.12 and later) starts no thread any more."""
        thread = self._thread
        if thread is not None:
            self._ending.set()
            self._wanted.set()
            thread.join(self.at_the_end)
            self._ending.clear()

    def _run(self) -> None:
        sender = self.sender()
        errors = 0  # one after the other
        while True:
            self._wanted.clear()
            try:
                pause = self._send(sender)
                errors = 0
            except Exception:  # whatever it is: who publishes next must find a thread that sends
                log.exception("The outbox of %s could not be read or written: it waits.", self.name)
                pause = min(AFTER_AN_ERROR * 2**errors, LONGEST_AFTER_ERRORS)
                errors = min(errors + 1, 10)
            with self._lock:
                idle = pause is None or (self._ending.is_set() and pause > self.soon)
                if idle and not self._wanted.is_set():
                    self._thread = None
                    return
            self._wanted.wait(pause)

    def _send(self, sender: Sender) -> float | None:
        """Seconds until there is something to do again; None: nothing waits."""
        try:
            sender.send_due()
            pause = sender.seconds_to_next()
            return None if pause is None else min(pause, LONGEST_SLEEP)
        finally:
            connections.close_all()  # of this thread
