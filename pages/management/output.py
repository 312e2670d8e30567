"""Files that commands write."""

from __future__ import annotations

from pathlib import Path

from pages.whole_file import whole_file


def replace_file(path: Path, data: bytes) -> None:
    """Write the whole file or leave the old one. Raises OSError."""
    with whole_file(path) as file:
        file.write(data)
