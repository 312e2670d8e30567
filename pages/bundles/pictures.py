"""The images of a bundle: of each, the one file whose width suits the site's setting."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings

from pages.document.json_text import read_node
from pages.document.nodes import Image, Rendition
from pages.publishing.renditions import rendition_files

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """One file. urls: every address in the documents that it stands for, of any width."""

    digest: str
    size: int
    media_type: str
    width: int
    height: int
    urls: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"images/{self.digest}.{self.media_type.rpartition('/')[2]}"


class Pictures:
    """The bytes of images in one temporary file: each is read from the site's storage once,
    in however many bundles of a run it is."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by __exit__
        self._places: dict[str, tuple[int, int]] = {}  # by digest: where it begins, and its size
        self._digests: dict[str, str | None] = {}  # by address; None for what is not there

    def __enter__(self) -> Pictures:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def of_documents(self, documents: Iterable[bytes]) -> tuple[Picture, ...]:
        """In the order of their digests. An image whose file is gone is left out: its address and
        its words stay in the document. Raises OSError for a storage that does not answer."""
        images = {image.url: image for body in documents for image in _images(body)}
        chosen = {image: _chosen(image) for image in images.values()}
        self._read({rendition.url for rendition in chosen.values()})
        by_digest: dict[str, tuple[Rendition, list[str]]] = {}
        for image, rendition in chosen.items():
            if digest := self._digests[rendition.url]:
                _, urls = by_digest.setdefault(digest, (rendition, []))
                urls += [image.url, *(each.url for each in image.srcset)]
        return tuple(
            Picture(
                digest=digest,
                size=self._places[digest][1],
                media_type=rendition.media_type,
                width=rendition.width,
                height=rendition.height,
                urls=tuple(sorted(set(urls))),
            )
            for digest, (rendition, urls) in sorted(by_digest.items())
        )

    def bytes_of(self, picture: Picture) -> bytes:
        start, size = self._places[picture.digest]
        self._file.seek(start)
        return self._file.read(size)

    def _read(self, addresses: set[str]) -> None:
        new = addresses - self._digests.keys()
        self._digests.update(dict.fromkeys(new))
        for address, stored in rendition_files(new).items():
            try:
                with stored.open("rb") as file:
                    self._digests[address] = self._kept(file.read())
            except FileNotFoundError:
                logger.exception("Image %s is not there; it is in no bundle.", stored.name)

    def _kept(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._places:
            start = self._file.seek(0, 2)
            self._file.write(data)
            self._places[digest] = start, len(data)
        return digest


def _chosen(image: Image) -> Rendition:
    """The widest that is not wider than the setting, or else the narrowest that there is."""
    by_width = sorted(image.srcset, key=lambda rendition: rendition.width)
    fitting = [each for each in by_width if each.width <= settings.BUNDLE_IMAGE_WIDTH]
    return fitting[-1] if fitting else by_width[0]


def _images(body: bytes) -> Iterator[Image]:
    # Most documents have no image, and looking through one takes longer than looking for this.
    if b'"srcset":[{' in body:
        yield from _images_in(orjson.loads(body))


def _images_in(value: Any) -> Iterator[Image]:
    """Any: JSON. Every node is not needed as a node: that would take ten times as long."""
    if isinstance(value, dict):
        if value.get("srcset"):
            yield read_node(Image, value)
        else:
            value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _images_in(each)
