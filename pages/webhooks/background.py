"""A thread of the process that publishes, so that one server needs no other process.

It sends what is due, sleeps until something else is, and ends when nothing waits. What it misses
because its process ends, the next process or `manage.py deliver_webhooks` finds in the outbox.
"""

from __future__ import annotations

import atexit
import logging
import threading

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connections

from pages.webhooks.sender import Sender

log = logging.getLogger(__name__)

_LONGEST_SLEEP = 3600.0  # seconds; other processes write to the outbox too
_AFTER_AN_ERROR = 60.0
_AT_EXIT = 15.0  # a little more than one message can take

_lock = threading.Lock()
_wanted = threading.Event()
_ending = threading.Event()
_thread: threading.Thread | None = None


def wake() -> None:
    """Have this process send what is due, in a thread of its own. Never waits, never raises."""
    global _thread
    if settings.WEBHOOK_SENDER != "web":
        return
    with _lock:
        _wanted.set()
        if _thread is None:
            _thread = threading.Thread(target=_run, name="webhooks", daemon=True)
            _thread.start()


def _run() -> None:
    global _thread
    sender = Sender()
    while True:
        _wanted.clear()
        pause = _send(sender)
        with _lock:
            if _ending.is_set() or (pause is None and not _wanted.is_set()):
                _thread = None
                return
        _wanted.wait(pause)


def _send(sender: Sender) -> float | None:
    """Seconds until there is something to do again; None: nothing waits."""
    try:
        sender.send_due()
        pause = sender.seconds_to_next()
        return None if pause is None else min(pause, _LONGEST_SLEEP)
    except DatabaseError:
        log.exception("Webhooks wait: the outbox could not be read or written.")
        return _AFTER_AN_ERROR
    finally:
        connections.close_all()  # of this thread


@atexit.register
def finish() -> None:
    """A command that published sends before it ends; it waits for no retry."""
    thread = _thread
    if thread is not None:
        _ending.set()
        _wanted.set()
        thread.join(_AT_EXIT)
