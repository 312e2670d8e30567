"""When a message is tried again. Pure: the moment and the jitter are given."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate

# After each attempt that failed; the last one leaves none. As Standard Webhooks 1.0 proposes.
DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
MOST_ATTEMPTS = len(DELAYS) + 1
TOTAL = list(accumulate(DELAYS))[-1]  # 75 hours and 35 minutes
LONGEST_WISH = timedelta(days=1)  # what a receiver's Retry-After can ask for


def next_attempt(
    attempts: int, now: datetime, *, jitter: float, retry_after: int | None = None
) -> datetime | None:
    """When to try again after `attempts` that failed; None: never.

    jitter: -1 to 1; at most a tenth of the delay, so that what failed together comes apart.
    retry_after: seconds that the receiver asked for; it can delay and not hasten.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    delay = DELAYS[attempts - 1] * (1 + 0.1 * jitter)
    if retry_after is not None:
        delay = max(delay, min(timedelta(seconds=retry_after), LONGEST_WISH))
    return now + delay
