"""Many PDFs: from the store, or from as many workers at once as there are."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from django.conf import settings
from django.db.models import QuerySet

from pages.document.branding import Branding
from pages.document.print_page import Paper
from pages.models import CurrentEdition
from pages.printing.pool import Page, print_pool
from pages.printing.printed import Printable, page_for, print_key
from pages.printing.store import store, stored


def printables(rows: QuerySet[CurrentEdition]) -> Iterator[tuple[str, Printable]]:
    """(slug, edition) of each row, in the order of the rows."""
    for row in rows.select_related("edition"):
        edition = Printable(
            language_code=row.language,
            number=row.edition.number,
            digest=row.edition.digest,
            made_at=row.edition.created_at,
            body=bytes(row.edition.body),
        )
        yield row.slug, edition


def printing(
    editions: Iterable[Printable], paper: Paper, branding: Branding | None
) -> Iterator[Future[bytes]]:
    """The PDFs, in order. What is made is stored. A future raises PrintError.

    Who stops in the middle waits for those under way, and for no others.
    """
    threads = ThreadPoolExecutor(settings.PRINT_WORKERS)
    waiting: deque[Future[bytes]] = deque()
    try:
        for edition in editions:
            waiting.append(_begin(edition, paper, branding, threads))
            if len(waiting) > 2 * settings.PRINT_WORKERS:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        threads.shutdown(cancel_futures=True)


def _begin(
    edition: Printable, paper: Paper, branding: Branding | None, threads: ThreadPoolExecutor
) -> Future[bytes]:
    """The database is read in this thread; the others only wait for a worker."""
    key = print_key(edition, paper, branding)
    found = stored(key)
    if found is None:
        return threads.submit(_make, key, page_for(edition, paper, branding))
    ready: Future[bytes] = Future()
    ready.set_result(found)
    return ready


def _make(key: str, page: Page) -> bytes:
    pdf = print_pool().pdf(page)
    store(key, pdf)
    return pdf
