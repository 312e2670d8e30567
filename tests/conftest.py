"""What every test stands on. Fixtures of one subject live beside its tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection, connections

from cms.sqlite import set_write_ahead_log


def pytest_report_header() -> str:
    """So that a log shows which of the two runs it is."""
    database = django_settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    cache = urlsplit(django_settings.REDIS_URL).netloc or "in process"
    return f"polyclinic: database {database}, cache {cache}"


@pytest.fixture(scope="session", autouse=True)
def interface_words() -> None:
    """Nothing is published in a language whose interface words are not compiled."""
    call_command("compile_interface", verbosity=0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that commits empties the database at its end: the next one gets back what the
    migrations made (root page, groups, the log's counter, content types under the same ids)."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction"):
            restored = pytest.mark.django_db(**{**mark.kwargs, "serialized_rollback": True})
            item.add_marker(restored, append=False)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path: Path) -> None:
    """Uploads, renditions and demo logins of a test go to a folder of its own."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BUNDLE_ROOT = tmp_path / "bundles"


@pytest.fixture(autouse=True)
def own_cache(settings) -> None:
    """Keys of rows are handed out again in the next test's or another process's database:
    what one test cached of image 7 is not another's image 7."""
    default = {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}
    settings.CACHES = {**settings.CACHES, "default": default}


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Hashing a password slowly is Django's promise and not what is tested here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that threads have connections of their own to: on SQLite a file, as an installed
    one is, instead of the test database in memory, which is one connection."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    file = tmp_path / "polyclinic.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
    in_memory = connections["default"]
    configured = connections.settings["default"]
    name = configured["NAME"]
    configured["NAME"] = str(file)
    del connections["default"]  # the next one is of the file
    try:
        set_write_ahead_log(using="default")
        yield
    finally:
        connections["default"].close()
        configured["NAME"] = name
        connections["default"] = in_memory
