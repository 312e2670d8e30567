"""How long printing takes, with the demo loaded: `VAR_DIR=... python -m bench.printing`.

Prints one line a figure. Nothing is stored at the start: it works in a folder of its own.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
Made = TypeVar("Made")


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
    from pages.printing.pool import print_pool
    from pages.printing.printed import page_for, printed

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
    slug = max({slug for slug, _ in editions}, key=[slug for slug, _ in editions].count)
    one = [edition for found, edition in editions if found == slug]
    pages = [page_for(edition, Paper.LETTER, branding) for edition in one]
    with ThreadPoolExecutor(settings.PRINT_WORKERS) as threads:
        took, _ = timed(lambda: list(threads.map(print_pool().pdf, pages)))
    say(f"{slug} in {len(one)} languages, {settings.PRINT_WORKERS} workers", f"{took:.0f} ms")
    workers = [worker for worker in print_pool()._idle.queue if worker is not None]
    resident = max(worker.resident for worker in workers)
    say("memory of a worker after that", f"{resident / 1024 / 1024:.0f} MB")
    return 0


def count_sheets(pdf: bytes) -> int:
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def say(what: str, figure: str) -> None:
    print(f"{what:45} {figure}")


if __name__ == "__main__":
    sys.exit(main())
