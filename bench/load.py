"""One run of wrk, and several of them in turn."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.servers import BLOCKING_THREADS, HEADERS, ask

SCRIPT = Path(__file__).with_name("spread.lua")
LANGUAGES = Path(__file__).with_name("languages.lua")
WARM_UP = 2  # seconds
CHECKED = 3  # answers that are looked at before a measurement begins


@dataclass(frozen=True, slots=True)
class Target:
    """What to ask: a server, and a file with the paths. status: what every answer must be."""

    name: str
    port: int
    file: Path
    status: int = 200
    scheme: str = "http"

    @property
    def first_path(self) -> str:
        return self.file.read_text(encoding="utf-8").split(maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Series:
    """All runs of one target. rate: requests a second; p50 and p99: milliseconds."""

    answer_bytes: int
    rates: tuple[float, ...]
    p50: tuple[float, ...]
    p99: tuple[float, ...]

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


def need_programs() -> None:
    for name in ("wrk", "nginx"):
        if not (shutil.which(name) or shutil.which(name, path="/usr/sbin")):
            sys.exit(f"make bench needs {name}. On Debian: apt install wrk nginx")


def measure(
    targets: Sequence[Target], *, rounds: int, seconds: float, connections: int
) -> dict[str, Series]:
    """Rounds of all targets in turn, so that a busy moment of the machine meets all of them."""
    sizes = {target.name: _check(target) for target in targets}
    for target in targets:
        _wrk(target, seconds=WARM_UP, connections=connections)
    runs: dict[str, list[Mapping[str, float]]] = {target.name: [] for target in targets}
    for _ in range(rounds):
        for target in targets:
            run = _wrk(target, seconds=seconds, connections=connections)
            if not run["requests"]:
                sys.exit(f"{target.name}: no answer in {seconds} s. Is the machine busy?")
            runs[target.name].append(run)
    return {
        name: Series(
            answer_bytes=sizes[name],
            rates=tuple(run["requests"] / run["seconds"] for run in found),
            p50=tuple(run["p50_ms"] for run in found),
            p99=tuple(run["p99_ms"] for run in found),
        )
        for name, found in runs.items()
    }


def _check(target: Target) -> int:
    """The mean size of some answers, all of which are what they should be."""
    lines = target.file.read_text().splitlines()
    sizes = []
    for line in lines[:: max(1, len(lines) // CHECKED)]:
        path, _, etag = line.partition(" ")
        status, body = ask(
            target.port, path, {"If-None-Match": etag} if etag else {}, scheme=target.scheme
        )
        if status != target.status:
            sys.exit(f"{target.name}: {path} answers {status} and not {target.status}: {body!r}")
        sizes.append(len(body))
    return round(statistics.mean(sizes))


def _wrk(target: Target, *, seconds: float, connections: int) -> Mapping[str, float]:
    command = ["wrk", "--threads", "1", "--connections", str(connections)]
    command += ["--duration", f"{round(seconds)}s", "--timeout", "20s", "--script", str(SCRIPT)]
    command += [part for name, value in HEADERS.items() for part in ("-H", f"{name}: {value}")]
    command += [f"{target.scheme}://127.0.0.1:{target.port}/", "--", str(target.file)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # The server goes on with requests that wrk left behind; they are not the next target's to
    # wait for. Each of these waits its turn behind them.
    for _ in range(BLOCKING_THREADS):
        ask(target.port, target.first_path, scheme=target.scheme)
    run: Mapping[str, float] = json.loads(output.splitlines()[-1])
    if run["failed"]:
        sys.exit(f"{target.name}: {run['failed']} of {run['requests']} requests failed.\n{output}")
    return run


def hold(target: Target, *, seconds: int, threads: int) -> Mapping[str, float]:
    """One long run of `threads`, each of which asks in one language alone and looks into every
    body for it. target's file: a language and a path a line."""
    command = ["wrk", "--threads", str(threads), "--connections", str(2 * threads)]
    command += ["--duration", f"{seconds}s", "--timeout", "20s", "--script", str(LANGUAGES)]
    command += [f"{target.scheme}://127.0.0.1:{target.port}/", "--", str(target.file)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    run: Mapping[str, float] = json.loads(output.splitlines()[-1])
    return run
