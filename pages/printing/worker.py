"""The print worker: `python -m pages.printing.worker MEGABYTES`. Started by pool.py.

Reads pages from standard input and writes PDFs to standard output, until its input ends. It has
no database, no settings and no secrets; MEGABYTES bounds its address space, and a connection or
another program is refused by Python itself, should a page ever get one asked for.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import sys
from typing import IO, Any

from pages.printing.frames import Message, read_message, write_message

_REFUSED_EVENTS = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "ftplib.")


def main(megabytes: int) -> None:
    pages, answers = sys.stdin.buffer, _own_output()
    limit = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        from pages.printing.coverage import unprintable
        from pages.printing.render import render
    except OSError as error:  # what cffi raises where a library of Pango's is missing
        write_message(answers, {"status": "unavailable", "detail": str(error)[:500]})
        return
    sys.addaudithook(_refuse)
    # A page is a hundred thousand objects that all live until it is written: looking through them
    # for rubbish again and again takes a fifth of the time. It is looked for between pages.
    gc.disable()
    gc.freeze()
    write_message(answers, {"status": "ready"})
    while page := read_message(pages):
        _answer(render, unprintable, page, answers)
        gc.collect()


def _own_output() -> IO[bytes]:
    """Standard output for answers alone: what a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _answer(render: Any, unprintable: Any, page: Message, answers: IO[bytes]) -> None:
    head = page.head
    images = dict(zip(head["images"], page.parts[1:], strict=True))
    try:
        html = page.parts[0].decode()
        pdf = render(html, head["lang"], head["identifier"], images)
        boxes = unprintable(html)
    except Exception as error:
        # With the page in memory that broke it, nobody knows what else is broken.
        detail = f"{type(error).__name__}: {error}"[:500]
        write_message(answers, {"status": "failed", "detail": detail})
        sys.exit(1)
    write_message(answers, {"status": "done", "resident": _resident(), "boxes": boxes}, [pdf])


def _resident() -> int:
    """Bytes of memory in use now; 0 where the system does not say."""
    with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()
    return 0


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(f"A print worker does not use {event}.")


if __name__ == "__main__":
    main(int(sys.argv[1]))
