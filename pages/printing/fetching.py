"""What a printed page may load: the images that came with it, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse


class RefusedAddress(ValueError):
    """The page asked for an address that did not come with it."""


class OwnImages(URLFetcher):
    """Answers from `images` (address -> bytes). It opens no file and no connection.

    `refused` lists what else was asked for.
    """

    def __init__(self, images: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self.images = images
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Raises RefusedAddress for any address that did not come with the page."""
        if url not in self.images:
            self.refused.append(url[:200])
            raise RefusedAddress(f"{url[:200]} did not come with the page.")
        return URLFetcherResponse(url, self.images[url])
