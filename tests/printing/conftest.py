"""Limits of the tests' own: a fault is told in seconds."""

import pytest


@pytest.fixture(autouse=True)
def quick_limits(settings) -> None:
    settings.PRINT_SECONDS = 15
