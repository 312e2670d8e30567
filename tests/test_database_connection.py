"""Connections that last, and survive a restart of the database server."""

from __future__ import annotations

import time
from collections.abc import Iterator

import orjson
import pytest
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper as DatabaseWrapper
from django.http import HttpResponse

from api.problems import exception_handler
from cms.environment import read_database, read_replica
from cms.routing import ReadFromReplica, ReplicaRouter
from pages.models import Edition
from pages.reading import is_unreachable, reading_from_replica

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


def test_without_a_replica_nothing_is_routed(settings):
    assert "replica" not in settings.DATABASES
    assert settings.DATABASE_ROUTERS == []
    with pytest.raises(MiddlewareNotUsed):
        ReadFromReplica(HttpResponse)


def test_a_replica_is_asked_for_no_longer_than_a_second(monkeypatch):
    monkeypatch.setenv("REPLICA", "postgres://reader@replica.example.org/clinic")
    replica = read_replica("REPLICA", primary={"ENGINE": "cms.postgresql", "NAME": "clinic"})
    assert replica is not None
    assert replica["HOST"] == "replica.example.org"
    assert replica["OPTIONS"] == {"answer_seconds": 1, "connect_timeout": 1}


@pytest.mark.parametrize(
    ("url", "engine"),
    [
        ("postgres://replica.example.org/clinic", "django.db.backends.sqlite3"),
        ("sqlite:////srv/copy.sqlite3", "cms.postgresql"),
    ],
)
def test_only_postgresql_has_a_replica(monkeypatch, url, engine):
    monkeypatch.setenv("REPLICA", url)
    with pytest.raises(ImproperlyConfigured, match=r"REPLICA is for a streaming replica"):
        read_replica("REPLICA", primary={"ENGINE": engine, "NAME": "clinic"})


def test_another_database_is_no_replica(monkeypatch):
    monkeypatch.setenv("REPLICA", "postgres://reader:secret@replica.example.org/other")
    with pytest.raises(ImproperlyConfigured, match=r"'other', and DATABASE_URL names 'clinic'") as (
        refusal
    ):
        read_replica("REPLICA", primary={"ENGINE": "cms.postgresql", "NAME": "clinic"})
    assert "secret" not in str(refusal.value)


def test_what_is_written_goes_to_the_primary_and_is_read_there_by_who_wrote_it():
    router = ReplicaRouter()
    assert router.db_for_read(Edition) == "default"
    with reading_from_replica(time.monotonic()) as reads:
        assert not reads.was_used
        assert router.db_for_read(Edition) == "replica"
        assert reads.was_used
        assert router.db_for_write(Edition) == "default"
        assert router.db_for_read(Edition) == "default"
    assert router.db_for_read(Edition) == "default"
    assert not router.allow_migrate("replica", "pages")


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_read_from_a_replica():
    with reading_from_replica(time.monotonic()) as reads, transaction.atomic():
        assert ReplicaRouter().db_for_read(Edition) == "default"
    assert not reads.was_used


@needs_postgresql
def test_a_server_that_says_nothing_is_given_up(own):
    own.settings_dict["OPTIONS"] = {**own.settings_dict["OPTIONS"], "answer_seconds": 0.2}
    began = time.monotonic()
    with pytest.raises(OperationalError) as refusal, own.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    assert time.monotonic() - began < 2
    assert is_unreachable(refusal.value)


@needs_postgresql
def test_a_statement_that_is_wrong_is_no_unreachable_server(own):
    with pytest.raises(DatabaseError) as refusal, own.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert not is_unreachable(refusal.value)


@needs_postgresql
def test_a_database_that_is_out_of_reach_is_a_503_that_says_when_to_ask_again(own):
    own.settings_dict["PORT"] = 1
    with pytest.raises(OperationalError) as refusal:
        own.ensure_connection()
    response = exception_handler(refusal.value, {})
    assert response is not None
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert orjson.loads(response.content)["type"] == "urn:polyclinic:problem:database-unavailable"
