"""Zips of catalogues, and the proof of a zip that somebody sent.

Nothing is unpacked to disk, and nothing that a zip says of itself is believed: sizes are counted
while unpacking. The same members give the same bytes. Format: PKWARE's APPNOTE 6.3.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pages.catalog.codecs.codec import MAX_BYTES, CatalogError

MAX_MEMBERS = 10_000  # 500 pages in 10 languages are half of it
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200  # catalogues unpack to 5 to 40 times; deflate's limit is 1,032
MAGIC = b"PK\x03\x04"

_CHUNK = 1024 * 1024
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name
_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError)
_FAULTS_OF_FEATURES = (NotImplementedError, RuntimeError, OverflowError)


# Writing


def write_archive(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of `members` (name, content), sorted by name. Raises CatalogError for a bad name."""
    found = sorted(members)
    names: set[str] = set()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in found:
            _check_name(name, names)
            info = zipfile.ZipInfo(name, _BEGINNING)
            info.create_system = 3  # as on Unix, wherever it is written
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=6)
    return buffer.getvalue()


# Reading


@dataclass(slots=True)
class Unpacking:
    """A zip whose member names are proved. members: by name, in order, without folders.

    `read` raises CatalogError for a member that is broken or of more than MAX_BYTES, and where
    the sum of what was read passes MAX_UNPACKED.
    """

    archive: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]
    unpacked: int = field(default=0)

    def read(self, name: str) -> bytes:
        info, content = self.members[name], bytearray()
        try:
            with self.archive.open(info) as member:
                while chunk := member.read(_CHUNK):
                    content += chunk
                    self._count(info, len(chunk), len(content))
        except CatalogError:
            raise
        except (*_FAULTS, *_FAULTS_OF_FEATURES) as error:
            raise CatalogError(f"Member {name}: broken: {error}") from None
        return bytes(content)

    def _count(self, info: zipfile.ZipInfo, more: int, size: int) -> None:
        self.unpacked += more
        if self.unpacked > MAX_UNPACKED:
            raise CatalogError(
                f"Member {info.filename}: unpacked, the archive has more than "
                f"{MAX_UNPACKED:,} bytes. Allowed: at most that."
            )
        if size > MAX_BYTES:
            raise CatalogError(
                f"Member {info.filename}: has more than {MAX_BYTES:,} bytes. Allowed: at most that."
            )
        if size > _CHUNK and size > MAX_RATIO * max(info.compress_size, 1):
            raise CatalogError(
                f"Member {info.filename}: unpacks to more than {MAX_RATIO} times its size. "
                "Allowed: an ordinary file."
            )


def open_archive(data: bytes) -> Unpacking:
    """The zip in `data`, for reading member by member.

    Raises CatalogError, which names the member: a path that leads outside (absolute, `..`, a
    backslash, a drive), a name that stands twice, a link or device, a password, a compression
    other than deflate, more than MAX_MEMBERS members; or no zip, or one of more than MAX_BYTES.
    """
    if len(data) > MAX_BYTES:
        raise CatalogError(f"The archive has {len(data):,} bytes. Allowed: at most {MAX_BYTES:,}.")
    # Before a directory of a million entries is read. The mark may stand in content as well.
    if data.count(b"PK\x01\x02") > 5 * MAX_MEMBERS:
        raise _too_many(5 * MAX_MEMBERS)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (*_FAULTS, *_FAULTS_OF_FEATURES) as error:
        raise CatalogError(f"The archive cannot be read: {error}") from None
    entries = archive.infolist()
    if len(entries) > MAX_MEMBERS:
        raise _too_many(MAX_MEMBERS)
    names: set[str] = set()
    members = {}
    for info in entries:
        _check_name(info.orig_filename, names)
        _check_kind(info)
        if not info.is_dir():
            members[info.filename] = info
    return Unpacking(archive, members)


def read_archive(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each file of a zip of catalogues, in order.

    Left out: folders, `__MACOSX/` and files whose name begins with a dot. Raises CatalogError
    as open_archive does, and for a zip inside the zip (an .xlsx is a file like others).
    """
    unpacking = open_archive(data)
    for name in unpacking.members:
        parts = name.split("/")
        if parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts):
            continue
        content = unpacking.read(name)
        if content.startswith(MAGIC) and not name.lower().endswith(".xlsx"):
            raise CatalogError(
                f"Member {name}: an archive inside the archive. Allowed: catalogue files."
            )
        yield name, content


def _too_many(limit: int) -> CatalogError:
    return CatalogError(
        f"The archive has more than {limit:,} members. Allowed: at most {MAX_MEMBERS:,}."
    )


def _check_name(name: str, names: set[str]) -> None:
    """Raises CatalogError; adds the name, as a disk that knows no case would see it."""
    parts = name.removesuffix("/").split("/")
    reason = ""
    if any(not character.isprintable() for character in name):
        reason = "a control character in the name"
    elif name.startswith("/") or "\\" in name or re.match(r"[A-Za-z]:", name):
        reason = "an absolute path or a backslash"
    elif any(part in ("", ".", "..") for part in parts):
        reason = "a path with an empty part, '.' or '..'"
    elif name.casefold() in names:
        reason = "stands twice"
    if reason:
        raise CatalogError(
            f"Member {name!r}: {reason}. Allowed: paths such as es/LC_MESSAGES/treatments.po, "
            "each once."
        )
    names.add(name.casefold())


def _check_kind(info: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise CatalogError(f"Member {info.filename}: a link or device. Allowed: files and folders.")
    if info.flag_bits & 0x1:
        raise CatalogError(f"Member {info.filename}: has a password. Allowed: none.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise CatalogError(
            f"Member {info.filename}: packed by method {info.compress_type}. "
            "Allowed: deflate (8), or none (0)."
        )
