"""The parts that need the site set up: `python -m bench.tasks NAME [NUMBER...]` prints JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from bench.configure import configure

configure()

from bench import fill, multiply, publishing  # noqa: E402  they need the settings

TASKS: dict[str, Callable[..., Any]] = {
    "migrate": fill.migrate,
    "fill": fill.fill,
    "multiply": multiply.multiply,
    "addresses": fill.addresses,
    "publishing": publishing.measure,
}

if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    json.dump(TASKS[name](*map(int, numbers)), sys.stdout)
