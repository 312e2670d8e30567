"""Connections that last, and survive a restart of the database server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper as DatabaseWrapper

from cms.environment import read_database

needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="needs PostgreSQL: SQLite has no server to lose"
)


@pytest.fixture
def own(db) -> Iterator[DatabaseWrapper]:
    """A connection to the test database that no transaction of the test holds open."""
    own = connection.copy()
    yield own
    own.close()


def begin_request(own: DatabaseWrapper) -> None:
    """What Django does with a connection when a request begins."""
    own.health_check_done = False
    own.close_if_unusable_or_obsolete()


def server_process(own: DatabaseWrapper) -> int:
    """The process of the server that answers this connection."""
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@needs_postgresql
def test_a_request_after_the_server_hung_up_is_answered(own):
    before = server_process(own)
    other = own.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
        assert cursor.fetchone() == (True,)
    other.close()
    begin_request(own)
    assert server_process(own) != before


@needs_postgresql
def test_a_healthy_connection_is_kept_and_asked_nothing(own, monkeypatch):
    before = server_process(own)
    monkeypatch.delattr(own.connection, "cursor_factory")  # whoever asks, fails
    assert own.is_usable()
    monkeypatch.undo()
    begin_request(own)
    assert server_process(own) == before


@needs_postgresql
def test_after_an_error_the_connection_is_asked(own):
    before = server_process(own)
    own.errors_occurred = True
    own.connection.close()
    begin_request(own)
    assert server_process(own) != before


def test_a_url_of_postgresql_is_read(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://writer:secret@db.example.org:5433/clinic")
    database = read_database("DATABASE_URL", default="")
    assert database["ENGINE"] == "cms.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == (
        "db.example.org",
        5433,
        "clinic",
    )
    assert database["CONN_HEALTH_CHECKS"] is True


def test_sqlite_gets_its_folder_and_writes_without_deadlock(tmp_path):
    database = read_database("NOT_SET", default=f"sqlite:///{tmp_path}/new/clinic.sqlite3")
    assert (tmp_path / "new").is_dir()
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_another_database_is_refused_without_telling_its_password(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://writer:secret@db.example.org/clinic")
    with pytest.raises(ImproperlyConfigured, match=r"'mysql'\. Allowed: postgres://") as refusal:
        read_database("DATABASE_URL", default="")
    assert "secret" not in str(refusal.value)
