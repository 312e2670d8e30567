"""The manifest: what a bundle holds, with the size and digest of each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from django.conf import settings

from pages.bundles.contents import Contents
from pages.bundles.pictures import Picture

# Raised when a reader of the old form would misunderstand the new one.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Assembled:
    """Everything that a writer needs but the bytes themselves."""

    contents: Contents
    pictures: Sequence[Picture]

    @property
    def manifest(self) -> bytes:
        """UTF-8 JSON without a line break. `docs/reference/bundles.md` explains each member."""
        return orjson.dumps(
            {
                "type": "manifest",
                "version": VERSION,
                "language": self.contents.language_code,
                "cursor": self.contents.cursor,
                "documents": [
                    {
                        "id": entry.document_id,
                        "slug": entry.slug,
                        "path": entry.path,
                        "bytes": entry.size,
                        "sha256": entry.digest,
                    }
                    for entry in self.contents.entries
                ],
                "image_width": settings.BUNDLE_IMAGE_WIDTH,
                "images": [
                    {
                        "path": picture.path,
                        "bytes": picture.size,
                        "sha256": picture.digest,
                        "media_type": picture.media_type,
                        "width": picture.width,
                        "height": picture.height,
                        "urls": picture.urls,
                    }
                    for picture in self.pictures
                ],
            }
        )
