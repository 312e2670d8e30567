"""The whole run: `make bench`; or bench/run --quick, to see whether the bench works."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import database, load, report, stages
from bench.plan import FULL, QUICK, TICO_19
from bench.servers import BLOCKING_THREADS

RESULTS = Path(__file__).with_name("results.json")
# How much of the machine may be busy with something else when a run begins.
QUIET = 0.75


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small and short: it proves nothing")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the numbers go")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    load.need_programs()
    machine = _machine()
    with tempfile.TemporaryDirectory() as name, database.dropped_after(*plan.sizes):
        folder = Path(name)
        stages.fill(plan, folder)
        comparison = stages.compare(plan, folder)
        growth = stages.grow(plan, folder)
        syncing = stages.sync(plan, folder)
        searching = stages.search(plan, folder)
        publishing = stages.publish(plan, folder)
        bundles = stages.bundle(plan, folder)
        publish_growth = stages.publish_growth(plan, folder)
        front = stages.front(plan, folder)
        hand_offs = stages.hand_off(plan, folder) if TICO_19.exists() else None
    goals = [
        *report.goals(comparison, growth, publishing),
        report.sync_goal(syncing),
        *report.bundle_goals(bundles),
        report.search_goal(searching),
        report.publish_growth_goal(publish_growth),
        *report.front_goals(front),
        *(report.hand_off_goals(hand_offs) if hand_offs else ()),
    ]
    results = {
        "plan": dataclasses.asdict(plan),
        "machine": machine,
        "goals": [{**dataclasses.asdict(goal), "holds": goal.holds} for goal in goals],
        "comparison": {name: dataclasses.asdict(series) for name, series in comparison.items()},
        "growth": {name: dataclasses.asdict(series) for name, series in growth.items()},
        "publishing": publishing,
        "publish_growth": publish_growth,
        "front": {
            **{name: dataclasses.asdict(series) for name, series in front["loads"].items()},
            "held": front["held"],
        },
        "syncing": syncing,
        "bundles": bundles,
        "searching": searching,
        "hand_offs": hand_offs,
    }
    options.results.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    loads = {**comparison, **front["loads"]}
    print(report.text(loads, growth, publishing, hand_offs, goals))
    # A quick run ends before any number settles: it fails only by an exception.
    return 0 if options.quick or all(goal.holds for goal in goals) else 1


def _machine() -> dict[str, Any]:
    busy, processors = os.getloadavg()[0], os.cpu_count() or 1
    if busy > QUIET * processors:
        print(f"This machine is busy (load {busy:.1f} on {processors}): expect noise.")
    names = ("Django", "wagtail", "djangorestframework", "django-ninja", "psycopg", "granian")
    return {
        "processors": processors,
        "load_before": round(busy, 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgresql": database.server_version(),
        "blocking_threads": BLOCKING_THREADS,
        **{name.lower(): version(name) for name in names},
    }


if __name__ == "__main__":
    raise SystemExit(main())
