"""What the glossary says of a unit goes out with it, in each format that has notes."""

from __future__ import annotations

import pytest

from pages.catalog.codecs.codec import Header
from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog, Scope, revised
from pages.languages import get_language
from pages.models import GlossaryTerm
from tests import factory

pytestmark = pytest.mark.django_db
SPANISH = get_language("es")


def units() -> list:
    return list(Scope().units(Catalog.TREATMENTS, SPANISH))


@pytest.fixture(autouse=True)
def page() -> None:
    factory.treatment(heading_en="Nerve block", summary_en="It numbs <one> nerve & rests you.")


def test_a_unit_that_uses_a_term_says_what_it_is_called():
    GlossaryTerm.objects.create(
        term_en="nerve block", term_es="bloqueo nervioso", definition_en="An injection."
    )
    GlossaryTerm.objects.create(term_en="nerve", definition_en="It carries feeling.")
    hints = {unit.key.partition("/")[2]: unit.hints for unit in units()}
    assert hints["heading"] == ("Glossary: nerve block = bloqueo nervioso",)
    assert hints["summary"] == ("Glossary: nerve, no translation yet: It carries feeling.",)


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_the_note_goes_out_and_changes_nothing_of_what_comes_back(codec):
    header = Header(SPANISH, revised(SPANISH))
    bare = codec.read(codec.write(units(), header), SPANISH).units
    GlossaryTerm.objects.create(term_en="nerve", term_es="nervio", definition_en="It feels.")
    data = codec.write(units(), header)
    if codec.name != "xlsx":  # whose words are compressed
        assert b"Glossary: nerve = nervio" in data
    found = codec.read(data, SPANISH).units
    assert [(each.key, each.source, each.comment) for each in found] == [
        (each.key, each.source, each.comment) for each in bare
    ]
