"""An app that was away: 1,000 changes, page by page, as it would ask for them."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from django.test import Client

from bench.fill import SECOND
from pages.languages import source_language
from pages.models import Edition
from pages.publishing.feed import Cursor, read_head
from pages.publishing.feed_cursor import write_cursor

CHANGES = 1000


def measure(times: int) -> dict[str, Any]:
    """Seconds to answer who catches up with the last CHANGES editions in two languages, the median
    of `times`, in this process: everything but the web server."""
    source, head = source_language().code, read_head()
    # By rows: copied pages leave gaps between the positions.
    before = Edition.objects.order_by("-seq")[CHANGES]
    position = before.seq or 0
    cursor = Cursor(
        languages=tuple(sorted((source, SECOND))),
        epoch=head.epoch,
        position=position,
        mark=before.chain[:16],
        moment=head.moment,
        last_ended=position,
    )
    path = f"/api/v1/{source}/sync/?{urlencode({'languages': SECOND, 'cursor': ''})}"
    runs = [_caught_up(path, write_cursor(cursor)) for _ in range(times)]
    return {
        "changes": runs[0].changes,
        "bytes": runs[0].bytes,
        "seconds": statistics.median(run.seconds for run in runs),
    }


@dataclass(slots=True)
class _Run:
    """seconds: of answering. What the app takes to read so much JSON is not in them."""

    changes: int = 0
    bytes: int = 0
    seconds: float = 0.0


def _caught_up(path: str, cursor: str) -> _Run:
    client: Any = Client()
    run, has_more = _Run(), True
    while has_more:
        started = time.perf_counter()
        answer = client.get(f"{path}{cursor}", secure=True, headers={"host": "127.0.0.1"})
        run.seconds += time.perf_counter() - started
        found = orjson.loads(answer.content)
        run.changes += len(found["items"])
        run.bytes += len(answer.content)
        cursor, has_more = found["next_cursor"], found["has_more"]
    return run
