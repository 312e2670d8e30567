"""Whether this process was told to stop: who waits for news then waits no longer.

A server that stops lets its requests end. One that waits would hold it up for half a minute.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time

_pipe: int | None = None


def listen() -> None:
    """Hear of signals from now on, whatever handles them. For the main thread of a process that
    runs no event loop, which would want the same of Python; elsewhere it does nothing."""
    global _pipe
    if _pipe is not None or threading.current_thread() is not threading.main_thread():
        return
    _pipe, told = os.pipe()
    os.set_blocking(told, False)
    # https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)


def nap(seconds: float) -> bool:
    """Sleep; at once over where a signal has come. Whether the process stops."""
    if _pipe is None:
        time.sleep(seconds)
        return False
    # What is in the pipe stays there, for everybody else who waits.
    return bool(select.select([_pipe], [], [], seconds)[0])
