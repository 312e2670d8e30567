"""XLIFF that others wrote or that somebody forged: read for what it says, or refused by line."""

from __future__ import annotations

import re

import pytest

from pages.catalog.codecs.codec import Codec
from pages.catalog.codecs.xliff12 import read_xliff12
from tests.catalog.xliff.foreign import (
    FOOT12,
    FOOT20,
    HEAD12,
    HEAD20,
    KEY,
    only12,
    only20,
    refusal,
    segment,
    unit12,
    unit20,
)
from tests.catalog.xliff.test_round_trip import CODECS, HEADER, SPANISH, every_codec, unit

# States

STATES12 = {
    ("new", ""): False,
    ("needs-translation", ""): False,
    ("needs-adaptation", ""): False,
    ("needs-l10n", ""): False,
    ("needs-review-translation", ""): False,
    ("needs-review-translation", "yes"): False,
    ("x-something", "yes"): False,
    ("", ""): False,
    ("", "no"): False,
    ("", "yes"): True,
    ("translated", ""): True,
    ("translated", "no"): True,
    ("signed-off", ""): True,
    ("final", "no"): True,
}


@pytest.mark.parametrize(("said", "finished"), STATES12.items(), ids=map(str, STATES12))
def test_what_1_2_calls_finished(said, finished):
    state, approved = (
        f' {name}="{value}"' if value else "" for name, value in zip(NAMES, said, strict=True)
    )
    found = only12(unit12(f"<target{state}>Sí.</target>", more=approved))
    assert found.fuzzy is not finished


NAMES = ("state", "approved")
STATES20 = {
    "": False,
    ' state="initial"': False,
    ' state="initial" subState="polyclinic:stale"': False,
    ' state="translated" subState="polyclinic:needs_review"': False,
    ' state="translated"': True,
    ' state="translated" subState="tool:done"': True,
    ' state="reviewed"': True,
    ' state="final"': True,
}


@pytest.mark.parametrize(("said", "finished"), STATES20.items(), ids=STATES20.keys())
def test_what_2_0_calls_finished(said, finished):
    assert only20(unit20(segment("x", "Sí.", said))).fuzzy is not finished


def test_a_source_that_a_tool_copied_into_the_target_is_no_translation():
    copied = '<target state="needs-translation">Fax</target>'
    assert only12(unit12(copied, source="Fax")).target == ""
    meant = '<target state="translated">Fax</target>'
    assert only12(unit12(meant, source="Fax")).target == "Fax"


# Notes and languages


def test_notes_of_translators_are_the_comment():
    notes = "<note>Really?</note><note from='Polyclinic'>[context] A › B</note><note>  </note>"
    assert only12(unit12(f"<target>Sí.</target>{notes}<note>No.</note>")).comment == "Really?\nNo."
    notes = '<notes><note category="polyclinic">[context] A</note><note>Really?</note></notes>'
    assert only20(unit20(notes + segment("x", "Sí."))).comment == "Really?"


@every_codec
@pytest.mark.parametrize("declared", ["es", "es-419", "es_US", "es-MX", "ES"])
def test_what_tools_call_a_language_is_accepted(codec: Codec, declared):
    data = codec.write([unit()], HEADER).replace(b'anguage="es"', f'anguage="{declared}"'.encode())
    data = data.replace(b'trgLang="es"', f'trgLang="{declared}"'.encode())
    assert codec.read(data, SPANISH).units


@every_codec
def test_any_variety_of_the_source_language_is_accepted(codec: Codec):
    data = codec.write([unit()], HEADER)
    american = data.replace(b'source-language="en"', b'source-language="en-US"')
    american = american.replace(b'srcLang="en"', b'srcLang="en-US"')
    assert american != data
    assert codec.read(american, SPANISH) == codec.read(data, SPANISH)


@every_codec
def test_another_language_is_refused_and_the_one_wanted_is_named(codec: Codec):
    data = codec.write([unit()], HEADER)
    assert re.fullmatch(r"Line \d: \S+ is 'es'. Allowed here: fr.", refusal(codec, data, "fr"))
    assert "is 'es'. Allowed here: zh-Hans." in refusal(codec, data, "zh-hans")
    for name in (b'trgLang="', b'target-language="', b'srcLang="', b'source-language="'):
        data = data.replace(name, name + b"x")
    assert "Unknown language 'x" in refusal(codec, data)


def test_a_target_in_another_language_than_its_file_is_refused():
    assert refusal(CODECS[0], HEAD12 + unit12('<target xml:lang="fr">a</target>') + FOOT12) == (
        "Unit p/body#k, line 4: xml:lang of its target is 'fr'. Allowed here: es."
    )
    said = refusal(
        CODECS[1], HEAD20 + unit20('<segment><source xml:lang="fr">a</source></segment>')
    )
    assert said == "Unit p:2Fbody:23k, line 4: xml:lang of its source is 'fr'. Allowed here: en."


def test_files_of_two_hand_offs_in_one_are_of_none():
    body = unit12("<target>a</target>", key="{}")
    parts = "".join(
        f'<file original="handoff/{name}/a" source-language="en"><body>'
        f"{body.format(name)}</body></file>"
        for name in ("one", "two")
    )
    head = HEAD12.partition("<file")[0]
    catalog = read_xliff12(f"{head}{parts}</xliff>".encode(), SPANISH)
    assert (len(catalog.units), catalog.handoff) == (2, "")


# What is refused

KEY20 = KEY.replace("/", ":2F")
REFUSED12 = {
    "no id": (unit12("").replace(' id="p/body#k"', ""), "Line 4: a trans-unit without id"),
    "no source": (
        '<trans-unit id="a"><target>b</target></trans-unit>',
        "Unit a, line 4: it has no",
    ),
    "two targets": (unit12("<target>a</target><target>b</target>"), "Unit .*2 elements target"),
    "two sources": (
        unit12("<source>a</source>"),
        "Unit p/body#k, line 4: it has 2 elements source",
    ),
    "a key that stands twice": (
        unit12("", key=KEY) + unit12("", key=KEY),
        f"Unit {KEY}, line 5: its key stands at unit {KEY}, line 4 already",
    ),
    "a foreign id that stands twice": (unit12("", key="1") * 2, "Unit 1, line 5: "),
    "a code without id": (unit12("<target><g>a</g></target>"), "Unit .*line 4: a g without id"),
    "another element": (unit12('<target><b id="1">a</b></target>'), "Unit .*: b has no place"),
    "another namespace": (
        unit12('<target><b xmlns="urn:x" id="1">a</b></target>'),
        r"Unit .*: \{urn:x\}b has no place",
    ),
    "a character that is none": (
        unit12('<target><x id="U+zz" ctype="x-character"/></target>'),
        "Unit .*'U.zz' is no character",
    ),
    "a target that is not closed": (unit12("<target>a"), "Line 4: not well-formed XML"),
}


@pytest.mark.parametrize(("body", "message"), REFUSED12.values(), ids=REFUSED12.keys())
def test_1_2_is_refused_with_its_line(body, message):
    assert re.match(message, found := refusal(CODECS[0], HEAD12 + body + FOOT12)), found


REFUSED20 = {
    "no id": (
        unit20(segment("a", "b")).replace(' id="p:2Fbody:23k"', ""),
        "Unit without id, line 4",
    ),
    "no segment": (unit20(""), "Unit .*it has no segment"),
    "no source": (unit20("<segment><target>a</target></segment>"), "Unit .*0 elements source"),
    "a key that stands twice": (
        unit20(segment("a", "b"), KEY20) * 2,
        f"Unit {KEY20}, line 5: unit '{KEY20}' stands there already",
    ),
    "a key that stands in two files": (
        unit20(segment("a", "b"), KEY20)
        + "</file><file id='f2'>"
        + unit20(segment("a", "c"), KEY20),
        f"Unit {KEY}, line 5: its key stands at unit {KEY}, line 4 already",
    ),
    "a code that stands twice": (
        unit20(segment('<ph id="br1"/><ph id="br1"/>', "a")),
        "Unit .*the id 'br1' stands twice",
    ),
    "a code without id": (unit20(segment("a", "<pc>b</pc>")), "Unit .*pc has the id None"),
    "a start without end": (unit20(segment('<sc id="b1"/>b', "a")), "Unit .*sc 'b1' has no ec"),
    "an end without start": (unit20(segment('<ec startRef="b1"/>', "a")), "Unit .*has no sc"),
    "another element": (unit20(segment("a", "<g id='b1'>b</g>")), "Unit .*g has no place"),
    "another state": (unit20(segment("a", "b", ' state="done"')), "Unit .*state 'done'. Allowed: "),
    "an order that is none": (
        unit20("<segment><source>a</source><target order='x'>b</target></segment>"),
        "Unit .*order 'x'. Allowed",
    ),
    "a unit in a unit": (
        unit20(segment("a", "b") + unit20(segment("a", "b"), "2")),
        "Unit .*no place",
    ),
}


@pytest.mark.parametrize(("body", "message"), REFUSED20.values(), ids=REFUSED20.keys())
def test_2_0_is_refused_with_its_line(body, message):
    assert re.match(message, found := refusal(CODECS[1], HEAD20 + body + FOOT20)), found


@every_codec
def test_another_version_or_another_kind_of_xml_is_refused(codec: Codec):
    data = codec.write([unit()], HEADER).decode()
    other = re.sub(r'(<xliff[^>]*version=)"\d', r'\1"9', data)
    assert re.match(
        r"Line 2: the file is .*'9.\d'. Allowed: xliff in urn:oasis", refusal(codec, other)
    )
    bare = re.sub(r' xmlns="[^"]*"', "", data)
    assert "Line 2: the file is xliff" in refusal(codec, bare)
    assert "Line 1: the file is html" in refusal(codec, "<html/>")
