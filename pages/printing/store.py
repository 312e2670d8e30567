"""PDFs in files, by a digest of everything that decides their bytes. prune.py takes them out."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def stored(key: str) -> bytes | None:
    """key: hexadecimal."""
    try:
        return _path(key).read_bytes()
    except FileNotFoundError:
        return None


def store(key: str, pdf: bytes) -> None:
    """Whole or not at all: several processes may store the same bytes at once."""
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise


def store_folder() -> Path:
    """It has a folder for the first two digits of keys. What else is in it is none of PDFs."""
    return Path(settings.VAR_DIR) / "print"


def _path(key: str) -> Path:
    return store_folder() / key[:2] / f"{key}.pdf"
