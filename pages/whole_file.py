"""A file that is there whole, or as it was before."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

# No name that a reader looks for: hidden, and no ending that anybody asks for.
PARTIAL = ".part"


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write in place of `path`: it takes the name once its bytes are on the disk.

    Whatever fails before that, a full disk included, leaves `path` as it was and no other file.
    Its folder must exist. Raises OSError.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PARTIAL}")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            partial.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """The new name too is on the disk, and not only in the system's memory."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
