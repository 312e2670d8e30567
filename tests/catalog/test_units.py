"""Units: what a catalogue shows of a segment, whatever the file format."""

from __future__ import annotations

import pytest

from pages.catalog.segments import page_segments
from pages.catalog.units import treatment_units
from pages.languages import get_language
from tests import factory

pytestmark = pytest.mark.django_db


def test_a_unit_is_coded_text_exactly_where_its_segment_is_a_paragraph_of_rich_text():
    page = factory.treatment()
    rich = [segment.paragraph is not None for segment in page_segments(page)]
    assert [unit.coded for unit in treatment_units([page], get_language("es"))] == rich
    assert set(rich) == {True, False}
