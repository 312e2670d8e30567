"""The whole of it: nginx as shipped, two application servers, Redis, PostgreSQL and its replica.

What is read through all of that is what one process says without any of it, to the byte; also
while an application server and then the replica die.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice

import pytest
from django.urls import resolve

from api.openapi.operations import OPERATIONS
from tests.nginx import Nginx, needs_nginx, running
from tests.topology.conftest import Databases, free_port
from tests.topology.crawl import Ask, Said, asks, slow_asks
from tests.topology.servers import AppServer, RedisServer, manage, until

pytestmark = [
    needs_nginx,
    pytest.mark.skipif(
        not shutil.which("redis-server") and os.environ.get("CI") != "true",
        reason="needs redis-server: apt install redis-server",
    ),
]

# One process that reads from the primary, and has no Redis: its answers are the right ones.
RIGHT = """
import json
from django.test import Client
from tests.topology.crawl import Ask, Said, asks, slow_asks
client = Client(HTTP_HOST="clinic.example.org", HTTP_X_FORWARDED_PROTO="https")
def get(path, headers):
    answer = client.get(path, headers=headers)
    headers = {name.lower(): value for name, value in answer.items()}
    return Said(answer.status_code, headers, answer.getvalue())
for ask in [*asks(get), *slow_asks()]:
    print(json.dumps([ask.path, ask.accept_language, get(ask.path, ask.headers).digest(ask)]))
"""


@dataclass(frozen=True, slots=True)
class Site:
    databases: Databases
    nginx: Nginx
    apps: tuple[AppServer, AppServer]
    redis: RedisServer
    right: Mapping[Ask, str]


@pytest.fixture(scope="module")
def site(databases: Databases) -> Iterator[Site]:
    redis = RedisServer(databases.folder, free_port())
    production = {
        "POLYCLINIC_ENV": "production",
        "SECRET_KEY": "of-a-site-that-lives-for-a-minute-on-loopback-and-no-longer",
        "ALLOWED_HOSTS": "clinic.example.org",
        "BASE_URL": "https://clinic.example.org",
        "PROXY_COUNT": "1",
        "REDIS_URL": redis.url,
        # Each read asks a database: what is kept in memory would hide that one is gone.
        "KEPT_MEGABYTES": "0",
    }
    environment = {**databases.environment, **production}
    alone = {**environment, "DATABASE_REPLICA_URL": "", "REDIS_URL": ""}
    # Names without digests, which the pages of the API do not need and which take half a minute.
    manage(databases.environment, "collectstatic", "--noinput")
    manage(environment, "reconcile_editions")  # documents have BASE_URL in them
    databases.settle()
    right = {
        Ask(path, accept_language): digest
        for path, accept_language, digest in map(
            json.loads, manage(alone, "shell", "--no-imports", "-c", RIGHT).splitlines()
        )
    }
    apps = (databases.app("app-1", **production), databases.app("app-2", **production))
    folder = databases.folder / "nginx"
    folder.mkdir()
    servers = [f"127.0.0.1:{app.port}" for app in apps]
    try:
        redis.start()
        for app in apps:
            app.start()
        with running(folder, servers, databases.folder / "var") as nginx:
            yield Site(databases, nginx, apps, redis, right)
    finally:
        for child in (*apps, redis):
            child.stop()


def reader(site: Site, **headers: str) -> Callable[[str, Mapping[str, str]], Said]:
    def get(path: str, more: Mapping[str, str]) -> Said:
        try:
            answer = site.nginx.ask(path, **headers, **more)
        except (OSError, http.client.HTTPException) as error:
            return Said(0, {}, repr(error).encode())
        return Said(answer.status, answer.headers, answer.body)

    return get


def test_every_operation_says_through_all_of_it_what_one_process_says(site):
    for headers in ({}, {"cookie": "a=b"}):  # from the cache of nginx, and past it
        get = reader(site, **headers)
        asked = [*asks(get), *slow_asks()]
        assert set(asked) == set(site.right)
        wrong = [ask for ask in asked if get(ask.path, ask.headers).digest(ask) != site.right[ask]]
        assert wrong == []
    views = {resolve(ask.path.partition("?")[0]).func.view_class for ask in asked}
    assert views >= set(OPERATIONS)
    print(f"{len(asked)} addresses twice")


def test_both_servers_and_the_replica_are_used(site):
    get = reader(site, cookie="a=b")
    reads = "SELECT tup_returned FROM pg_stat_database WHERE datname = 'polyclinic'"
    before = [site.databases.replica.query(reads), *(app.log.stat().st_size for app in site.apps)]
    for _ in range(20):
        assert get("/api/v1/en/treatments/?fields=full", {}).status == 200

    def more() -> bool:
        now = [site.databases.replica.query(reads), *(app.log.stat().st_size for app in site.apps)]
        return all(later > earlier for earlier, later in zip(before, now, strict=True))

    until(more, "one of them is never asked")


def test_files_are_served(site):
    (found,) = (site.databases.folder / "var" / "static" / "wagtailadmin" / "css").glob("core.css")
    answer = site.nginx.ask(f"/static/wagtailadmin/css/{found.name}")
    assert (answer.status, answer.body) == (200, found.read_bytes())
    upload = site.databases.folder / "var" / "media" / "note.txt"
    upload.parent.mkdir(exist_ok=True)
    upload.write_text("An upload")
    assert site.nginx.ask("/media/note.txt").body == b"An upload"


def test_no_read_fails_while_a_server_and_then_the_replica_and_then_redis_die(site):
    """A quarter of the reads may come from the cache of nginx, the others are past it."""
    steps = (
        (site.apps[0].kill, site.apps[0].start),
        (site.databases.replica.kill, site.databases.replica.start),
        (site.redis.kill, site.redis.start),
        (site.apps[1].kill, site.apps[1].start),
    )
    slow = set(slow_asks())
    stream = [ask for ask in site.right if ask not in slow]
    done, wrong, answered = threading.Event(), [], [0] * 4

    def read(number: int) -> None:
        get = reader(site, **({} if number == 0 else {"cookie": "a=b"}))
        for ask in islice(cycle(stream), number * len(stream) // 4, None):
            if done.is_set():
                return
            said = get(ask.path, ask.headers)
            answered[number] += 1
            if said.digest(ask) != site.right[ask]:
                wrong.append((ask, said.status, said.body[:200]))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(len(answered))]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1)
        for kill, start in steps:
            kill()
            time.sleep(3)
            start()
            time.sleep(1)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    print(f"{sum(answered)} reads, {len(wrong)} failed or wrong")
    assert wrong == []
    assert sum(answered) > 500
