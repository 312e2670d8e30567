"""What other tools make of our codes and segments comes back as ours, or as what no source has."""

from __future__ import annotations

import pytest

from tests.catalog.xliff.foreign import (
    only12,
    only20,
    segment,
    unit12,
    unit20,
)

# 1.2: the codes of other tools

TARGETS12 = {
    "our own mark": ('Llame <g id="b1">ya</g>', "Llame <b1>ya</b1>"),
    "our mark as a pair": ('<bpt id="b1">&lt;b></bpt>ya<ept id="b1">&lt;/b></ept>', "<b1>ya</b1>"),
    "our mark as a pair by rid": ('<bx id="b1" rid="7"/>ya<ex id="9" rid="7"/>', "<b1>ya</b1>"),
    "our break": ('a<x id="br2"/>b', "a<br2/>b"),
    "our break as native code": ('a<ph id="br2">&lt;br></ph>b', "a<br2/>b"),
    "segments of a tool": (
        '<mrk mtype="seg" mid="0">Uno.</mrk> <mrk mtype="seg" mid="1">Dos &amp; tres.</mrk>',
        "Uno. Dos &amp; tres.",
    ),
    "an annotated term": ('el <mrk mtype="term">nervio</mrk>', "el nervio"),
    "another's mark": ('<g id="1">ya</g>', "<g.1>ya</g.1>"),
    "another's placeholder": ('a<x id="a b"/>', "a<x.a_b/>"),
    "half a pair": ('a<it id="1" pos="open">&lt;b></it>', "a<it.1/>"),
    "our mark around nothing": ('<x id="b1"/>ya', "<x.b1/>ya"),
    "our break around words": ('<g id="br2">ya</g>', "<g.br2>ya</g.br2>"),
    "pairs that cross": (
        '<bpt id="b1"/>a<bpt id="i2"/>b<ept id="b1"/>c<ept id="i2"/>',
        "<b1>a<i2>b</b1>c</i2>",
    ),
    "character data": ("<![CDATA[a < b]]>", "a &lt; b"),
    "comments and instructions": ("a<!-- no --><?go 1?>b", "ab"),
    "codes on their own lines": ('\n  <g id="b1">ya</g>,\n  <x id="br2"/>\n', "<b1>ya</b1>,<br2/>"),
}


@pytest.mark.parametrize(("target", "text"), TARGETS12.values(), ids=TARGETS12.keys())
def test_codes_of_1_2_come_back_as_ours_or_as_tags_that_no_source_has(target, text):
    assert only12(unit12(f"<target>{target}</target>")).target == text


def test_in_plain_text_a_line_break_is_a_newline_and_another_code_is_what_no_target_may_have():
    target = '<target>a<x id="1" ctype="lb"/>b<g id="2">c</g></target>'
    assert only12(unit12(target, key="p/heading")).target == "a\nb\ufffdc\ufffd"
    target = 'a<ph id="1" type="fmt" subType="xlf:lb"/>b<pc id="2">c</pc>'
    assert only20(unit20(segment("x", target), key="p:2Fheading")).target == "a\nb\ufffdc\ufffd"


def test_units_in_groups_are_read_and_alternatives_and_binaries_are_not():
    alternative = (
        "<alt-trans><source>y</source><target>No.</target><note>no</note></alt-trans>"
        "<seg-source>x</seg-source><note>Really?</note>"
    )
    group = f"<group><group>{unit12('<target>Sí.</target>' + alternative)}</group></group>"
    binary = '<bin-unit id="b" mime-type="image/png"><bin-source/></bin-unit>'
    found = only12(group + binary)
    assert (found.target, found.comment, found.at) == ("Sí.", "Really?", "unit p/body#k, line 4")


# 2.0: segments and the codes of other tools

TARGETS20 = {
    "our own mark": ('<pc id="b1">ya</pc>', "<b1>ya</b1>"),
    "our mark as a pair": ('<sc id="b1"/>ya<ec startRef="b1"/>', "<b1>ya</b1>"),
    "our break": ('a<ph id="br2"/>b', "a<br2/>b"),
    "annotations": ('<mrk id="m">a</mrk><sm id="n"/>b<em startRef="n"/>', "ab"),
    "half a pair": ('<sc id="b1" isolated="yes"/>ya', "<sc.b1/>ya"),
    "a character of its own": ('a<cp hex="000B"/>', "a\x0b"),
    "another's mark": ('<pc id="1">ya</pc>', "<pc.1>ya</pc.1>"),
    "pairs that cross": (
        '<sc id="b1"/>a<sc id="i2"/>b<ec startRef="b1"/>c<ec startRef="i2"/>',
        "<b1>a<i2>b</b1>c</i2>",
    ),
    "codes on their own lines": ('\n  <pc id="b1">ya</pc>\n ', "<b1>ya</b1>"),
    # One slip of a translator keeps back one unit, and not a file.
    "a code that stands twice": ('<ph id="br1"/><ph id="br1"/>', "<br1/><br1/>"),
    "a pair that was parted": ('<sc id="b1"/>ya', "<b1>ya"),
}


@pytest.mark.parametrize(("target", "text"), TARGETS20.values(), ids=TARGETS20.keys())
def test_codes_of_2_0_come_back_as_ours_or_as_tags_that_no_source_has(target, text):
    assert only20(unit20(segment("x", target))).target == text


def test_a_code_may_refer_to_original_data_that_is_there():
    data = '<originalData><data id="d1">&lt;b></data></originalData>'
    code = '<pc id="b1" dataRefStart="d1" dataRefEnd="d1">ya</pc>'
    assert only20(unit20(data + segment("x", code))).target == "<b1>ya</b1>"


def test_the_segments_of_a_unit_are_joined_and_codes_may_reach_over_them():
    found = only20(
        unit20(
            segment('<sc id="b1"/>One.', '<sc id="b1"/>Uno.', ' state="final"')
            + "<ignorable><source> </source></ignorable>"
            + segment('Two.<ec startRef="b1"/>', 'Dos.<ec startRef="b1"/>', ' state="translated"')
        )
    )
    assert found.source == "<b1>One. Two.</b1>"
    assert found.target == "<b1>Uno. Dos.</b1>"
    assert not found.fuzzy


def test_a_unit_is_as_finished_as_the_least_of_its_segments():
    parts = segment("One.", "Uno.", ' state="final"') + segment("Two.", "Dos.", ' state="initial"')
    assert only20(unit20(parts)).fuzzy


def test_targets_stand_in_the_order_that_they_name():
    parts = (
        "<segment><source>one </source><target order='2'>uno</target></segment>"
        "<segment><source>two</source><target order='1'>dos </target></segment>"
    )
    found = only20(unit20(parts))
    assert (found.source, found.target) == ("one two", "dos uno")


def test_a_unit_translated_in_part_has_no_target_and_what_there_is_in_its_comment():
    found = only20(unit20(segment("Do not. ", "No. ") + segment("Rest.", None)))
    assert (found.target, found.comment) == ("", "Translated in part: No. ")
    assert not found.fuzzy
