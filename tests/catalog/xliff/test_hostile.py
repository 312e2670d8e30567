"""XLIFF that is meant to harm, or was damaged: refused by its line, and nothing is fetched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.catalog.codecs import xml_reading
from pages.catalog.codecs.codec import CatalogError, Codec
from tests.catalog.xliff.foreign import refusal
from tests.catalog.xliff.test_round_trip import CODECS, HEADER, SPANISH, every_codec, unit

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
