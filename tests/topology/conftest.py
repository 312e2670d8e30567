"""Two PostgreSQL clusters with streaming replication and the demo in them, for all tests here."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.topology.servers import AppServer, Cluster, manage, postgresql_programs, until

FIRST_PORT = int(os.environ.get("TOPOLOGY_PORT", "8160"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("TOPOLOGY") != "1":
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.skip(reason="starts servers: make topology"))


def free_port() -> int:
    for port in count(FIRST_PORT):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
                if port not in _given:
                    _given.add(port)
                    return port
    raise AssertionError


_given: set[int] = set()


@dataclass(frozen=True, slots=True)
class Databases:
    """environment: of every process of the site."""

    folder: Path
    primary: Cluster
    replica: Cluster
    environment: dict[str, str]

    def app(self, name: str, **environment: str) -> AppServer:
        return AppServer(name, self.folder, free_port(), {**self.environment, **environment})

    def run(self, script: str, **environment: str) -> str:
        """What a script of `manage.py shell` printed."""
        shell = ("shell", "--no-imports", "-c", script)
        return manage({**self.environment, **environment}, *shell).strip()

    def settle(self) -> None:
        """Until the replica has everything."""
        written = self.primary.query("SELECT pg_current_wal_flush_lsn()")
        caught_up = f"SELECT pg_last_wal_replay_lsn() >= '{written}'"
        until(lambda: self.replica.query(caught_up) is True, "the replica does not catch up")


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    programs = postgresql_programs()
    if programs is None:
        pytest.fail("needs initdb and postgres: apt install postgresql")
    folder = Path(mkdtemp(prefix="topology-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    primary = Cluster("primary", programs, folder, free_port())
    replica = Cluster("replica", programs, folder, free_port())
    environment = {
        **{name: value for name, value in os.environ.items() if name != "REDIS_URL"},
        "DATABASE_URL": primary.url("polyclinic"),
        "DATABASE_REPLICA_URL": replica.url("polyclinic"),
        "TASK_QUEUE": "immediate",
        "VAR_DIR": str(folder / "var"),
    }
    try:
        primary.make()
        primary.start()
        replica.copy_of(primary)
        replica.start()
        primary.query("CREATE DATABASE polyclinic")
        for command in ("compile_interface", "migrate", "load_demo"):
            manage(environment, command)
        yield Databases(folder, primary, replica, environment)
    finally:
        replica.stop()
        primary.stop()
        shutil.rmtree(folder, ignore_errors=True)
