"""PDFs made in the background when a page is published, before anybody asks for one.

Only where TASK_QUEUE names a queue: in the request that publishes they would take seconds, and
who asks first for a PDF that is not there yet waits a second or two. Nothing is lost with a task:
a PDF that was not made ahead is made when it is asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django_tasks import task

from pages.background import after_commit
from pages.document.nodes import Document
from pages.document.print_page import Paper
from pages.models import CurrentEdition, Edition
from pages.models.branding import print_branding
from pages.printing.many import printables, printing
from pages.printing.pool import PrintError, PrintFailed
from pages.publishing.editions import editions_appended

logger = logging.getLogger(__name__)


@task()
def print_ahead(page_id: int) -> None:
    """The PDFs of what is public of the page now, on the site's paper. What is stored already is
    not made again, so one task too many does no harm."""
    rows = CurrentEdition.objects.visible_in_any_language().filter(page=page_id)
    editions = [edition for _, edition in printables(rows.order_by("language"))]
    for pdf in printing(editions, Paper(settings.PRINT_PAPER), print_branding()):
        try:
            pdf.result()
        except PrintFailed:
            continue  # of this language; the pool has logged why
        except PrintError as error:
            logger.warning("The PDFs of page %s are not made ahead: %s", page_id, error)
            return


def _appended(
    sender: type[Edition], public: Iterable[tuple[CurrentEdition, Document]], **kwargs: Any
) -> None:
    if settings.BACKGROUND:
        for page_id in sorted({row.page_id for row, _ in public}):
            after_commit(print_ahead, page_id)


def connect() -> None:
    editions_appended.connect(_appended, sender=Edition, dispatch_uid="print_ahead")
