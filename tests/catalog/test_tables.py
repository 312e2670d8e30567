"""Catalogues as tables: CSV, and what CSV and workbooks share."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pages.catalog.codecs import csv_table, table
from pages.catalog.codecs.codec import CatalogError, Codec, Header, ReadUnit
from pages.catalog.codecs.csv_table import neutralised, read_csv, restored, write_csv
from pages.catalog.codecs.xlsx import CODEC as XLSX
from pages.catalog.units import UnitState
from pages.languages import get_language
from tests.catalog.test_po import EVERY_STATE, REVISED, SPANISH, nasty, texts, unit

HEADER = Header(SPANISH, REVISED, handoff="0b0e2f6c-6c1f-4a51-9b55-d1d9a4a4a001")
HEAD = "key,source,target (es),state,comment,previous source\n"
ROW = "p/1,Rest.,Descanse.,translated,,\n"
FORMULAS = (
    "=1+1",
    "+1-1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org/?"&A1,"Rest")',
    "＝1+1",
    "\u200f=1+1",
    "'=1+1",
    "''=1+1",
    'Rest;=1+1;"=1+1";',
    'Rest,=1+1,"=1+1",',
    "Rest\t=1+1",
    "Rest:\n- sleep\n- water\n\n-more",
)
# Beside any text: what a program could take for a formula, an escape or a part of the file.
formula_like = st.lists(
    st.sampled_from(
        ["=", "-", "＋", "@", "'", '"', ",", ";", "\t", "\n", "\r", " ", "\u200f", "a"]
    ),
    max_size=12,
).map("".join)
any_text = texts | nasty | formula_like | st.sampled_from(FORMULAS)


def read(text: str | bytes, code: str = "es") -> ReadUnit:
    data = text if isinstance(text, bytes) else text.encode()
    (found,) = read_csv(data, get_language(code)).units
    return found


def refusal(text: str | bytes, code: str = "es") -> str:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(CatalogError) as error:
        read_csv(data, get_language(code))
    return str(error.value)


def rows_of(data: bytes) -> list[list[str]]:
    """As Python's own reader sees them, which is not ours."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


# What is written


def test_a_row_says_where_the_text_stands_and_all_that_a_translator_needs():
    stale = replace(
        unit("p/3", "Rest a week.", "Descanse un día.", UnitState.STALE, "Rest a day."),
        max_length=200,
        hints=("Glossary: rest = descanso",),
    )
    head, row = rows_of(write_csv([stale], HEADER))
    assert head == [
        "key (hand-off 0b0e2f6c-6c1f-4a51-9b55-d1d9a4a4a001)",
        "where",
        "source",
        "target (es)",
        "state",
        "comment",
        "previous source",
        "note",
    ]
    assert row == [
        "p/3",
        "Back care › Do and don't › item 2 of 5",
        "Rest a week.",
        "Descanse un día.",
        "stale",
        "",
        "Rest a day.",
        "At most 200 characters.\nGlossary: rest = descanso",
    ]


def test_csv_is_utf_8_with_the_mark_that_excel_needs_and_lines_end_as_rfc_4180_says():
    data = write_csv([unit()], HEADER)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 2


@pytest.mark.parametrize("codec", [csv_table.CODEC, XLSX], ids=lambda codec: codec.name)
def test_the_same_units_give_the_same_bytes(codec: Codec):
    assert codec.write(EVERY_STATE, HEADER) == codec.write(iter(EVERY_STATE), HEADER)


# Formulas


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_a_formula_and_each_comes_back_as_it_was(text):
    (_, row) = rows_of(write_csv([unit(source=text, target=text)], HEADER))
    for cell in re.split("[,;\t\r\n]", row[2]):
        assert not re.match(r"""[\s"\u200f]*[=+\-@＝]""", cell), cell
    found = read(write_csv([unit(source=text, target=text)], HEADER))
    assert (found.source, found.target) == (text, text)


@given(formula_like | any_text)
@example("''\t")
@example("'\n'='")
def test_making_a_text_harmless_can_always_be_undone(text):
    assert restored(neutralised(text)) == text


@pytest.mark.parametrize("text", ["'s avonds", "a-b", "L'été, d'abord", "1 - 2", "x = y", "'"])
def test_apostrophes_and_signs_that_begin_no_formula_are_left_alone(text):
    assert neutralised(text) == text == restored(text)


def test_a_sign_that_a_translator_typed_is_read_with_and_without_an_apostrophe():
    assert read(HEAD + 'p/1,Rest.,"-2 °C",,,\n').target == "-2 °C"
    assert read(HEAD + "p/1,Rest.,'-2 °C,,,\n").target == "-2 °C"


def test_a_long_text_of_nothing_but_separators_takes_no_time():
    text = "\n'" * 400_000
    assert restored(neutralised(text)) == text


# Any text, both formats


@pytest.mark.parametrize("codec", [csv_table.CODEC, XLSX], ids=lambda codec: codec.name)
@given(any_text, any_text, st.none() | any_text)
@example("=cmd|'/C calc'!A0", "_x0041_ _x005F_ x005F_", "\u2028\x85\x0b")
@example("  two  spaces ", "\r\n\r\n", "\ufffe\uffff\x1f\x7f")
def test_any_text_comes_back_exactly(codec: Codec, source, target, previous):
    source = source if source.strip() else "x"
    stale = unit("p/1", source, target, UnitState.STALE, previous or None)
    catalog = codec.read(codec.write([stale], HEADER), SPANISH)
    (back,) = catalog.units
    assert (back.key, back.source, back.target) == ("p/1", source, target)
    assert back.previous_source == (previous or None)
    assert catalog.handoff == HEADER.handoff


@given(texts | formula_like)
def test_pythons_own_reader_finds_the_same_cells(text):
    row = rows_of(write_csv([unit(source=text, target=text)], HEADER))[1]
    assert [restored(cell) for cell in row[2:4]] == [text, text]


@given(st.binary(max_size=200) | nasty.map(str.encode) | any_text.map(str.encode))
@example(b"\xff\xfe\x00")
@example((HEAD + 'p/1,"').encode())
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    for start in (b"", HEAD.encode()):
        with suppress(CatalogError):
            read_csv(start + data, SPANISH)


# What is accepted


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_commas_semicolons_and_tabs_part_cells(delimiter, line_end):
    text = (HEAD + ROW).replace(",", delimiter).replace("\n", line_end)
    assert read(text).target == "Descanse."


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_excel_calls_csv_utf_8_and_unicode_text_is_read(charset):
    text = (HEAD + ROW.replace("Descanse.", "Día 🩺")).replace(",", "\t")
    assert read(text.encode(charset)).target == "Día 🩺"


def test_quotes_line_ends_and_separators_stand_in_quoted_cells():
    cell = '"Say ""no"", then\r\nrest; sleep"'
    assert read(HEAD + ROW.replace("Descanse.", cell)).target == 'Say "no", then\r\nrest; sleep'


def test_columns_may_be_moved_and_left_out_and_named_in_any_case():
    found = read("Target,KEY,Source \nDescanse.,p/1,Rest.\n")
    assert (found.key, found.source, found.target) == ("p/1", "Rest.", "Descanse.")


def test_rows_may_be_sorted_and_empty_ones_are_left_out():
    text = f"\n{HEAD}p/2,Two.,,,,\n,,,,,\n\n{ROW}"
    units = read_csv(text.encode(), SPANISH).units
    assert [(found.key, found.at) for found in units] == [("p/2", "row 3"), ("p/1", "row 6")]


def test_empty_columns_without_a_name_do_no_harm():
    assert read(HEAD.replace("\n", ",,\n") + ROW.replace("\n", ", ,,,\n")).target == "Descanse."


@pytest.mark.parametrize(
    ("state", "fuzzy"),
    [
        ("approved", False),
        ("translated", False),
        (" Translated", False),
        ("missing", True),
        ("stale", True),
        ("machine", True),
        ("needs_review", True),
        ("", True),
    ],
)
def test_only_what_says_that_it_is_finished_is_finished(state, fuzzy):
    assert read(HEAD + ROW.replace("translated", state)).fuzzy is fuzzy


def test_a_file_without_states_does_not_say_that_anything_is_finished():
    assert read("key,source,target\np/1,Rest.,Descanse.\n").fuzzy


def test_a_translators_comment_comes_back():
    assert read(HEAD + "p/1,Rest.,,,Which rest?,\n").comment == "Which rest?"


@pytest.mark.parametrize("declared", ["es", "es-419", "es_MX", "ES", " es "])
def test_what_tools_call_a_language_is_accepted(declared):
    assert read(HEAD.replace("(es)", f"({declared})") + ROW).target == "Descanse."


def test_the_language_and_the_hand_off_may_be_absent():
    catalog = read_csv((HEAD.replace(" (es)", "") + ROW).encode(), SPANISH)
    assert (len(catalog.units), catalog.handoff) == (1, "")


def test_a_row_that_stands_twice_is_two_units():
    assert len(read_csv((HEAD + ROW + ROW).encode(), SPANISH).units) == 2


# What is refused

REFUSED = {
    "no column of the target": (
        "key,source\np/1,Rest.\n",
        "Row 1: no column target. Needed: key, source, target. Allowed: key, where, ",
    ),
    "a column that nobody knows": (
        HEAD.replace("comment", "remarks") + ROW,
        "Row 1: column 'remarks' is unknown. Allowed: key, where, source,",
    ),
    "a column that stands twice": (
        HEAD.replace("comment", "Target") + ROW,
        "Row 1: column target stands twice",
    ),
    "a cell beside the columns": (HEAD + ROW.replace("\n", ",more\n"), "Row 2: cell 7 \\('more'"),
    "a key that was emptied": (HEAD + ROW.replace("p/1", ""), "Row 2, column key: ''"),
    "a key with a space": (HEAD + ROW.replace("p/1", "p/1 "), "Row 2, column key: 'p/1 '"),
    "an empty source": (HEAD + ROW.replace("Rest.", " "), "Row 2, column source: empty"),
    "an unknown state": (
        HEAD + ROW.replace("translated", "done"),
        "Row 2, column state: 'done' is unknown. Allowed: missing, stale, machine, needs_review, "
        "approved, translated.",
    ),
    "one text with two targets": (
        HEAD + ROW + ROW.replace("Desc", "Resc"),
        "Row 3, column target: p/1 has another target at row 2",
    ),
    "a NUL": (HEAD + ROW.replace("Desc", "De\x00sc"), "Row 2, column target: a NUL"),
    "a quote that is not closed": (HEAD + ROW.replace("Desc", '"Desc'), "Row 2, cell 3: a quote"),
    "a quote in a bare cell": (HEAD + ROW.replace("Desc", 'De"sc'), "Row 2, cell 3: a quote"),
    "a letter after a quote": (HEAD + ROW.replace("Rest.", '"Rest".'), "Row 2, cell 2: a quote"),
    "a bare carriage return": (HEAD + ROW.replace("Desc", "De\rsc"), "Row 2, cell 3: a quote or l"),
    "nothing": ("", "Row 1: the table is empty"),
    "empty rows only": ("\n,,\n", "Row 1: the table is empty"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_its_row_and_column(text, message):
    assert re.match(message, found := refusal(text)), found


def test_another_charset_is_refused_and_the_way_out_is_named():
    said = refusal((HEAD + ROW.replace("Desc", "Día")).encode("cp1252"))
    assert said.startswith("Line 2: not UTF-8.")
    assert "save as 'CSV UTF-8'" in said
    assert "not UTF-8" in refusal(b"\xff\xfea")


def test_another_language_is_refused_and_the_one_wanted_is_named():
    assert refusal(HEAD + ROW, "fr") == (
        "Row 1, column target: the file is in 'es'. Allowed here: fr."
    )
    assert "Unknown language 'xx'. Allowed: en, es," in refusal(HEAD.replace("es", "xx", 1) + ROW)


def test_too_large_a_file_and_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(table, "MAX_ROWS", 2)
    assert refusal(HEAD + ROW + ROW).startswith("Row 3: too many rows. Allowed: at most 2.")
    monkeypatch.setattr(csv_table, "MAX_BYTES", 10)
    assert "Allowed: at most 10" in refusal(HEAD + ROW)
