"""A bundle as an app reads it: every digest and size that the manifest states is compared."""

from __future__ import annotations

import hashlib
import io
import zipfile
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

import orjson
import zstandard


@dataclass(frozen=True)
class Opened:
    """documents: their bytes by id; images: by path."""

    manifest: dict[str, Any]
    documents: dict[str, bytes]
    images: dict[str, bytes]

    @property
    def slugs(self) -> set[str]:
        return {document["slug"] for document in self.manifest["documents"]}


def open_bundle(data: bytes) -> Opened:
    """Raises AssertionError where the manifest and what is there are not the same."""
    manifest, files = _of_zip(data) if data.startswith(b"PK") else _of_ndjson(data)
    stated = [*manifest["documents"], *manifest["images"]]
    assert list(files) == [each["path"] for each in stated]
    for each in stated:
        found = files[each["path"]]
        assert len(found) == each["bytes"]
        assert hashlib.sha256(found).hexdigest() == each["sha256"]
    documents = {each["id"]: files[each["path"]] for each in manifest["documents"]}
    images = {each["path"]: files[each["path"]] for each in manifest["images"]}
    assert all(orjson.loads(body)["id"] == key for key, body in documents.items())
    return Opened(manifest, documents, images)


def _of_zip(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        first, *others = archive.namelist()
        assert first == "manifest.json"
        return orjson.loads(archive.read(first)), {name: archive.read(name) for name in others}


def _of_ndjson(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    whole = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
    assert whole.endswith(b"\n")
    first, *lines = whole.splitlines()
    manifest = orjson.loads(first)
    assert manifest["type"] == "manifest"
    count = len(manifest["documents"])
    files = {
        stated["path"]: line
        for stated, line in zip(manifest["documents"], lines[:count], strict=True)
    }
    for line in lines[count:]:
        image = orjson.loads(line)
        assert image["type"] == "image"
        files[image["path"]] = b64decode(image["base64"], validate=True)
    return manifest, files
