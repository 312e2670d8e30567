"""Programs that nobody here wrote, which judge our files. CI has them: .ci/run."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(needed: str) -> NoReturn:
    """Skips the test; with CI=true it fails: one that was left out there is one that nobody ran.

    needed: the program, and what to type to have it.
    """
    if os.environ.get("CI") == "true":
        pytest.fail(f"needs {needed}. With CI=true it is required.", pytrace=False)
    pytest.skip(f"needs {needed}")
