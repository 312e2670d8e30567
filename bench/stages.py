"""The parts of a run, each in processes of its own: fill, compare, grow, publish."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import database
from bench.load import Series, Target, hold, measure
from bench.plan import Plan
from bench.servers import ask, serving, site_environment
from tests.nginx import running

COMPARED = (
    *("detail", "v2 detail", "v3 detail", "304", "list", "v2 list", "v3 list"),
    *("empty DRF view", "empty Django view"),
)
CONNECTIONS = 8


@contextmanager
def _said(what: str) -> Iterator[None]:
    started = time.monotonic()
    print(f"{what} ... ", end="", flush=True, file=sys.stderr)
    yield
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)


def _task(address: str, folder: Path, name: str, *numbers: int) -> Any:
    """What bench.tasks prints of this task on this database."""
    return _printed(address, folder, "bench.tasks", name, *map(str, numbers))


def _printed(address: str, folder: Path, module: str, *arguments: str) -> Any:
    command = [sys.executable, "-m", module, *arguments]
    environment = site_environment(address, folder)
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def fill(plan: Plan, folder: Path) -> None:
    """Three databases: few pages, those and some more, and copies of these as the many."""
    some = database.address_of(plan.some)
    (folder / "static").mkdir()  # WhiteNoise misses it otherwise
    with _said("Making the tables on PostgreSQL"):
        database.create(plan.some)
        _task(some, folder, "migrate")
    with _said(f"Publishing {plan.some} pages in two languages"):
        _task(some, folder, "fill", 0, plan.few)
        database.create(plan.few, template=plan.some)
        _task(some, folder, "fill", plan.few, plan.some)
    with _said(f"Copying them to {plan.many}"):
        database.create(plan.many, template=plan.some)
        _task(
            database.address_of(plan.many),
            folder,
            "multiply",
            plan.many // plan.some - 1,
            plan.some,
        )


def compare(plan: Plan, folder: Path) -> dict[str, Series]:
    """Our API, Wagtail's two and two empty views, all in one server process."""
    site = _Site(plan.some, folder)
    targets = [
        Target(name, site.port, site.files[name], status=304 if name == "304" else 200)
        for name in COMPARED
    ]
    with (
        _said(f"Measuring {len(targets)} kinds of request"),
        serving(site.port, site.environment),
    ):
        return measure(targets, rounds=plan.rounds, seconds=plan.seconds, connections=CONNECTIONS)


def grow(plan: Plan, folder: Path) -> dict[str, Series]:
    """Latency where pages are few and where they are many: two servers, one request at a time."""
    few, many = (_Site(pages, folder) for pages in (plan.few, plan.many))
    targets = [
        Target(f"{kind}, {word} pages", site.port, site.files[kind])
        for kind in ("detail", "list", "v2 list")
        for word, site in (("few", few), ("many", many))
    ]
    with (
        _said(f"Measuring with {plan.few} and with {plan.many} pages"),
        serving(few.port, few.environment),
        serving(many.port, many.environment),
    ):
        return measure(
            targets, rounds=plan.rounds, seconds=max(1, plan.seconds // 2), connections=1
        )


class _Site:
    def __init__(self, pages: int, folder: Path) -> None:
        self.port = _free_port()
        self.environment = site_environment(database.address_of(pages), folder)
        self.files = _files(pages, folder)


def publish(plan: Plan, folder: Path) -> dict[str, Any]:
    sqlite = f"sqlite:///{folder / 'bench.sqlite3'}"
    with _said("Making the tables on SQLite"):
        _task(sqlite, folder, "migrate")
    with _said("Publishing a page of 60 blocks in 11 languages, over and over"):
        return {
            "PostgreSQL": _task(
                database.address_of(plan.some), folder, "publishing", plan.repetitions
            ),
            "SQLite": _task(sqlite, folder, "publishing", plan.repetitions),
        }


def publish_growth(plan: Plan, folder: Path) -> dict[str, list[float]]:
    """Milliseconds of a publish where pages are few and where they are many, in turn."""
    found: dict[str, list[float]] = {"few": [], "many": []}
    with _said(f"Publishing among {plan.few} and among {plan.many} pages"):
        for _ in range(plan.rounds):
            for name, pages in (("few", plan.few), ("many", plan.many)):
                done = _task(
                    database.address_of(pages), folder, "publishing_once", plan.repetitions
                )
                found[name].append(done["publish"])
    return found


def front(plan: Plan, folder: Path) -> dict[str, Any]:
    """Through the shipped nginx, over TLS: from its cache, the same bytes as files, and a minute of
    all languages while every body is looked into. Two processes of the site behind it."""
    site = _Site(plan.some, folder)
    other = _free_port()
    mixed = folder / "mixed.paths"
    with _said(f"Publishing {plan.mixed} pages in every language"):
        made = _task(database.address_of(plan.some), folder, "fill_mixed", plan.mixed)
        mixed.write_text("\n".join(made["mixed"]) + "\n", encoding="utf-8")
    own = folder / "nginx"
    own.mkdir()
    with (
        serving(site.port, site.environment),
        serving(other, site.environment),
        running(own, [f"127.0.0.1:{site.port}", f"127.0.0.1:{other}"], own) as nginx,
    ):
        detail, files = _same_bytes(site, nginx.port, own)
        targets = [
            Target("nginx's cache", nginx.port, detail, scheme="https"),
            Target("nginx's files", nginx.port, files, scheme="https"),
        ]
        with _said("Measuring nginx: its cache, and the same bytes as files"):
            loads = measure(
                targets, rounds=plan.rounds, seconds=plan.seconds, connections=CONNECTIONS
            )
        with _said(f"Asking in all languages for {plan.hold} s"):
            held = hold(
                Target("mixed", nginx.port, mixed, scheme="https"),
                seconds=plan.hold,
                threads=len(all_codes(mixed)),
            )
    return {"loads": loads, "held": held}


def all_codes(mixed: Path) -> set[str]:
    return {line.split()[0] for line in mixed.read_text(encoding="utf-8").splitlines()}


def _same_bytes(site: _Site, port: int, folder: Path) -> tuple[Path, Path]:
    """Addresses of documents, which nginx then has in its cache, and of files with their bytes."""
    paths = site.files["detail"].read_text(encoding="utf-8").splitlines()[:200]
    (folder / "static").mkdir()
    for number, path in enumerate(paths):
        status, body = ask(port, path, scheme="https")
        if status != 200:
            sys.exit(f"nginx: {path} answers {status}: {body!r}")
        (folder / "static" / f"{number}.json").write_bytes(body)
    listed = folder / "detail.paths", folder / "files.paths"
    listed[0].write_text("\n".join(paths) + "\n", encoding="utf-8")
    files = (f"/static/{number}.json" for number in range(len(paths)))
    listed[1].write_text("\n".join(files) + "\n", encoding="utf-8")
    return listed


def sync(plan: Plan, folder: Path) -> dict[str, Any]:
    with _said("Catching up after a while away"):
        found: dict[str, Any] = _task(
            database.address_of(plan.many), folder, "syncing", plan.repetitions
        )
    return found


def bundle(plan: Plan, folder: Path) -> dict[str, Any]:
    """Each export in a process of its own, as a command is."""
    pages, address = plan.translated, database.address_of(plan.translated)
    with _said(f"Publishing {pages} pages with pictures in every language"):
        database.create(pages)
        _task(address, folder, "migrate")
        filled = _task(address, folder, "fill_translated", 0, pages)
    with _said("Making their bundles, and looking at them again"):
        cold = _task(address, folder, "export_bundles")
        again = _task(address, folder, "export_bundles")
    return {"pages": pages, **filled, "cold": cold, "unchanged": again}


def search(plan: Plan, folder: Path) -> dict[str, Any]:
    address = database.address_of(plan.many)
    with _said(f"Indexing {plan.searched} pages in every language"):
        _task(address, folder, "fill_search", plan.searched)
    with _said("Searching them"):
        found: dict[str, Any] = _task(address, folder, "searching", 4 * plan.repetitions)
    return found


def hand_off(plan: Plan, folder: Path) -> dict[str, Any]:
    """Catalogues out and back, each step in a process of its own, so that its memory is its own."""
    pages, address = plan.translated, database.address_of(plan.translated)
    with _said(f"Publishing {pages} pages, and translating them into every language"):
        database.create(pages)
        _task(address, folder, "migrate")
        filled = _task(address, folder, "fill_untranslated", 0, pages)
        _task(address, folder, "translate_all")
    with _said("Exporting their catalogues"):
        exported = _task(address, folder, "export_all")
    _task(address, folder, "forget_translations")
    with _said("Importing them again"):
        imported = _task(address, folder, "import_all")
    with _said("One page out and back, and wagtail-localize beside ours"):
        round_trip = _task(address, folder, "round_trip", plan.repetitions)
        _task(address, folder, "forget_translations")
        return {
            "pages": pages,
            **filled,
            "export": exported,
            "import": imported,
            "round_trip": round_trip,
            "peer": _printed(address, folder, "bench.peer", str(plan.peer)),
        }


def _files(pages: int, folder: Path) -> dict[str, Path]:
    """The addresses of each measurement on the database of so many pages, in files for wrk."""
    files = {}
    for name, lines in _task(database.address_of(pages), folder, "addresses").items():
        files[name] = folder / f"{pages}-{name.replace(' ', '-')}.paths"
        files[name].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return files


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
