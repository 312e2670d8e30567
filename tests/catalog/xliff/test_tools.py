"""Our files as other tools give them back: every unit, its words and its codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from pages.catalog.codecs import po, xliff12
from pages.catalog.codecs.codec import Codec, Header, ReadUnit
from pages.catalog.exchange import import_units
from pages.catalog.units import Unit, UnitState, treatment_units
from pages.catalog.verdicts import Acceptance, Verdict
from pages.languages import get_language
from pages.models import Target
from pages.models.target import TargetState
from tests import factory
from tests.catalog.xliff.test_judges import CODED
from tests.catalog.xliff.test_round_trip import (
    HANDOFF,
    HEADER,
    REVISED,
    SPANISH,
    every_codec,
    unit,
)
from tests.catalog.xliff.tools import N12, by_npm, by_omegat, by_translate_toolkit

pytestmark = pytest.mark.django_db


def words_and_codes(units: Sequence[ReadUnit]) -> list[tuple[str, str, str]]:
    return [(one.key, one.source, one.target) for one in units]


# npm's xliff loses states, headers, dates, authors of notes and original names.


@every_codec
@pytest.mark.parametrize("code", ["es", "zh-hans", "ur"])
def test_npm_s_xliff_keeps_every_word_and_code_of_the_demo(
    codec: Codec, code, demo_units: Mapping[str, Sequence[Unit]]
):
    header = Header(get_language(code), REVISED, HANDOFF)
    data = codec.write(demo_units[code], header)
    sent = codec.read(data, header.language)
    read = codec.read(by_npm(data, codec.name), header.language)
    assert words_and_codes(read.units) == words_and_codes(sent.units)
    assert read.handoff == HANDOFF
    assert not any(one.comment for one in read.units)  # our notes did not become a translator's


@every_codec
def test_npm_s_xliff_loses_no_previous_source_and_finishes_nothing(codec: Codec):
    stale = unit("p/1", "Rest a week.", "Descanse un día.", UnitState.STALE, "Rest a day.")
    waiting = unit("p/2#k", CODED, CODED, UnitState.NEEDS_REVIEW)
    made = unit("p/3#k", f"({CODED})", f"({CODED})", UnitState.MACHINE)
    data = by_npm(codec.write([stale, waiting, made], HEADER), codec.name)
    read = codec.read(data, SPANISH).units
    assert [(one.source, one.target) for one in read] == [
        (one.source, one.target) for one in (stale, waiting, made)
    ]
    assert [one.fuzzy for one in read] == [True, True, True]
    assert read[0].previous_source == "Rest a day."


def test_gettext_parser_keeps_every_unit_of_the_demo(demo_units: Mapping[str, Sequence[Unit]]):
    data = po.write_po(demo_units["es"], HEADER)
    read = po.read_po(by_npm(data, "po"), SPANISH)
    assert words_and_codes(read.units) == words_and_codes(po.read_po(data, SPANISH).units)
    assert read.handoff == HANDOFF


# translate-toolkit is what Weblate reads and writes with.


@every_codec
def test_translate_toolkit_fills_in_what_is_missing_and_changes_nothing_else(
    codec: Codec, demo_units: Mapping[str, Sequence[Unit]]
):
    data = codec.write(demo_units["es"], HEADER)
    sent = codec.read(data, SPANISH).units
    read = codec.read(by_translate_toolkit(data, codec.name), SPANISH)
    assert read.handoff == HANDOFF
    assert [one.key for one in read.units] == [one.key for one in sent]
    for before, after in zip(sent, read.units, strict=True):
        assert after.source == before.source
        assert after.target.endswith(" (es)") if not before.target else after == before


# OmegaT: a real translator's tool, headless.


@pytest.fixture
def sent() -> list[Unit]:
    """A page in every state that a translator meets."""
    page = factory.treatment()
    factory.translate(page, "es", only="heading")
    factory.translate(page, "es", state=TargetState.MACHINE, only="body.")
    page = factory.edit(page, heading_en="Care of the back")
    found = list(treatment_units([page], SPANISH))
    assert {one.state for one in found} == {
        UnitState.MISSING,
        UnitState.STALE,
        UnitState.MACHINE,
    }
    return found


def with_sources_copied(data: bytes) -> bytes:
    """OmegaT 3.6 offers only units that have a target; people copy the sources there first."""
    root = etree.fromstring(data)
    for trans_unit in root.iter(f"{N12}trans-unit"):
        source, target = trans_unit.find(f"{N12}source"), trans_unit.find(f"{N12}target")
        if not target.text and not len(target):
            target.text = source.text
            target.extend(source)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def imported(units: Sequence[ReadUnit]) -> list[Verdict]:
    report = import_units(units, SPANISH, Acceptance(by="Ana"))
    return [line.verdict for line in report.lines]


def test_omegat_gives_back_every_unit_of_a_1_2_file_and_approves_none(sent, tmp_path: Path):
    data = with_sources_copied(xliff12.write_xliff12(sent, HEADER))
    assert [one.target for one in xliff12.read_xliff12(data, SPANISH).units] == [
        one.target for one in sent
    ]
    read = xliff12.read_xliff12(by_omegat(data, "page.xlf", tmp_path), SPANISH)
    assert read.handoff == HANDOFF
    wanted = [(one.key, one.source, f"{one.target or one.source} (es)") for one in sent]
    assert words_and_codes(read.units) == wanted
    assert imported(read.units) == [Verdict.APPLIED] * len(sent)
    assert_nothing_approved(sent)


def test_omegat_gives_back_every_unit_of_a_po_file_and_approves_none(sent, tmp_path: Path):
    data = po.write_po(sent, HEADER)
    read = po.read_po(by_omegat(data, "page.po", tmp_path), SPANISH)
    assert [(one.key, one.source) for one in read.units] == [(one.key, one.source) for one in sent]
    assert all(one.target.endswith(" (es)") for one in read.units)
    assert imported(read.units) == [Verdict.APPLIED] * len(sent)
    assert_nothing_approved(sent)


def assert_nothing_approved(sent: Sequence[Unit]) -> None:
    """But what was approved before: the heading, for its older wording."""
    (kept,) = Target.objects.filter(state=TargetState.APPROVED)
    assert kept.key == "heading"
    assert Target.objects.filter(state=TargetState.NEEDS_REVIEW).count() == len(sent)


def test_a_final_target_that_omegat_changed_is_applied_as_one_that_needs_review(tmp_path: Path):
    """It leaves state="final" and approved="yes" on a target that somebody has changed."""
    page = factory.treatment()
    factory.translate(page, "es", only="heading")
    heading = next(one for one in treatment_units([page], SPANISH) if one.key.endswith("/heading"))
    assert heading.state is UnitState.APPROVED
    data = by_omegat(xliff12.write_xliff12([heading], HEADER), "page.xlf", tmp_path)
    (read,) = xliff12.read_xliff12(data, SPANISH).units
    assert b'approved="yes"' in data
    assert read.target == f"{heading.target} (es)"
    before = Target.objects.get(key="heading")
    report = import_units([replace(read)], SPANISH, Acceptance(by="Ana"))
    assert report.lines[0].verdict is Verdict.CONFLICT
    after = Target.objects.get(key="heading")
    assert (after.text, after.state) == (before.text, TargetState.APPROVED)
