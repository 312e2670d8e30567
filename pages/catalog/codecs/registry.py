"""The formats that there are."""

from __future__ import annotations

from pages.catalog.codecs import po, xliff12, xliff20
from pages.catalog.codecs.codec import Codec

CODECS: dict[str, Codec] = {codec.name: codec for codec in (po.CODEC, xliff12.CODEC, xliff20.CODEC)}
