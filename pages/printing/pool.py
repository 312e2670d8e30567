"""Print workers: started when needed, bounded in number, time and memory, replaced when bad.

A thread that prints waits for a worker; how many may wait is bounded too, so that the threads
which serve everything else are never all taken.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from queue import Empty, LifoQueue

from django.conf import settings

from pages.printing.fonts_file import fonts_file
from pages.printing.frames import Message, read_message, write_message

logger = logging.getLogger(__name__)

# Of the address space, which is more than what is in use: libraries, fonts, threads' stacks.
ADDRESS_SPACE = 4
MOST_DOCUMENTS = 200
# How long an answer that took a worker down, or the lack of a library, is remembered. Seconds.
REMEMBERED = 60.0


class PrintError(Exception):
    """No PDF was made. The message says why."""


class PrintBusy(PrintError):
    """Too many wait already."""


class PrintFailed(PrintError):
    """This page cannot be printed, or not in time."""


class PrintUnavailable(PrintError):
    """A library is missing. The message says what to install."""


@dataclass(frozen=True, slots=True)
class Limits:
    """workers: processes; waiting: threads that may wait for one; seconds: for one document, and
    as long for waiting; megabytes: in use after a document before the worker is replaced."""

    workers: int
    waiting: int
    seconds: int
    megabytes: int


@dataclass(frozen=True, slots=True)
class Page:
    """identifier: hexadecimal, of the file; images: by address."""

    html: str
    lang: str
    identifier: str
    images: Mapping[str, bytes] = field(default_factory=dict)


class PrintPool:
    def __init__(self, limits: Limits, fonts: Path) -> None:
        self.limits = limits
        self._fonts = fonts
        self._places = threading.BoundedSemaphore(limits.workers + limits.waiting)
        self._idle: LifoQueue[Worker | None] = LifoQueue()
        self._bad: dict[str, tuple[float, PrintError]] = {}
        for _ in range(limits.workers):
            self._idle.put(None)

    def pdf(self, page: Page) -> bytes:
        """Raises PrintBusy, PrintFailed or PrintUnavailable."""
        self._raise_remembered(page.identifier)
        if not self._places.acquire(blocking=False):
            raise PrintBusy(f"{self.limits.workers + self.limits.waiting} pages are printed now.")
        try:
            return self._print(page)
        except (PrintFailed, PrintUnavailable) as error:
            key = "" if isinstance(error, PrintUnavailable) else page.identifier
            self._bad[key] = (time.monotonic() + REMEMBERED, error)
            logger.warning("No PDF: %s", error)
            raise
        finally:
            self._places.release()

    def close(self) -> None:
        """Ends the workers that are idle. The next page starts new ones."""
        idle: list[Worker | None] = []
        with contextlib.suppress(Empty):
            while True:
                idle.append(self._idle.get_nowait())
        for worker in idle:
            if worker is not None:
                worker.end()
            self._idle.put(None)

    def _print(self, page: Page) -> bytes:
        try:
            worker = self._idle.get(timeout=self.limits.seconds)
        except Empty:
            raise PrintBusy(f"No worker was free for {self.limits.seconds} s.") from None
        kept: Worker | None = None
        try:
            if worker is not None and worker.spent:  # killed from outside, while idle
                worker.end()
                worker = None
            worker = worker or Worker(self.limits, self._fonts)
            pdf = worker.pdf(page)
            kept = None if worker.spent else worker
            return pdf
        finally:
            if worker is not None and kept is None:
                worker.end()
            self._idle.put(kept)

    def _raise_remembered(self, identifier: str) -> None:
        """One page that takes a worker down with it must not do so at every request."""
        now = time.monotonic()
        # A copy: other threads add to it.
        for key, (until, error) in list(self._bad.items()):
            if until < now:
                self._bad.pop(key, None)
            elif key in ("", identifier):
                raise type(error)(str(error))


class Worker:
    """One process. Raises PrintUnavailable where a library is missing, or it does not start."""

    def __init__(self, limits: Limits, fonts: Path) -> None:
        self._limits = limits
        self.documents = 0
        self.resident = 0
        self.process = subprocess.Popen(  # noqa: S603  this program, with a number
            [
                sys.executable,
                "-m",
                "pages.printing.worker",
                str(limits.megabytes * ADDRESS_SPACE),
            ],
            cwd=settings.BASE_DIR,
            env=_environment(fonts),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,  # Ctrl-C is for the service, which then ends its workers
        )
        started = self._exchange(None)
        if started is None or started.head["status"] != "ready":
            self.end()
            detail = started.head["detail"] if started else "the worker does not start"
            raise PrintUnavailable(f"PDF needs Pango: {detail}. {INSTALL}")

    @property
    def spent(self) -> bool:
        return (
            self.documents >= MOST_DOCUMENTS
            or self.resident > self._limits.megabytes * 1024 * 1024
            or self.process.poll() is not None
        )

    def pdf(self, page: Page) -> bytes:
        """Raises PrintFailed; the worker is then of no further use."""
        began = time.monotonic()
        answer = self._exchange(page)
        if answer is None:
            late = time.monotonic() - began >= self._limits.seconds
            why = f"not done after {self._limits.seconds} s" if late else "the worker died"
            raise PrintFailed(f"A page in {page.lang} cannot be printed: {why}.")
        if answer.head["status"] != "done":
            raise PrintFailed(f"A page in {page.lang} cannot be printed: {answer.head['detail']}")
        self.documents += 1
        self.resident = answer.head["resident"]
        if boxes := answer.head["boxes"]:
            shown = " ".join(f"U+{ord(each):04X}" for each in boxes[:20])
            logger.warning("A page in %s has empty boxes: no font has %s.", page.lang, shown)
        return answer.parts[0]

    def end(self) -> None:
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self.process.wait()

    def _exchange(self, page: Page | None) -> Message | None:
        """The next answer; None where the worker is gone, or was ended for taking too long."""
        process = self.process
        assert process.stdin is not None  # noqa: S101  both are pipes
        assert process.stdout is not None  # noqa: S101
        watchdog = threading.Timer(self._limits.seconds, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            if page is not None:
                head = {
                    "lang": page.lang,
                    "identifier": page.identifier,
                    "images": list(page.images),
                }
                write_message(process.stdin, head, [page.html.encode(), *page.images.values()])
            return read_message(process.stdout)
        except OSError:
            return None
        finally:
            watchdog.cancel()


INSTALL = (
    "On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
    "docs/how-to/print.md has other systems."
)
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "LANG")


def _environment(fonts: Path) -> dict[str, str]:
    """No secrets, no proxies; the fonts of the project alone."""
    given = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # Without it, sets are written in another order by each process.
    return {**given, "FONTCONFIG_FILE": str(fonts), "PYTHONHASHSEED": "0"}


def print_pool() -> PrintPool:
    """This process's pool, under the limits of the settings."""
    return _pool(
        Limits(
            workers=settings.PRINT_WORKERS,
            waiting=settings.PRINT_WAITING,
            seconds=settings.PRINT_SECONDS,
            megabytes=settings.PRINT_MEGABYTES,
        )
    )


@lru_cache(maxsize=8)
def _pool(limits: Limits) -> PrintPool:
    pool = PrintPool(limits, fonts_file(settings.VAR_DIR))
    atexit.register(pool.close)
    return pool
