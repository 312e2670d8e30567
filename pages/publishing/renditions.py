"""The files behind the addresses of images in documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from wagtail.images import get_image_model
from wagtail.images.models import get_rendition_storage
from wagtail.models import Collection


def rendition_files(addresses: Iterable[str]) -> dict[str, Any]:
    """The file at each address, unopened. Only renditions that the site made, and none of an
    image that is private: what else an address may name is left out."""
    names = {address: _name(address) for address in addresses}
    renditions = get_image_model().get_rendition_model().objects
    known = renditions.filter(file__in={name for name in names.values() if name})
    for path in private_collections():
        known = known.exclude(image__collection__path__startswith=path)
    files = {rendition.file.name: rendition.file for rendition in known}
    return {address: files[name] for address, name in names.items() if name in files}


def private_collections() -> tuple[str, ...]:
    """The tree paths of restricted collections. What is below one is private too."""
    restricted = Collection.objects.filter(view_restrictions__isnull=False)
    return tuple(restricted.values_list("path", flat=True).distinct().order_by())


def _name(address: str) -> str:
    """What the storage calls the file at `address`; "" for what is none of ours."""
    start = get_rendition_storage().url("x").removesuffix("x")
    if not start.startswith("http"):
        start = f"{settings.BASE_URL}{start}"
    return unquote(address.removeprefix(start)) if address.startswith(start) else ""
