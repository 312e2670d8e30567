"""What `make run` does before it serves: everything once, and nothing the second time."""

from __future__ import annotations

import hashlib
import io
import socket
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from cms.management.commands.prepare_demo import ADDRESSES

pytestmark = pytest.mark.django_db


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def prepare() -> str:
    """What it prints."""
    printed = io.StringIO()
    call_command("prepare_demo", port=free_port(), stdout=printed)
    return printed.getvalue()


def rows() -> dict[str, list[str]]:
    """Every row of every table as the database has it, by table."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        found = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[table] = sorted(repr(row) for row in cursor.fetchall())
    return found


def files(folder: Path) -> dict[str, str]:
    """The digest of every file by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_second_run_changes_nothing_and_every_address_answers(client, settings, tmp_path):
    settings.BASE_URL = "http://127.0.0.1:8000"
    first = prepare()
    assert len(rows()["pages_treatmentpage"]) == 6
    before = (rows(), files(tmp_path))
    assert "demo-logins.txt" in before[1]

    second = prepare()
    after = (rows(), files(tmp_path))
    assert [table for table in before[0] if after[0][table] != before[0][table]] == []
    assert after[1] == before[1]

    for printed in (first, second):
        for address, _ in ADDRESSES:
            assert f"http://127.0.0.1:8000{address} " in printed
        for username in ("editor", "translator", "admin", "translator-es", "coordinator"):
            assert f"    {username} " in printed
    for address, _ in ADDRESSES:
        assert client.get(address, follow=True).status_code == 200, address
