"""XLIFF as others judge it: OASIS's schemas, Schematron and test suite."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from lxml import etree

from pages.catalog.codecs.codec import CatalogError, Header
from pages.catalog.codecs.xliff12 import write_xliff12
from pages.catalog.codecs.xliff20 import read_xliff20, write_xliff20
from pages.catalog.codecs.xliff_units import is_key_of_ours
from pages.catalog.units import Unit, UnitState
from pages.languages import Language, get_language
from tests.catalog.xliff.judges import JUDGES, SUITE, faults_12, faults_20, needs_judges
from tests.catalog.xliff.test_round_trip import HANDOFF, HEADER, REVISED, unit

pytestmark = pytest.mark.django_db

CODED = "Call <b1><i2>now</i2></b1>.<br3/>See <a4>us</a4> &amp; <g5>rest</g5>."
EVERY_STATE = (
    unit("p/1", place="treatments/every-state"),
    unit("p/2", "New.", "", UnitState.MISSING, place="treatments/every-state"),
    unit("p/3#k", CODED, CODED, place="treatments/every-state"),
    unit("p/4#k", CODED, CODED, UnitState.NEEDS_REVIEW, place="treatments/every-state"),
    unit("p/5#k", CODED, CODED, UnitState.MACHINE, place="treatments/every-state"),
    # The codes of a stale target are those of the older wording.
    unit("p/6#k", CODED, "Llame.", UnitState.STALE, "Call.", place="treatments/every-state"),
    # U+FFFE is no character of XML either, but OASIS's Schematron does not know that.
    unit("p/7", 'a\x0b\r\n"<b1>&\x1f', "\x0b", max_length=80, place="treatments/\x22&<"),
)


def test_1_2_is_valid_under_the_strict_schema_in_every_language(
    demo_units: Mapping[str, Sequence[Unit]],
):
    for code, units in demo_units.items():
        data = write_xliff12([*units, *EVERY_STATE], Header(get_language(code), REVISED, HANDOFF))
        assert faults_12(data) == [], code


def test_2_0_is_valid_under_the_schemas_and_the_schematron_of_2_1(
    demo_units: Mapping[str, Sequence[Unit]], tmp_path: Path
):
    data = write_xliff20([*demo_units["es"], *EVERY_STATE], HEADER)
    assert faults_20(data, tmp_path) == []


def test_the_judges_do_object(tmp_path: Path):
    bad = write_xliff12(EVERY_STATE, HEADER).replace(b'state="final"', b'state="finished"')
    assert any("finished" in fault for fault in faults_12(bad))
    bad = write_xliff20(EVERY_STATE, HEADER).replace(b'<ph id="br3"', b'<ph id="a4"')
    assert faults_20(bad, tmp_path)


# OASIS's test suite of 2.1


def suite(kind: str) -> list[Path]:
    return sorted((SUITE / kind).glob("*.xlf")) or [JUDGES]


every_valid = pytest.mark.parametrize("path", suite("valid"), ids=lambda path: path.stem)


def its_language(path: Path) -> Language:
    code = etree.parse(path).getroot().get("trgLang") or "fr"
    return Language(code.lower(), code, code, "ltr", code)


def texts_of(path: Path) -> list[str]:
    """Every run of words inside a source or target, by another reading than ours."""
    found = etree.parse(path).xpath(PARTS, namespaces=X)
    return [word for text in found for word in text.split()]


PARTS = "//*[self::x:segment or self::x:ignorable]/*[self::x:source or self::x:target]//text()"
X = {"x": "urn:oasis:names:tc:xliff:document:2.0"}


@every_valid
def test_every_valid_file_is_read_and_no_word_of_it_is_lost(path: Path):
    needs_judges()
    units = read_xliff20(path.read_bytes(), its_language(path)).units
    assert len(units) == len(etree.parse(path).xpath("//x:unit", namespaces=X))
    # A target that is there in part is in the comment.
    read = " ".join(f"{one.source} {one.target} {one.comment}" for one in units).replace(
        "\ufffd", ""
    )
    for word in texts_of(path):
        assert word in read


def test_there_are_25_valid_and_119_invalid_files():
    needs_judges()
    assert (len(suite("valid")), len(suite("invalid"))) == (25, 119)


def test_an_invalid_file_is_refused_or_has_no_unit_that_could_be_stored():
    """What is read of the others breaks rules about notes, modules, types or editing hints."""
    needs_judges()
    refused = []
    for path in suite("invalid"):
        try:
            units = read_xliff20(path.read_bytes(), get_language("fr")).units
        except CatalogError as error:
            refused.append(str(error))
        else:
            assert not any(is_key_of_ours(one.key) for one in units)
    assert all(re.match(r"(Unit|Line|File|Group) ", message) for message in refused)
    assert len(refused) == 64


@pytest.mark.parametrize("number", range(1, 5))
def test_segments_are_joined_in_the_order_in_which_the_suite_joins_them(number: int):
    """But for the white space between two: the suite has none where the target has none."""
    needs_judges()
    before, after = (
        read_xliff20((SUITE / "in-out" / f"toJoin{number}_{side}.xlf").read_bytes(), FRENCH).units
        for side in ("in", "out")
    )
    assert ["".join(one.target.split()) for one in before] == [
        "".join(one.target.split()) for one in after
    ]


FRENCH = get_language("fr")
