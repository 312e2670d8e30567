"""12,000 units, a large site in one language, in each format: measured, and not too slow."""

from __future__ import annotations

import time

import pytest

from pages.catalog.codecs.codec import Codec, Header
from pages.catalog.codecs.registry import CODECS
from pages.catalog.units import Unit, UnitState
from tests.catalog.test_po import REVISED, SPANISH

STATES = tuple(UnitState)
UNITS = [
    Unit(
        key=f"edf92797-a290-591f-bffc-a5f9962f3131/body.3cc0f59e-a290-591f-bffc-{number:012}#r0",
        source=f"Start slowly and add <b1>{number}</b1> minutes a week, - as you can.",
        target=f"Empiece despacio y añada <b1>{number}</b1> minutos por semana, - si puede.",
        state=STATES[number % len(STATES)],
        crumbs=("Physical therapy", "Do and don't", f"item {number} of 12000"),
        place=f"treatments/page-{number // 40}",
        previous_source="Start slowly." if STATES[number % len(STATES)] == "stale" else None,
    )
    for number in range(12_000)
]
# Ten times what one core took; a quadratic reader takes minutes.
ALLOWED_SECONDS = 20


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS.keys())
def test_twelve_thousand_units_are_written_and_read_in_seconds(codec: Codec):
    begun = time.process_time()
    data = codec.write(UNITS, Header(SPANISH, REVISED))
    written = time.process_time()
    units = codec.read(data, SPANISH).units
    read = time.process_time()
    print(
        f"\n{codec.name}: written in {written - begun:.2f} s, read in {read - written:.2f} s, "
        f"{len(data) / 1e6:.1f} MB"
    )
    assert len(units) == len(UNITS)
    assert read - begun < ALLOWED_SECONDS
