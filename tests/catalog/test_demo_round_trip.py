"""Every segment of every page of the demo, in every language, through every format."""

from __future__ import annotations

import pytest

from pages.catalog.codecs.codec import Codec, Header, ReadUnit
from pages.catalog.codecs.registry import CODECS
from pages.catalog.units import Unit, UnitState
from pages.languages import get_language
from tests.catalog.test_po import REVISED

pytestmark = pytest.mark.django_db
HANDOFF = "0b0e2f6c-6c1f-4a51-9b55-d1d9a4a4a001"


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS.keys())
def test_all_of_the_demo_comes_back_through_every_format(codec: Codec, demo_units):
    for code, units in demo_units.items():
        header = Header(get_language(code), REVISED, HANDOFF)
        data = codec.write(units, header)
        catalog = codec.read(data, header.language)
        assert sorted(map(_said, catalog.units)) == sorted(map(_said, units))
        assert catalog.handoff == HANDOFF
        assert codec.write(units, header) == data


def _said(unit: Unit | ReadUnit) -> tuple[str, str, str, str]:
    return unit.key, unit.source, unit.target, unit.previous_source or ""


def test_the_demo_has_something_to_lose(demo_units):
    states = {unit.state for units in demo_units.values() for unit in units}
    assert states >= {UnitState.MISSING, UnitState.STALE, UnitState.APPROVED}
    assert all(len(units) > 250 for units in demo_units.values())
