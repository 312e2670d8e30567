"""A thread of the process that publishes: no editor waits for a cache, and none fails a publish.

It ends when nothing waits. What it misses because its process ends, the next publish sends, or
`manage.py purge_caches`.
"""

from __future__ import annotations

import logging
import threading

from django.db import connections

from pages.purging.sender import SETTLES, Sender

log = logging.getLogger(__name__)

_AFTER_AN_ERROR = 60.0  # seconds
_AT_THE_END = 2 * SETTLES.total_seconds() + 5

_lock = threading.Lock()
_wanted = threading.Event()
_ending = threading.Event()
_thread: threading.Thread | None = None


def wake() -> None:
    """Have this process send what is due, in a thread of its own. Never waits, never raises."""
    global _thread
    with _lock:
        _wanted.set()
        if _thread is None:
            _thread = threading.Thread(target=_run, name="purging", daemon=True)
            _thread.start()


def finish() -> None:
    """Let a command that published purge before it ends; it waits for no cache that is away."""
    if (thread := _thread) is not None:
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
            idle = pause is None or (_ending.is_set() and pause > SETTLES.total_seconds())
            if idle and not _wanted.is_set():
                _thread = None
                return
        _wanted.wait(pause)


def _send(sender: Sender) -> float | None:
    """Seconds until there is something to do again; None: nothing waits."""
    try:
        sender.send_due()
        return sender.seconds_to_next()
    except Exception:  # whatever it is: who publishes next must find a thread that sends
        log.exception("Caches are not purged: the outbox could not be read or written.")
        return _AFTER_AN_ERROR
    finally:
        connections.close_all()  # of this thread
