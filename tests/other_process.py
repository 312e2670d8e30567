"""What another process needs to work on the database of a test that commits."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import connection


def database_url(tmp_path: Path) -> str:
    """Of the test's own database; on SQLite of a copy of what it holds now."""
    if connection.vendor == "postgresql":
        found = connection.settings_dict
        login = f"{found['USER']}:{found['PASSWORD']}" if found["PASSWORD"] else found["USER"]
        return f"postgres://{login}@{found['HOST']}:{found['PORT'] or 5432}/{found['NAME']}"
    copy = tmp_path / "copy.sqlite3"  # the test's own is in memory
    connection.ensure_connection()
    connection.connection.execute(f"VACUUM INTO '{copy}'")
    return f"sqlite:///{copy}"


def environment(url: str, **more: str) -> dict[str, str]:
    """Of a process that works on the database at `url`."""
    root = str(settings.BASE_DIR)
    return {**os.environ, "DATABASE_URL": url, "PYTHONPATH": root, **more}
