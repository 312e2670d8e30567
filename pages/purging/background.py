"""Purging by the process that publishes: no editor waits for a cache, and none fails a publish.

What it misses because its process ends, the next publish sends, or `manage.py purge_caches`.
"""

from __future__ import annotations

from pages.outbox_thread import OutboxThread
from pages.purging.sender import SETTLES, Sender

_thread = OutboxThread(
    "purges",
    Sender,
    soon=SETTLES.total_seconds(),
    at_the_end=2 * SETTLES.total_seconds() + 5,
)
wake = _thread.wake
finish = _thread.finish
