"""How long printing takes, with the demo loaded: `VAR_DIR=... python -m bench.printing`.

Prints one line a figure. Nothing is stored at the start: it works in a folder of its own.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
Made = TypeVar("Made")
HANDOUT = 6  # blocks


def timed(act: Callable[[], Made]) -> tuple[float, Made]:
    """Milliseconds, and what `act` gave."""
    began = time.perf_counter()
    made = act()
    return (time.perf_counter() - began) * 1000, made


def main() -> int:
    import django

    django.setup()
    from django.conf import settings

    settings.VAR_DIR = Path(tempfile.mkdtemp())
    from pages.document.print_page import Paper
    from pages.languages import all_languages
    from pages.models.branding import print_branding
    from pages.printing.export import public_editions
    from pages.printing.many import printing
    from pages.printing.pool import print_pool
    from pages.printing.printed import printed

    def all_of(editions, paper, branding):
        return [pdf.result() for pdf in printing(editions, paper, branding)]

    editions = public_editions([language.code for language in all_languages()])
    if not editions:
        print("There is no public page. Load the demo first: manage.py load_demo")
        return 1
    branding = print_branding()
    say("load of the machine", f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    first, _ = timed(lambda: printed(editions[0][1], Paper.A4, branding))
    say("first PDF, with the worker's start", f"{first:.0f} ms")
    sheets, times = 0, []
    for _, edition in editions[1:]:
        took, pdf = timed(lambda edition=edition: printed(edition, Paper.A4, branding))
        count = pdf.count(b"/MediaBox") or count_sheets(pdf)
        sheets += count
        times.append((took, took / count))
    say("PDFs, sheets", f"{len(times)}, {sheets}")
    say("a sheet, median", f"{statistics.median(each for _, each in times):.0f} ms")
    say("a sheet, slowest page", f"{max(each for _, each in times):.0f} ms")
    say(
        "a PDF, median and slowest",
        f"{statistics.median(t for t, _ in times):.0f}, {max(t for t, _ in times):.0f} ms",
    )
    stored = [timed(lambda: printed(editions[-1][1], Paper.A4, branding))[0] for _ in range(200)]
    say("from the store, median of 200", f"{statistics.median(stored):.2f} ms")
    everywhere = len(all_languages())
    slugs = [slug for slug, _ in editions]
    for slug in sorted({slug for slug in slugs if slugs.count(slug) == everywhere}):
        one = [edition for found, edition in editions if found == slug]
        for what, asked in ((slug, one), (f"its first {HANDOUT} blocks", list(map(handout, one)))):
            # Another paper: none of them is stored.
            began = processor_seconds()
            took, pdfs = timed(partial(all_of, asked, Paper.LETTER, branding))
            used = processor_seconds() - began
            count = sum(map(count_sheets, pdfs))
            say(
                f"{what}, {len(pdfs)} languages, {count} sheets",
                f"{took / 1000:.1f} s, {settings.PRINT_WORKERS} workers; "
                f"{used:.1f} s of a processor",
            )
    workers = [worker for worker in print_pool()._idle.queue if worker is not None]
    resident = max(worker.resident for worker in workers)
    say("memory of a worker after that", f"{resident / 1024 / 1024:.0f} MB")
    return 0


def handout(edition):
    """The edition of a page that is as long as most: two or three sheets."""
    from pages.document.json_text import document_json, read_document

    whole = read_document(edition.body)
    body = document_json(replace(whole, blocks=whole.blocks[:HANDOUT]))
    return replace(edition, body=body, digest=hashlib.sha256(body).hexdigest())


def processor_seconds() -> float:
    """Of this process and its workers. Linux alone says it of those that still run."""
    from pages.printing.pool import print_pool

    workers = [worker for worker in print_pool()._idle.queue if worker is not None]
    ticks = 0
    for worker in workers:
        stat = Path(f"/proc/{worker.process.pid}/stat").read_text(encoding="ascii")
        ticks += sum(map(int, stat.rpartition(")")[2].split()[11:13]))  # proc(5): utime, stime
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def count_sheets(pdf: bytes) -> int:
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def say(what: str, figure: str) -> None:
    print(f"{what:52} {figure}")


if __name__ == "__main__":
    sys.exit(main())
