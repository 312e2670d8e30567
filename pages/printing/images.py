"""The bytes of a document's images, read through Django's storage and by nothing else."""

from __future__ import annotations

import logging
from urllib.parse import unquote

from django.conf import settings
from wagtail.images import get_image_model
from wagtail.images.models import get_rendition_storage

from pages.document.branding import Branding
from pages.document.images import document_images
from pages.document.nodes import Document

logger = logging.getLogger(__name__)


def image_bytes(document: Document, branding: Branding | None) -> dict[str, bytes]:
    """By address, the clinic's logo with them. Only renditions that the site made: an address is
    never opened. What cannot be read is left out, its alternative text stays on the page."""
    addresses = [image.url for image in document_images(document)]
    if branding is not None and branding.logo is not None:
        addresses.append(branding.logo.url)
    names = {address: _name(address) for address in addresses}
    renditions = get_image_model().get_rendition_model().objects
    known = renditions.filter(file__in=[name for name in names.values() if name])
    files = {rendition.file.name: rendition.file for rendition in known}
    found = {}
    for url, name in names.items():
        if name in files:
            try:
                with files[name].open("rb") as file:
                    found[url] = file.read()
            except OSError:
                logger.exception("Image %s cannot be read; it is left out of the print.", name)
    return found


def _name(url: str) -> str:
    """What the storage calls the file at `url`; "" for what is none of ours."""
    start = get_rendition_storage().url("x").removesuffix("x")
    if not start.startswith("http"):
        start = f"{settings.BASE_URL}{start}"
    return unquote(url.removeprefix(start)) if url.startswith(start) else ""
