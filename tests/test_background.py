"""Tasks: where they run, when, and what becomes of a request whose queue is down."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from cms.environment import require_package

ROOT = Path(__file__).resolve().parent.parent
ENQUEUE = """
import os, time
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from pages.background import after_commit
from tests.background import note
began = time.monotonic()
with transaction.atomic():
    row = ContentType.objects.create(app_label="tests", model=os.environ["NOTE"])
    after_commit(note, row.pk, os.environ["NOTE"])
    note.enqueue(row.pk, os.environ["NOTE"] + "-at-once")  # as Wagtail does
    time.sleep(float(os.environ.get("OPEN_SECONDS", 0)))
    transaction.set_rollback("ROLL_BACK" in os.environ)
print(os.getpid(), time.monotonic() - began)
"""
# A whole migrate takes long, and the tasks need two tables.
TABLE = """
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from cms.sqlite import set_write_ahead_log
set_write_ahead_log(using="default")
with connection.schema_editor() as editor:
    editor.create_model(ContentType)
"""
TASK_TABLE = """
from django.db import connection
from django_tasks_db.models import DBTaskResult
with connection.schema_editor() as editor:
    editor.create_model(DBTaskResult)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A database file of its own: a worker is another process, and sees what was committed."""
    environment = {
        **os.environ,
        "TASK_QUEUE": "immediate",
        "DATABASE_URL": f"sqlite:///{tmp_path}/tasks.sqlite3",
        "VAR_DIR": str(tmp_path),
        "NOTE": str(tmp_path / "note"),
    }
    made = run(TABLE, environment)
    assert made.returncode == 0, made.stderr
    return environment


@pytest.fixture
def own_redis() -> Iterator[str]:
    """A server of its own: what a worker finds in a queue it runs."""
    if not shutil.which("redis-server"):
        pytest.skip("needs redis-server")
    # Not below tmp_path: the name of a socket has 107 bytes at most.
    with TemporaryDirectory() as folder:
        path = f"{folder}/redis"
        command = [
            "redis-server",
            "--port",
            "0",
            "--unixsocket",
            path,
            "--save",
            "",
            "--dir",
            folder,
        ]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not Path(path).exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield f"unix://{path}?db=0"
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(params=["database", "redis"])
def queued(request: pytest.FixtureRequest, environment: dict[str, str]) -> dict[str, str]:
    environment["TASK_QUEUE"] = request.param
    if request.param == "redis":
        environment["REDIS_URL"] = request.getfixturevalue("own_redis")
    else:
        assert run(TASK_TABLE, environment).returncode == 0
    return environment


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def run(script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return manage(environment, "shell", "--no-imports", "-c", script)


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[int]:
    """A worker that runs meanwhile, as systemd would start and stop it."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_worker"], cwd=ROOT, env=environment
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def noted(path: str) -> tuple[int, str]:
    """Which process ran the task, and whether it saw the row, as soon as it did."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if Path(path).exists() and (said := Path(path).read_text().split()):
            return int(said[0]), said[1]
        time.sleep(0.1)
    pytest.fail("the worker ran nothing")


def test_a_worker_runs_a_task_once_the_transaction_that_asked_for_it_is_kept(queued):
    with worker(queued) as process:
        asked = run(ENQUEUE, {**queued, "OPEN_SECONDS": "2"})
        assert asked.returncode == 0, asked.stderr
        for note in (queued["NOTE"], f"{queued['NOTE']}-at-once"):
            ran_in, saw_the_row = noted(note)
            assert saw_the_row == "True"
            assert ran_in != int(asked.stdout.split()[0])
            # RQ runs each job in a child of the worker.
            assert (ran_in == process) == (queued["TASK_QUEUE"] == "database")


def test_tasks_of_a_transaction_that_is_rolled_back_never_run(queued):
    rolled_back = {**queued, "NOTE": f"{queued['NOTE']}-rolled-back", "ROLL_BACK": "1"}
    assert run(ENQUEUE, rolled_back).returncode == 0
    assert run(ENQUEUE, queued).returncode == 0
    done = manage(queued, "run_worker", "--once")
    assert done.returncode == 0, done.stderr
    assert Path(queued["NOTE"]).exists()
    assert not Path(rolled_back["NOTE"]).exists()
    assert not Path(f"{rolled_back['NOTE']}-at-once").exists()


def test_by_default_a_task_has_run_when_the_transaction_ends(environment):
    asked = run(ENQUEUE, environment)
    assert noted(environment["NOTE"]) == (int(asked.stdout.split()[0]), "True")


@contextmanager
def dead_redis() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def frozen_redis() -> Iterator[str]:
    """Takes connections and says nothing, as a stopped process does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.parametrize("broken", [dead_redis, frozen_redis])
def test_a_write_is_kept_while_the_queue_is_down_and_the_log_says_so(environment, broken):
    with broken() as url:
        asked = run(ENQUEUE, {**environment, "TASK_QUEUE": "redis", "REDIS_URL": url})
    assert asked.returncode == 0, asked.stderr
    assert asked.stderr.count("in on_commit()") == 2
    # One wait for a Redis that is frozen, however many tasks there are.
    assert float(asked.stdout.split()[1]) < 3
    with sqlite3.connect(f"{environment['VAR_DIR']}/tasks.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM django_content_type").fetchone() == (1,)
    database.close()


def test_what_lies_in_redis_is_json_and_never_code(environment, own_redis):
    asked = run(ENQUEUE, {**environment, "TASK_QUEUE": "redis", "REDIS_URL": own_redis})
    with redis.Redis.from_url(own_redis) as client:
        keys = client.lrange("rq:queue:default", 0, -1)
        assert len(keys) == 2, asked.stderr
        for key in keys:
            data = zlib.decompress(client.hget(b"rq:job:" + key, "data"))
            assert data.startswith(b'["tests.background.note"')


def test_a_queue_whose_package_is_missing_says_what_to_install():
    with pytest.raises(ImproperlyConfigured, match=r"no_such_package.*requirements-scale\.txt"):
        require_package("no_such_package", wanted_by="TASK_QUEUE='database'")


def test_a_redis_queue_without_redis_is_refused(environment):
    environment |= {"TASK_QUEUE": "redis", "REDIS_URL": ""}
    refused = manage(environment, "check")
    assert "TASK_QUEUE='redis' needs REDIS_URL" in refused.stderr


def test_a_worker_without_a_queue_says_which_there_are(settings):
    settings.TASK_QUEUE = "immediate"
    with pytest.raises(CommandError, match="'database' or 'redis'"):
        call_command("run_worker")
