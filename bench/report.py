"""What was promised, what was measured, and whether the one holds for the other."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.load import Series
from bench.plan import TICO_19

Loads = Mapping[str, Series]
# How many documents a list holds: Wagtail's v3 has no list of full documents, so its rate for
# one is that of its documents by this.
LIST_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise of the issue, as a number. worst and best: of the rounds, where there are any."""

    name: str
    measured: float
    limit: float
    at_least: bool
    worst: float | None = None
    best: float | None = None

    @property
    def holds(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def line(self) -> str:
        spread = "" if self.worst is None else f"({self.worst:.2f} to {self.best:.2f})"
        sign = ">=" if self.at_least else "<="
        verdict = "holds" if self.holds else "MISSED"
        return f"{self.name:58} {self.measured:8.2f} {spread:18} {sign} {self.limit:g}  {verdict}"


def goals(comparison: Loads, growth: Loads, publishing: Mapping[str, Any]) -> Iterator[Goal]:
    v2, v3 = comparison["v2 detail"], comparison["v3 detail"]
    better = max(v2.rates, v3.rates, key=statistics.median)
    lists = max(
        comparison["v2 list"].rates,
        tuple(rate / LIST_LENGTH for rate in v3.rates),
        key=statistics.median,
    )
    yield _ratio("Detail, times Wagtail's better API", comparison["detail"].rates, better, 25)
    yield _ratio("20 full documents, times Wagtail's better", comparison["list"].rates, lists, 15)
    yield _ratio("304, times Wagtail's 200", comparison["304"].rates, better, 20)
    empty = comparison["empty Django view"].rates
    for name, limit in (("detail", 0.6), ("304", 0.7)):
        yield _ratio(
            f"{name.capitalize()}, parts of an empty Django view",
            comparison[name].rates,
            empty,
            limit,
            at_least=True,
        )
    for name in ("detail", "list"):
        many, few = growth[f"{name}, many pages"], growth[f"{name}, few pages"]
        yield _ratio(f"Latency of a {name} when pages are many, times few", many.p50, few.p50, 1.3)
    for database, found in publishing.items():
        extra = found["publish_extra"]
        yield Goal(f"Publishing, ms more than Wagtail's ({database})", extra, 150, at_least=False)
    yield Goal(
        "Extract and compile after an edit, ms per language",
        publishing["PostgreSQL"]["extract_and_compile_per_language"],
        2,
        at_least=False,
    )


def sync_goal(found: Mapping[str, Any]) -> Goal:
    name = f"Catching up with {found['changes']:,} changes, {found['bytes'] / 1e6:.0f} MB, s"
    return Goal(name, found["seconds"], 1, at_least=False)


def bundle_goals(found: Mapping[str, Any]) -> Iterator[Goal]:
    cold, unchanged = found["cold"], found["unchanged"]
    name = f"{cold['bundles']} bundles of {found['pages']} pages, {cold['megabytes']:.0f} MB, s"
    yield Goal(name, cold["seconds"], 30, at_least=False)
    yield Goal("The same when nothing changed, s", unchanged["seconds"], 3, at_least=False)


def search_goal(found: Mapping[str, Any]) -> Goal:
    name = f"Searching {found['pages']:,} pages in {found['languages']} languages, p95, ms"
    return Goal(name, found["p95"], 30, at_least=False)


def hand_off_goals(found: Mapping[str, Any]) -> Iterator[Goal]:
    def at_most(name: str, measured: float, limit: float) -> Goal:
        return Goal(name, measured, limit, at_least=False)

    out, back = found["export"], found["import"]
    yield at_most("Exporting every catalogue, s", out["seconds"], 20)
    yield at_most("The same, MB", out["megabytes"], 300)
    yield at_most("Importing every catalogue, with its editions, s", back["seconds"], 60)
    yield at_most("One page out and back, s", found["round_trip"]["seconds"], 1)
    for act in ("export", "import"):
        theirs, ours = (found["peer"][f"{act}_us"][name] for name in ("wagtail-localize", "ours"))
        name = f"{act.capitalize()} of a string, times wagtail-localize's"
        yield Goal(name, theirs / ours, 10, at_least=True)


def front_goals(found: Mapping[str, Any]) -> Iterator[Goal]:
    loads, held = found["loads"], found["held"]
    cache, files = (loads[f"nginx's {name}"].rates for name in ("cache", "files"))
    yield _ratio("Through nginx's cache, parts of its files", cache, files, 0.75, at_least=True)
    rate = held["requests"] / held["seconds"]
    yield Goal("All languages through nginx, requests a second", rate, 5000, at_least=True)
    yield Goal("The same, p99 in ms", held["p99_ms"], 25, at_least=False)
    wrong = held["wrong"] + held["failed"]
    yield Goal("The same, bodies in another language, or none", wrong, 0, at_least=False)


def publish_growth_goal(found: Mapping[str, Sequence[float]]) -> Goal:
    many, few = tuple(found["many"]), tuple(found["few"])
    return _ratio("A publish when pages are many, times few", many, few, 1.3)


def _ratio(
    name: str,
    ours: tuple[float, ...],
    theirs: tuple[float, ...],
    limit: float,
    *,
    at_least: bool | None = None,
) -> Goal:
    """Of medians; worst and best are of the rounds, each with what was measured beside it."""
    rounds = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return Goal(
        name,
        statistics.median(ours) / statistics.median(theirs),
        limit,
        # A latency may grow by so much; a rate must be so many times.
        at_least=limit > 2 if at_least is None else at_least,
        worst=min(rounds),
        best=max(rounds),
    )


def text(
    comparison: Loads,
    growth: Loads,
    publishing: Mapping[str, Any],
    hand_offs: Mapping[str, Any] | None,
    found: Sequence[Goal],
) -> str:
    parts = (
        _table("All at once, eight connections", comparison),
        _table("One connection: latency as the number of pages grows", growth),
        "\n".join(_publishing(publishing)),
        "\n".join(_hand_offs(hand_offs)) if hand_offs else f"No catalogues: no {TICO_19.name}",
        "\n".join(("Promises", *(f"  {goal.line()}" for goal in found))),
    )
    return "\n\n".join(parts)


def _table(title: str, loads: Loads) -> str:
    head = f"  {'':24} {'req/s':>9} {'min to max':>16} {'p50 ms':>8} {'p99 ms':>8} {'bytes':>9}"
    rows = [title, head]
    for name, series in loads.items():
        spread = f"{min(series.rates):.0f} to {max(series.rates):.0f}"
        rows.append(
            f"  {name:24} {series.rate:9.1f} {spread:>16} {statistics.median(series.p50):8.2f} "
            f"{statistics.median(series.p99):8.2f} {series.answer_bytes:9}"
        )
    return "\n".join(rows)


def _publishing(publishing: Mapping[str, Any]) -> Iterator[str]:
    for database, found in publishing.items():
        yield f"Publishing {found['blocks']} blocks in {found['languages']} languages, {database}"
        yield (
            f"  Wagtail alone {found['wagtail_publish']:.0f} ms, with editions "
            f"{found['publish']:.0f} ms, without a change {found['republish']:.0f} ms, "
            f"with no block remembered {found['publish_anew']:.0f} ms, "
            f"with other words in every language {found['publish_reworded']:.0f} ms"
        )
        yield (
            f"  rows appended {_counts(found['rows_appended'])}, "
            f"without a change {_counts(found['rows_appended_without_change'])}"
        )
        slowest = max(found["compile"], key=lambda code: found["compile"][code])
        yield (
            f"  extract {found['extract']:.1f} ms a page; compile "
            f"{statistics.median(found['compile'].values()):.2f} ms a language "
            f"(slowest {slowest}, {found['compile'][slowest]:.2f} ms), "
            f"remembered {found['compile_remembered']:.2f} ms"
        )


def _hand_offs(found: Mapping[str, Any]) -> Iterator[str]:
    out, back, peer = found["export"], found["import"], found["peer"]
    yield f"Catalogues of {found['pages']} pages of {found['segments']:.0f} segments"
    yield (
        f"  out: {out['files']} files, {out['bytes'] / 1e6:.0f} MB, {out['seconds']:.1f} s, "
        f"{out['megabytes']:.0f} MB of memory"
    )
    yield (
        f"  back: {back['targets']:,} targets, {back['approved']:,} approved, "
        f"{back['editions']:,} editions, {back['seconds']:.1f} s, "
        f"{back['megabytes']:.0f} MB of memory"
    )
    for act in ("export", "import"):
        said = ", ".join(f"{name} {us:.0f} µs" for name, us in peer[f"{act}_us"].items())
        yield f"  {act} of a string: {said}"


def _counts(found: list[int]) -> str:
    return " or ".join(map(str, found))
