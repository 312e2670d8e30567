"""The bytes of a document's images, read through Django's storage and by nothing else."""

from __future__ import annotations

import logging

from pages.document.branding import Branding
from pages.document.images import document_images
from pages.document.nodes import Document
from pages.publishing.renditions import rendition_files

logger = logging.getLogger(__name__)


def image_bytes(document: Document, branding: Branding | None) -> dict[str, bytes]:
    """By address, the clinic's logo with them. Only renditions that the site made: an address is
    never opened. What cannot be read is left out, its alternative text stays on the page."""
    addresses = [image.url for image in document_images(document)]
    if branding is not None and branding.logo is not None:
        addresses.append(branding.logo.url)
    found = {}
    for url, stored in rendition_files(addresses).items():
        try:
            with stored.open("rb") as file:
                found[url] = file.read()
        except OSError:
            logger.exception("Image %s cannot be read; it is left out of the print.", stored.name)
    return found
