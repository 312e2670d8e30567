"""A bundle's bytes, one writer a format. The same contents are the same bytes on every day."""

from __future__ import annotations

import zipfile
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import BinaryIO

import orjson
import zstandard

from pages.bundles.contents import bodies
from pages.bundles.manifest import Assembled
from pages.bundles.pictures import Pictures
from pages.models import Bundle

Write = Callable[[Assembled, Pictures, BinaryIO], None]

# The first day that a zip can name, a maker and rights that do not depend on the machine.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o100644 << 16
_DEFLATE_LEVEL = 6
_ZSTANDARD_LEVEL = 9


def write_zip(assembled: Assembled, pictures: Pictures, out: BinaryIO) -> None:
    """manifest.json, documents/{id}.json, images/{digest}.webp, in this order."""
    with zipfile.ZipFile(out, "w") as archive:

        def put(name: str, data: bytes, compression: int) -> None:
            member = zipfile.ZipInfo(name, _NO_DATE)
            member.create_system, member.external_attr = _UNIX, _READABLE
            archive.writestr(member, data, compression, _DEFLATE_LEVEL)

        put("manifest.json", assembled.manifest, zipfile.ZIP_DEFLATED)
        for entry, body in bodies(assembled.contents.entries):
            put(entry.path, body, zipfile.ZIP_DEFLATED)
        for picture in assembled.pictures:
            # Images are compressed already.
            put(picture.path, pictures.bytes_of(picture), zipfile.ZIP_STORED)


def write_ndjson(assembled: Assembled, pictures: Pictures, out: BinaryIO) -> None:
    """A line each: the manifest, the documents to the byte, and images in Base64 (RFC 4648,
    section 4), in the manifest's order."""
    compressor = zstandard.ZstdCompressor(level=_ZSTANDARD_LEVEL, write_checksum=True)
    with compressor.stream_writer(out, closefd=False) as lines:
        lines.write(assembled.manifest + b"\n")
        for _, body in bodies(assembled.contents.entries):
            lines.write(body + b"\n")
        for picture in assembled.pictures:
            data = b64encode(pictures.bytes_of(picture)).decode()
            line = {"type": "image", "path": picture.path, "base64": data}
            lines.write(orjson.dumps(line) + b"\n")


WRITERS: Mapping[str, Write] = {
    Bundle.Format.ZIP: write_zip,
    Bundle.Format.NDJSON: write_ndjson,
}
