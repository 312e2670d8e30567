"""Where bundles are kept: the storage `bundles` of the settings.

Two classes can be that, the one here and the one in s3.py. Beyond what every Django storage does,
they keep a file whole or not at all, read any part of it without the rest, and fail by OSError.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages

from pages.whole_file import PARTIAL, whole_file

# Bytes that are read and sent at once.
CHUNK = 64 * 1024
# Seconds after which nobody is writing a partial file any more: its process was ended.
ABANDONED = 3600


class BundleStorage(Protocol):
    """Every method raises OSError; FileNotFoundError is the one for what is not there."""

    def save(self, name: str, content: File[bytes]) -> str:
        """In place of what has the name, at once or not at all."""

    def part(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` to before `stop`. The file is found before this returns."""

    def exists(self, name: str) -> bool: ...

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """(folders, files)"""

    def delete(self, name: str) -> None: ...


def bundle_storage() -> BundleStorage:
    return cast(BundleStorage, storages["bundles"])


class BundleFiles(FileSystemStorage):
    """The folder BUNDLE_ROOT. Django's own class writes into the file that readers open; this one
    writes beside it, and gives it the name once it is on the disk."""

    def __init__(self) -> None:
        super().__init__(allow_overwrite=True)

    @property
    def location(self) -> str:
        return str(settings.BUNDLE_ROOT)

    def _save(self, name: str, content: File[bytes]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        for partial in path.parent.glob(f".*{PARTIAL}"):
            if partial.stat().st_mtime < time.time() - ABANDONED:
                partial.unlink(missing_ok=True)
        with whole_file(path) as file:
            for chunk in content.chunks(CHUNK):
                file.write(chunk)
        return name

    def part(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        return FilePart(Path(self.path(name)).open("rb"), start, stop)


class FilePart:
    """An iterator and not a generator: it is closed too where nobody has begun to read."""

    def __init__(self, file: BinaryIO, start: int, stop: int) -> None:
        self._file, self._left = file, stop - start
        file.seek(start)

    def __iter__(self) -> FilePart:
        return self

    def __next__(self) -> bytes:
        chunk = self._file.read(min(CHUNK, self._left))
        if not chunk:  # before its time where the file was cut off: Content-Length says so
            self.close()
            raise StopIteration
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._file.close()
