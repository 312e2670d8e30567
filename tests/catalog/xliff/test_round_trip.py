"""XLIFF 1.2 and 2.0: what goes out comes back exactly, and the same state is the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.catalog.codecs import xliff12, xliff20
from pages.catalog.codecs.codec import CatalogError, Codec, Header, ReadUnit
from pages.catalog.units import Unit, UnitState
from pages.languages import get_language
from pages.richtext import Break, Tagged, Text, TextBlock, encode

CODECS = (xliff12.CODEC, xliff20.CODEC)
every_codec = pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
SPANISH = get_language("es")
REVISED = datetime(2026, 3, 1, 10, tzinfo=UTC)
HANDOFF = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
HEADER = Header(SPANISH, REVISED, HANDOFF)
FINISHED = (UnitState.APPROVED, UnitState.MISSING)


def unit(
    key: str = "page/heading",
    source: str = "Rest.",
    target: str = "Descanse.",
    state: UnitState = UnitState.APPROVED,
    previous_source: str | None = None,
    **more,
) -> Unit:
    crumbs = more.pop("crumbs", ("Back care", "Do & don't", "item 2 of 5"))
    place = more.pop("place", "treatments/back-care")
    return Unit(key, source, target, state, crumbs, place, previous_source, **more)


def back(codec: Codec, *units: Unit) -> Sequence[ReadUnit]:
    return codec.read(codec.write(units, HEADER), SPANISH).units


def as_read(found: Unit, at: str) -> ReadUnit:
    fuzzy = found.state not in FINISHED
    return ReadUnit(found.key, found.source, found.target, fuzzy, found.previous_source, at)


@pytest.mark.django_db
@every_codec
def test_every_unit_of_the_demo_in_every_language_comes_back_and_is_written_the_same_again(
    codec: Codec, demo_units: Mapping[str, Sequence[Unit]]
):
    for code, units in demo_units.items():
        header = Header(get_language(code), REVISED, HANDOFF)
        data = codec.write(units, header)
        catalog = codec.read(data, header.language)
        assert catalog.handoff == HANDOFF
        wanted = [as_read(sent, read.at) for sent, read in zip(units, catalog.units, strict=True)]
        assert catalog.units == wanted
        again = [
            replace(
                sent,
                key=read.key,
                source=read.source,
                target=read.target,
                previous_source=read.previous_source,
            )
            for sent, read in zip(units, catalog.units, strict=True)
        ]
        assert codec.write(iter(again), header) == data
    assert {unit.coded for unit in units} == {True, False}


# What no demo has

texts = st.text(max_size=60)
nasty = st.text("\"\\\n\t\r \x00\x0b\ud800\ufffe#~|<b1/>&amp;'é\u0301\u200f\u2067\u2069]ا中👩🏽‍⚕️")


@every_codec
@given(texts | nasty, texts | nasty)
def test_any_plain_text_comes_back_exactly(codec: Codec, source, target):
    (read,) = back(codec, unit("p/ä|1 :2F~%", source, target, UnitState.NEEDS_REVIEW))
    assert (read.key, read.source, read.target) == ("p/ä|1 :2F~%", source, target)


inlines = st.recursive(
    st.builds(Text, st.text("ab &<>\"'é中", min_size=1)) | st.just(Break()),
    lambda inner: st.builds(
        Tagged, st.sampled_from("biag"), st.just(()), st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=8,
)
coded_texts = st.lists(inlines, max_size=4).map(
    lambda children: encode(TextBlock("k", "p", 0, tuple(children)))
)


@every_codec
@given(coded_texts, coded_texts, st.none() | coded_texts)
def test_any_coded_text_comes_back_exactly(codec: Codec, source, target, previous):
    state = UnitState.MACHINE if previous is None else UnitState.STALE
    (read,) = back(codec, unit("p/body.1.text#k", source, target, state, previous))
    assert (read.source, read.target, read.previous_source) == (source, target, previous)


@every_codec
def test_a_source_is_written_whole_or_not_at_all(codec: Codec):
    crossed, doubled = "<b1><i2>a</b1></i2>", "<br1/><b1>a</b1><b1/>"
    for unsound in ("a & b", "a < b", "<b1>a", "a</b1>", "<br1>a</br1>", crossed, doubled):
        with pytest.raises(CatalogError, match="Unit p/body#k: "):
            codec.write([unit("p/body#k", unsound)], HEADER)


@every_codec
def test_an_older_target_with_tags_of_another_tool_goes_out_in_a_note(codec: Codec):
    kept = unit("p/body#k", "<b1>a</b1>", "<g.1>á</g.1>", UnitState.STALE, "<g.1>a</g.1>")
    data = codec.write([kept], HEADER)
    assert "<g.1>á</g.1>" in unescape(data.decode())
    (read,) = codec.read(data, SPANISH).units
    assert (read.source, read.target, read.fuzzy) == ("<b1>a</b1>", "", False)
    assert (read.previous_source, read.comment) == (None, "")


@every_codec
def test_other_spellings_of_the_same_coded_text_come_back_in_the_canonical_one(codec: Codec):
    (read,) = back(codec, unit("p/body#k", "<b1/>a > b&#233;&quot;", "<b1></b1>"))
    assert read.source == '<b1></b1>a &gt; bé"'


@every_codec
@pytest.mark.parametrize("state", UnitState)
def test_every_state_comes_back_as_finished_or_not_as_in_a_po_file(codec: Codec, state):
    target = "" if state is UnitState.MISSING else "Descanse."
    (read,) = back(codec, unit(target=target, state=state))
    assert read.fuzzy is (state not in FINISHED)


@every_codec
def test_our_own_notes_are_no_comment_of_a_translator(codec: Codec):
    sent = unit(max_length=40, hints=("glossary: rest = descansar",), previous_source="Sleep.")
    text = codec.write([sent], HEADER).decode()
    for note in ("Back care › Do &amp; don't › item 2 of 5", "At most 40 characters.", "glossary:"):
        assert note in text
    (read,) = back(codec, sent)
    assert (read.comment, read.previous_source) == ("", "Sleep.")


@every_codec
def test_a_catalogue_names_its_hand_off_or_has_none(codec: Codec):
    header = Header(SPANISH, REVISED)
    assert codec.read(codec.write([unit()], header), SPANISH).handoff == ""
    assert codec.read(codec.write([unit()], HEADER), SPANISH).handoff == HANDOFF


@every_codec
def test_windows_line_ends_a_byte_order_mark_and_utf_16_read_the_same(codec: Codec):
    data = codec.write([unit(source="a\nb", target="c\n\n d")], HEADER)
    wanted = codec.read(data, SPANISH)
    crlf = b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")
    assert codec.read(crlf, SPANISH) == wanted
    utf16 = data.decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16")
    assert codec.read(utf16, SPANISH) == wanted


@every_codec
@pytest.mark.parametrize("code", ["es", "zh-hans", "ht", "ur"])
def test_the_language_is_written_as_people_write_it(codec: Codec, code):
    language = get_language(code)
    text = codec.write([unit()], Header(language, REVISED)).decode()
    wanted = {"zh-hans": "zh-Hans"}.get(code, code)
    assert f'"{wanted}"' in text
    assert codec.read(text.encode(), language).units
