"""The formats that there are."""

from __future__ import annotations

from pages.catalog.codecs import csv_table, po, xliff12, xliff20, xlsx
from pages.catalog.codecs.codec import Codec

CODECS: dict[str, Codec] = {
    codec.name: codec
    for codec in (po.CODEC, xliff12.CODEC, xliff20.CODEC, csv_table.CODEC, xlsx.CODEC)
}
