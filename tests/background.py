"""A task for tests, where a worker's process can import it."""

from __future__ import annotations

import os
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django_tasks import task


@task()
def note(key: int, path: str) -> None:
    """Writes to `path` which process ran it, and whether it saw the row."""
    seen = ContentType.objects.filter(pk=key).exists()
    Path(path).write_text(f"{os.getpid()} {seen}", encoding="utf-8")
