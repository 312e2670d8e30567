"""A thread of the process that publishes, so that one server needs no other process.

It sends what is due, sleeps until something else is, and ends when nothing waits. What it misses
because its process ends, the next web process that starts finds in the outbox, or
`manage.py deliver_webhooks`.
"""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import connections

from pages.webhooks.sender import Sender

log = logging.getLogger(__name__)

_LONGEST_SLEEP = 3600.0  # seconds; other processes write to the outbox too
_AFTER_AN_ERROR = 60.0
# A little more than settling and one message can take.
_AT_THE_END = 14.0 + settings.REPLICA_LAG_SECONDS
# What was just published settles within that.
_SOON = 1.5 + settings.REPLICA_LAG_SECONDS

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


def finish() -> None:
    """Let a command that published send before it ends, for 15 seconds at most (more where a
    replica may be further behind); it waits for no retry. Not at exit: from then on Python (3.12
    and later) starts no thread any more."""
    thread = _thread
    if thread is not None:
        _ending.set()
        _wanted.set()
        thread.join(_AT_THE_END)


def _run() -> None:
    global _thread
    sender = Sender()
    while True:
        _wanted.clear()
        pause = _send(sender)
        with _lock:
            idle = pause is None or (_ending.is_set() and pause > _SOON)
            if idle and not _wanted.is_set():
                _thread = None
                return
        _wanted.wait(pause)


def _send(sender: Sender) -> float | None:
    """Seconds until there is something to do again; None: nothing waits."""
    try:
        sender.send_due()
        pause = sender.seconds_to_next()
        return None if pause is None else min(pause, _LONGEST_SLEEP)
    except Exception:  # whatever it is: who publishes next must find a thread that sends
        log.exception("Webhooks wait: the outbox could not be read or written.")
        return _AFTER_AN_ERROR
    finally:
        connections.close_all()  # of this thread
