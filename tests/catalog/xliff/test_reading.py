"""XLIFF that others wrote or that somebody forged: read for what it says, or refused by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.catalog.codecs import xml_reading
from pages.catalog.codecs.codec import CatalogError, Codec, ReadUnit
from pages.catalog.codecs.xliff12 import read_xliff12
from pages.catalog.codecs.xliff20 import read_xliff20
from pages.languages import get_language
from tests.catalog.xliff.test_round_trip import CODECS, HEADER, SPANISH, every_codec, unit

KEY = "b3be4a2d-db0b-5454-ba6c-9557f0cea554/heading"
HEAD12 = (
    '<?xml version="1.0"?>\n'
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">\n'
    '<file original="a" datatype="plaintext" source-language="en" target-language="es"><body>\n'
)
FOOT12 = "</body></file></xliff>"
HEAD20 = (
    '<?xml version="1.0"?>\n'
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="es">'
    '\n<file id="f1">\n'
)
FOOT20 = "</file></xliff>"


def unit12(target: str, key: str = "p/body#k", source: str = "x", more: str = "") -> str:
    return f'<trans-unit id="{key}"{more}><source>{source}</source>{target}</trans-unit>\n'


def unit20(segments: str, key: str = "p:2Fbody:23k") -> str:
    return f'<unit id="{key}">{segments}</unit>\n'


def segment(source: str, target: str | None, more: str = "") -> str:
    translated = "" if target is None else f"<target>{target}</target>"
    return f"<segment{more}><source>{source}</source>{translated}</segment>"


def only12(body: str) -> ReadUnit:
    (found,) = read_xliff12(f"{HEAD12}{body}{FOOT12}".encode(), SPANISH).units
    return found


def only20(body: str) -> ReadUnit:
    (found,) = read_xliff20(f"{HEAD20}{body}{FOOT20}".encode(), SPANISH).units
    return found


def refusal(codec: Codec, data: bytes | str, code: str = "es") -> str:
    with pytest.raises(CatalogError) as error:
        codec.read(data if isinstance(data, bytes) else data.encode(), get_language(code))
    return str(error.value)


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
        unit20(segment("a", '<ph id="br1"/><ph id="br1"/>')),
        "Unit .*the id 'br1' stands twice",
    ),
    "a code without id": (unit20(segment("a", "<pc>b</pc>")), "Unit .*pc has the id None"),
    "a start without end": (unit20(segment("a", '<sc id="b1"/>b')), "Unit .*sc 'b1' has no ec"),
    "an end without start": (unit20(segment("a", '<ec startRef="b1"/>')), "Unit .*has no sc"),
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


# What is meant to harm

SECRET = "the words of another file"
DECLARED = {
    "a document type": "<!DOCTYPE xliff>",
    "a bomb": f"<!DOCTYPE x [<!ENTITY a '{'ha' * 99}'><!ENTITY b '{'&a;' * 99}'>"
    f"<!ENTITY c '{'&b;' * 99}'>]>",
    "another file": "<!DOCTYPE x [<!ENTITY c SYSTEM '{file}'>]>",
    "another server": "<!DOCTYPE x SYSTEM 'http://192.0.2.1/evil.dtd'>",
    "a parameter": "<!DOCTYPE x [<!ENTITY % p SYSTEM '{file}'> %p;]>",
}


@every_codec
@pytest.mark.parametrize("declared", DECLARED.values(), ids=DECLARED.keys())
def test_document_types_and_entities_are_refused_and_nothing_is_fetched(
    codec: Codec, declared: str, tmp_path: Path
):
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    data = codec.write([unit()], HEADER).decode()
    data = data.replace("?>\n", f"?>\n{declared.replace('{file}', secret.as_uri())}\n", 1)
    for forged in (data, data.replace("Descanse.", "&c;")):
        said = refusal(codec, forged)
        assert re.match(r"Line \d+: (the file has a document type|not well-formed XML)", said)
        assert SECRET not in said


@every_codec
def test_an_entity_that_nobody_declared_and_an_inclusion_bring_nothing(
    codec: Codec, tmp_path: Path
):
    data = codec.write([unit()], HEADER).decode()
    said = refusal(codec, data.replace("Descanse.", "&secret;"))
    assert re.fullmatch(r"Line \d+: not well-formed XML: Entity 'secret' not defined.", said)
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    inclusion = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{tmp_path}/secret"/>'
    said = refusal(codec, data.replace("Descanse.", inclusion))
    assert "include" in said
    assert SECRET not in said


@every_codec
def test_what_is_too_deep_too_long_or_cut_off_is_refused_with_its_line(codec: Codec):
    data = codec.write([unit()], HEADER).decode()
    name = "g" if codec is CODECS[0] else "pc"
    for deep in (300, 30_000):
        nested = "".join(f'<{name} id="b{n}">' for n in range(deep))
        forged = data.replace("Descanse.", f"{nested}{f'</{name}>' * deep}")
        assert "Excessive depth" in refusal(codec, forged)
    assert "too long" in refusal(codec, data.replace("Descanse.", "a" * 11_000_000)).lower()
    assert re.match(r"Line \d+: not well-formed", refusal(codec, data[: len(data) // 2]))
    assert re.match(r"Line \d+: not well-formed", refusal(codec, data.replace("Desc", "D\x00c")))
    assert re.match(r"Line \d+: not well-formed", refusal(codec, b""))
    latin = data.encode().replace(b"anse", "ansé".encode("latin-1"))
    assert re.match(r"Line \d+: not well-formed", refusal(codec, latin))


@every_codec
def test_codes_as_deep_as_a_file_may_be_are_read(codec: Codec):
    name = "g" if codec is CODECS[0] else "pc"
    nested = "".join(f'<{name} id="b{n}">' for n in range(240))
    data = codec.write([unit("p/body#k")], HEADER).decode()
    data = data.replace("Descanse.", f"{nested}a{f'</{name}>' * 240}")
    (found,) = codec.read(data.encode(), SPANISH).units
    assert found.target.startswith("<b0><b1>")


@every_codec
def test_a_file_too_large_is_refused_before_it_is_read(codec: Codec, monkeypatch):
    monkeypatch.setattr(xml_reading, "MAX_BYTES", 30)
    said = refusal(codec, b"<" * 31)
    assert said == "Line 1: the file has 31 bytes. Allowed: at most 30."


@every_codec
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_never_anything_else(codec: Codec, data):
    sound = codec.write([unit(), unit("p/body#k", "<b1>a</b1>", "<b1>b</b1>")], HEADER)
    start = data.draw(st.integers(0, len(sound)))
    end = data.draw(st.integers(start, min(start + 40, len(sound))))
    noise = data.draw(st.binary(max_size=8) | st.sampled_from([b"<", b"&", b">", b'"', b"</g>"]))
    message = ""
    try:
        codec.read(sound[:start] + noise + sound[end:], SPANISH)
    except CatalogError as error:
        message = str(error)
    assert re.match(r"(Line|Unit|File|Group) |\Z", message)
