"""wait= on the server that deploy/serve starts: news wakes those who wait, nobody is kept from an
answer by them, and the server stops while they wait."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import orjson
import pytest
from django.db import connection

from tests import factory
from tests.topology.conftest import free_port
from tests.topology.reading import Answer, Reader
from tests.topology.servers import AppServer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("shared_database"),
]
PATH = "/api/v1/en/sync/"
WAITERS = 2
WAIT = 30


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AppServer]:
    factory.treatment()
    environment = {
        **os.environ,
        "DATABASE_URL": address_of_the_database(),
        "VAR_DIR": str(tmp_path / "var"),
        "SYNC_WAITERS": str(WAITERS),
    }
    server = AppServer("site", tmp_path, free_port(), environment)
    server.start()
    yield server
    server.stop()  # killed, it would leave its worker process behind


def address_of_the_database() -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    params = connection.get_connection_params()
    login = f"{quote(params['user'])}:{quote(params.get('password') or '')}"
    host = f"{params['host']}:{params.get('port') or 5432}"
    return f"postgres://{login}@{host}/{params['dbname']}"


def seconds_of(port: int, path: str) -> tuple[float, Answer]:
    began = time.monotonic()
    answer = Reader(port, seconds=WAIT + 30).get(path)
    return time.monotonic() - began, answer


def waiting(pool: ThreadPoolExecutor, server: AppServer, path: str) -> list[Future]:
    """As many as may wait, and who do so now."""
    found = [pool.submit(seconds_of, server.port, path) for _ in range(WAITERS)]
    time.sleep(3)
    assert not any(each.done() for each in found)
    return found


def test_a_publish_wakes_who_waits_and_one_too_many_is_answered_at_once(server):
    first = orjson.loads(Reader(server.port).get(PATH).body)
    path = f"{PATH}?cursor={first['next_cursor']}&wait={WAIT}"
    with ThreadPoolExecutor(WAITERS) as pool:
        waiters = waiting(pool, server, path)
        took, answer = seconds_of(server.port, path)
        assert (answer.status, orjson.loads(answer.body)["items"]) == (200, [])
        assert took < WAIT / 3
        # And whoever reads is not kept waiting by them.
        took, answer = seconds_of(server.port, "/api/v1/en/treatments/back-care/")
        assert answer.status == 200
        assert took < WAIT / 3
        factory.treatment("news")
        for waiter in waiters:
            took, answer = waiter.result()
            (item,) = orjson.loads(answer.body)["items"]
            assert item["document"]["slug"] == "news"
            assert took < WAIT


def test_a_server_that_is_stopped_does_not_stay_for_those_who_wait(server):
    first = orjson.loads(Reader(server.port).get(PATH).body)
    path = f"{PATH}?cursor={first['next_cursor']}&wait={WAIT}"
    with ThreadPoolExecutor(WAITERS) as pool:
        waiters = waiting(pool, server, path)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < WAIT / 2
        for waiter in waiters:
            assert waiter.result()[1].status in (0, 200)
