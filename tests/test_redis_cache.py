"""The cache in Redis: nothing fails, and nothing waits for long, while its server is away."""

from __future__ import annotations

import logging
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from tests import factory
from tests.topology.servers import Child, until

pytestmark = pytest.mark.skipif(not shutil.which("redis-server"), reason="needs redis-server")

SILENT = 0.4


class Server(Child):
    """A Redis of its own on a socket, which keeps what it has on the disk when it ends."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "socket"
        options = {"port": "0", "unixsocket": str(self.socket), "appendonly": "yes"}
        options |= {"appendfsync": "always", "save": "", "dir": str(folder)}
        parts = [part for name, value in options.items() for part in (f"--{name}", value)]
        super().__init__("redis", ["redis-server", *parts], folder)

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        super().start()
        until(self.socket.exists, "Redis does not answer")


@pytest.fixture
def server(settings, monkeypatch) -> Iterator[Server]:
    # Not below tmp_path: the name of a socket has 107 bytes at most.
    with TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.start()
        monkeypatch.setattr("cms.redis_cache.SILENT", SILENT)
        location = f"unix://{server.socket}?db=0"
        settings.CACHES = {
            "default": {"BACKEND": "cms.redis_cache.RedisCache", "LOCATION": location}
        }
        yield server
        server.kill()


def freeze(server: Server) -> None:
    server.send(signal.SIGSTOP)


def kill(server: Server) -> None:
    server.kill()


def back(server: Server, away: Callable[[Server], None]) -> None:
    if away is freeze:
        server.send(signal.SIGCONT)
    else:
        server.start()
    time.sleep(SILENT)


@pytest.fixture(params=[freeze, kill])
def away(request: pytest.FixtureRequest) -> Callable[[Server], None]:
    taken: Callable[[Server], None] = request.param
    return taken


def test_while_the_server_is_away_the_cache_is_empty_and_then_as_it_was(server, away):
    cache.set("kept", "words")
    assert cache.get("kept") == "words"
    away(server)
    began = time.monotonic()
    assert cache.get("kept", "none") == "none"
    assert cache.get_many(["kept"]) == {}
    assert "kept" not in cache
    assert cache.add("other", 1) is True
    assert cache.touch("other") is False
    assert cache.delete("other") is False
    assert cache.set_many({"third": 1}) == []
    assert cache.delete_many(["third"]) is None
    with pytest.raises(ValueError, match="not found"):
        cache.incr("number")
    assert cache.clear() is False
    assert time.monotonic() - began < 2  # one wait, and no more while it is known to be away
    back(server, away)
    assert cache.get("kept") == "words"


def test_what_could_not_be_taken_away_is_not_found_afterwards(server, away):
    cache.set_many({"taken": "old", "replaced": "old", "kept": "words"}, timeout=None)
    away(server)
    cache.delete("taken")
    cache.set("replaced", "new")
    back(server, away)
    assert cache.get_many(["taken", "replaced", "kept"]) == {"kept": "words"}


def test_the_log_says_it_once(server, away, caplog):
    away(server)
    with caplog.at_level(logging.ERROR, logger="polyclinic.cache"):
        for _ in range(5):
            cache.get("kept")
    assert [record.name for record in caplog.records] == ["polyclinic.cache"]


def test_a_restart_of_the_server_is_no_outage(server, caplog):
    cache.set("kept", "words")
    server.stop()
    server.start()
    assert cache.get("kept") == "words"
    assert not caplog.records


@pytest.mark.django_db
def test_pages_are_read_and_written_while_the_server_is_frozen(server, admin_client):
    page = factory.treatment()
    freeze(server)
    assert Client().get(f"/api/v1/en/treatments/{page.slug}/").status_code == 200
    assert admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    page.title = "Written"
    page.save_revision().publish()
    assert (
        Site.get_site_root_paths()
    )  # which Wagtail asks the cache for, before pages have addresses
