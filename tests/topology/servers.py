"""The servers of a clinic that has outgrown one machine, each a child of the test, on loopback.

A dead child is waited for: a killed postmaster that nobody waits for stays in the process table,
and its replacement then believes that it is still there.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psycopg
import redis

from tests.topology.reading import Reader

ROOT = Path(__file__).resolve().parents[2]
STARTUP = 60.0  # seconds, on a machine that has other things to do


def until(ready: Callable[[], bool], what: str) -> None:
    """Raises TimeoutError that says what did not happen."""
    deadline = time.monotonic() + STARTUP
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)


class Child:
    """A server process: started, killed, frozen, and never left behind."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self._command, self._environment = name, list(command), environment
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


# PostgreSQL


def postgresql_programs() -> Path | None:
    """The folder of initdb and postgres of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _version(program: Path) -> int:
    return int(program.parts[-3]) if program.parts[-3].isdigit() else 0


def as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]


class Cluster(Child):
    """One PostgreSQL server with its data below `folder`."""

    def __init__(self, name: str, programs: Path, folder: Path, port: int) -> None:
        self.port, self._programs, self.data = port, programs, folder / name
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "wal_level": "replica",
            "hot_standby": "on",
            "max_wal_senders": 4,
            "wal_receiver_status_interval": "1s",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        command = [*as_postgres(), str(programs / "postgres"), "-D", str(self.data), *options]
        super().__init__(name, command, folder)

    def url(self, database: str = "postgres") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8")
        with (self.data / "pg_hba.conf").open("a") as rules:
            rules.write("host replication postgres 127.0.0.1/32 trust\n")

    def copy_of(self, primary: Cluster) -> None:
        connection = f"host=127.0.0.1 port={primary.port} user=postgres"
        self._run("pg_basebackup", "-D", str(self.data), "-d", connection, "-R", "-c", "fast")

    def recover(self) -> None:
        """Before start(): as after a restore of its files, to the end of the log that is there.
        What is written then is another log: PostgreSQL's next timeline."""
        (self.data / "recovery.signal").touch()
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write("restore_command = 'false'\n")

    def _run(self, program: str, *arguments: str) -> None:
        command = [*as_postgres(), str(self._programs / program), *arguments]
        subprocess.run(command, cwd="/", check=True, capture_output=True)

    def start(self) -> None:
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # of one that was killed
        super().start()
        until(self.answers, f"{self.name} does not answer, see {self.log}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        super().stop(number)  # SIGINT ends connections that are open

    def processes(self) -> list[int]:
        """The server's own and those of its connections."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [self._process.pid, *map(int, children.read_text().split())]

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def query(self, sql: str) -> object:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            row = connection.execute(sql).fetchone() if sql.startswith("SELECT") else None
            if row is None:
                connection.execute(sql)
        return row and row[0]


# The others


class RedisServer(Child):
    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
        super().__init__("redis", [*command, "--dir", str(folder)], folder)

    def start(self) -> None:
        super().start()
        until(self._answers, "Redis does not answer")

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


class AppServer(Child):
    """The site as deploy/serve runs it: granian with one worker process, and killed with it."""

    def __init__(self, name: str, folder: Path, port: int, environment: Mapping[str, str]) -> None:
        self.port = port
        command = ["deploy/serve", "--host", "127.0.0.1", "--port", str(port)]
        super().__init__(name, command, folder, environment)

    def start(self) -> None:
        super().start()
        reader = Reader(self.port)
        # In production it answers 400 to who names no host of its own: it is there.
        until(lambda: reader.status("/api/v1/languages/") in (200, 400), f"see {self.log}")

    def kill(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
        super().kill()


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """What `manage.py` printed. Raises RuntimeError with what it complained of."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout
