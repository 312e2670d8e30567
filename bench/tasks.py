"""The parts that need the site set up: `python -m bench.tasks NAME [NUMBER...]` prints JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from bench.configure import configure

configure()

from bench import (  # noqa: E402  they need the settings
    bundles,
    fill,
    hand_offs,
    memory,
    multiply,
    publishing,
    searching,
    syncing,
)

TASKS: dict[str, Callable[..., Any]] = {
    "migrate": fill.migrate,
    "fill": fill.fill,
    "multiply": multiply.multiply,
    "addresses": fill.addresses,
    "fill_mixed": fill.fill_mixed,
    "publishing": publishing.measure,
    "publishing_once": publishing.latency,
    "syncing": syncing.measure,
    "fill_search": searching.fill,
    "searching": searching.measure,
    "memory": memory.measure,
    "fill_untranslated": hand_offs.fill_untranslated,
    "translate_all": hand_offs.translate_all,
    "forget_translations": hand_offs.forget_translations,
    "export_all": hand_offs.export_all,
    "import_all": hand_offs.import_all,
    "round_trip": hand_offs.round_trip,
    "fill_translated": bundles.fill_translated,
    "export_bundles": bundles.export_bundles,
}

if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    json.dump(TASKS[name](*map(int, numbers)), sys.stdout)
