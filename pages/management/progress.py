"""A progress bar on standard error, where somebody is looking."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

from tqdm import tqdm

_Item = TypeVar("_Item")


def progress(items: Sequence[_Item], unit: str) -> Iterator[_Item]:
    """`items`, one by one; on a terminal with a bar, elsewhere without a word."""
    # disable=None: only where standard error is a terminal.
    yield from tqdm(items, unit=unit, file=sys.stderr, disable=None, leave=False)
