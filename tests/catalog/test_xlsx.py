"""Catalogues as workbooks: written as text that nothing runs, read without guessing."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from pages.catalog import archive
from pages.catalog.archive import write_archive
from pages.catalog.codecs.codec import CatalogError, Header, ReadUnit
from pages.catalog.codecs.table import COLUMNS
from pages.catalog.codecs.xlsx import MAX_CELL, write_xlsx
from pages.catalog.codecs.xlsx_reader import read_xlsx
from pages.catalog.units import UnitState
from pages.languages import get_language
from tests.catalog.test_po import EVERY_STATE, REVISED, SPANISH, unit
from tests.catalog.test_tables import FORMULAS, HEADER

SHEET = "xl/worksheets/sheet1.xml"


def written(*units, code: str = "es") -> bytes:
    return write_xlsx(units or EVERY_STATE, Header(get_language(code), REVISED))


def sheet_of(data: bytes) -> Worksheet:
    """As openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(data)).active


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(data)
    return write_archive({**parts, name: change(parts.get(name, b""))}.items())


def edited(change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """A catalogue as somebody sends it back who did this to it."""
    book = openpyxl.load_workbook(io.BytesIO(written(unit("p/1"), unit("p/2"))))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_cell(value: object, cell: str = "D2", number_format: str | None = None) -> bytes:
    def put(book: openpyxl.Workbook) -> None:
        book.active[cell] = value
        if number_format:
            book.active[cell].number_format = number_format

    return edited(put)


def read(data: bytes) -> ReadUnit:
    return read_xlsx(data, SPANISH).units[0]


def refusal(data: bytes, code: str = "es") -> str:
    with pytest.raises(CatalogError) as error:
        read_xlsx(data, get_language(code))
    return str(error.value)


# What is written


def test_openpyxl_reads_the_cells_that_were_written():
    rows = list(sheet_of(written()).iter_rows(values_only=True))
    assert [name.partition(" (")[0] for name in rows[0]] == list(COLUMNS)
    found = [(row[0], row[2], row[3] or "", row[4], row[6]) for row in rows[1:]]
    assert found == [
        (each.key, each.source, each.target, each.state.value, each.previous_source)
        for each in EVERY_STATE
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_text_and_stays_text_when_somebody_edits_it(text):
    cell: Cell = sheet_of(written(unit(source=text, target=text)))["D2"]
    assert cell.data_type == "s"
    assert cell.number_format == "@"
    assert cell.quotePrefix or not text.startswith(("=", "+", "-", "@"))


def test_no_part_of_the_file_holds_a_formula():
    data = written(*(unit(f"p/{number}", text, text) for number, text in enumerate(FORMULAS)))
    assert b"<f" not in parts_of(data)[SHEET].replace(b"<formula1>", b"")


@pytest.mark.parametrize("text", ["#N/A", "911", "1/2", "TRUE", "2026-03-01"])
def test_what_looks_like_a_value_is_text(text):
    cell = sheet_of(written(unit(target=text)))["D2"]
    assert (cell.data_type, cell.value) == ("s", text)


def test_the_names_of_columns_stay_in_sight_and_texts_are_wrapped():
    sheet = sheet_of(written())
    assert sheet.freeze_panes == "A2"
    assert sheet["C2"].alignment.wrap_text
    assert sheet.column_dimensions["C"].width > 5 * sheet.column_dimensions["A"].width


@pytest.mark.parametrize(("code", "rtl"), [("ar", True), ("ur", True), ("es", False)])
def test_a_sheet_runs_in_the_direction_of_its_language_and_english_in_its_own(code, rtl):
    sheet = sheet_of(written(code=code))
    assert bool(sheet.sheet_view.rightToLeft) is rtl
    assert sheet["D2"].alignment.readingOrder == (2 if rtl else 1)
    assert sheet["C2"].alignment.readingOrder == 1


def test_states_are_offered_in_a_list():
    (offered,) = sheet_of(written()).data_validations.dataValidation
    assert str(offered.sqref) == f"E2:E{len(EVERY_STATE) + 1}"
    assert offered.formula1 == '"missing,stale,machine,needs_review,approved,translated"'


def test_no_clock_is_in_the_file():
    properties = openpyxl.load_workbook(io.BytesIO(written())).properties
    assert properties.modified == properties.created == datetime.datetime(2026, 3, 1, 10)
    with zipfile.ZipFile(io.BytesIO(written())) as file:
        assert {info.date_time[0] for info in file.infolist()} == {1980}


def test_a_catalogue_without_units_is_a_sheet_with_names_of_columns():
    assert read_xlsx(write_xlsx([], HEADER), SPANISH).units == []


def test_a_text_that_no_cell_can_hold_is_refused_and_not_cut():
    assert read(written(unit(target="é" * MAX_CELL))).target == "é" * MAX_CELL
    with pytest.raises(CatalogError, match=r"Unit p/1, target: 16,384 characters\. Allowed in"):
        written(unit("p/1", target="🩺" * 16_384))


# What is accepted


def test_shared_strings_formatted_text_and_escapes_are_read():
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>Des'
        b"</t></r><r><rPr><b/></rPr><t>can_x0073_e_x000D_\n_x005F_x0041_</t></r><rPh><t>no</t>"
        b"</rPh></si></sst>"
    )
    data = written(unit())
    data = with_part(data, "xl/sharedStrings.xml", lambda _: strings)
    relation = (
        b'<Relationship Id="rId9" Target="sharedStrings.xml" Type="http://schemas.openxmlformats'
        b'.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
    )
    data = with_part(
        data,
        "xl/_rels/workbook.xml.rels",
        lambda part: part.replace(b"</Relationships>", relation),
    )
    inline = b't="inlineStr"><is><t>Descanse.</t></is></c>'
    data = with_part(data, SHEET, lambda part: part.replace(inline, b't="s"><v>0</v></c>'))
    assert read(data).target == "Descanse\r\n_x0041_"
    data = with_part(data, SHEET, lambda part: part.replace(b"<v>0</v>", b"<v>1</v>"))
    assert refusal(data) == "Cell D2: no shared string '1'. Allowed: 0 to 0."


def test_what_openpyxl_saves_again_reads_the_same():
    ours = read_xlsx(written(), SPANISH).units
    buffer = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(written())).save(buffer)
    assert read_xlsx(buffer.getvalue(), SPANISH).units == ours


def test_a_whole_number_that_a_translator_typed_is_text():
    assert read(with_cell(911, number_format="General")).target == "911"
    assert read(with_cell(911)).target == "911"


def test_sheets_of_the_translators_own_are_left_alone():
    def add(book: openpyxl.Workbook) -> None:
        book.create_sheet("notes", 0).append(["=1+1", "key"])
        book.create_sheet("empty", 0).sheet_state = "hidden"

    assert read(edited(add)).key == "p/1"


def test_rows_that_are_hidden_or_beyond_what_the_file_claims_are_read():
    data = edited(lambda book: book.active.row_dimensions[2].__setattr__("hidden", True))
    data = with_part(
        data,
        SHEET,
        lambda part: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:H2"', part),
    )
    assert [found.key for found in read_xlsx(data, SPANISH).units] == ["p/1", "p/2"]


def test_rows_may_be_deleted_and_know_their_number():
    data = edited(lambda book: book.active.delete_rows(2))
    assert [(found.key, found.at) for found in read_xlsx(data, SPANISH).units] == [("p/2", "row 2")]


def test_the_strict_form_of_the_format_is_read():
    data = written(unit())
    for name in ("xl/workbook.xml", SHEET, "_rels/.rels", "xl/_rels/workbook.xml.rels"):
        data = with_part(
            data,
            name,
            lambda part: part.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            ).replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ),
        )
    assert read(data).target == "Descanse."


# What is refused

REFUSED = {
    "a formula": (lambda: with_cell("=1+1"), "Cell D2: holds a formula. Allowed: text"),
    "a formula in the key": (lambda: with_cell('="p"&1', "A3"), "Cell A3: holds a formula"),
    "a formula beside": (lambda: with_cell("=LEN(D2)", "J2"), "Cell J2: holds a formula"),
    "a fraction": (lambda: with_cell(0.5), "Cell D2: holds a number with a fraction"),
    "a date": (
        lambda: with_cell(datetime.date(2026, 3, 1)),
        "Cell D2: holds a number with a fraction or a format, or a date. Allowed: text; format",
    ),
    "a percentage": (
        lambda: with_cell(5, number_format="0%"),
        "Cell D2: holds a number with a fraction or a format",
    ),
    "a truth value": (lambda: with_cell(True), "Cell D2: holds a truth value"),
    "an error": (lambda: with_cell("#REF!"), "Cell D2: holds an error"),
    "a cell far to the right": (lambda: with_cell("x", "XFD2"), "Cell XFD2: too far right"),
    "an unknown column": (lambda: with_cell("remarks", "I1"), "Row 1: column 'remarks' is unk"),
    "a state that is none": (lambda: with_cell("done", "E2"), "Row 2, column state: 'done'"),
    "no sheet of units": (
        lambda: edited(lambda book: book.active.delete_rows(1)),
        "The workbook: no sheet has the columns key, source, target in the first row. Needed: one "
        "sheet of translations. Allowed: key, where",
    ),
    "two sheets of units": (
        lambda: edited(lambda book: book.copy_worksheet(book.active)),
        "The workbook: sheets translations, translations Copy all have the columns",
    ),
    "macros": (
        lambda: with_part(written(), "xl/vbaProject.bin", lambda _: b"macro"),
        "The workbook: has xl/vbaProject.bin. Allowed: no macros",
    ),
    "a link to another workbook": (
        lambda: with_part(written(), "xl/externalLinks/externalLink1.xml", lambda _: b"<a/>"),
        "The workbook: has xl/externalLinks/externalLink1.xml",
    ),
    "a document type": (
        lambda: with_part(written(), SHEET, lambda part: b'<!DOCTYPE a [<!ENTITY b "c">]>' + part),
        "Part xl/worksheets/sheet1.xml: has a document type",
    ),
    "broken XML": (
        lambda: with_part(written(), SHEET, lambda part: part[:-20]),
        "Part xl/worksheets/sheet1.xml: not well-formed XML",
    ),
    "a workbook that is not there": (
        lambda: write_archive({"[Content_Types].xml": b"<a/>"}.items()),
        "The workbook: part _rels/.rels is missing",
    ),
    "a document that is none": (lambda: b"key,source,target\n", "The archive cannot be read"),
    "a part outside": (
        lambda: with_part(
            written(),
            "xl/_rels/workbook.xml.rels",
            lambda part: part.replace(b"/xl/worksheets", b"../../../etc"),
        ),
        "The workbook: part etc/sheet1.xml is missing",
    ),
    "half a character": (
        lambda: with_part(written(), SHEET, lambda part: part.replace(b"Descanse.", b"a_xD83D_b")),
        "The workbook: half a character",
    ),
    "a NUL": (
        lambda: with_part(written(), SHEET, lambda part: part.replace(b"Descanse.", b"a_x0000_b")),
        "Row 2, column target: a NUL",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_its_cell_or_part(make, message):
    assert (found := refusal(make())).startswith(message), found


def test_one_text_with_two_targets_is_refused():
    def put(book: openpyxl.Workbook) -> None:
        book.active["A3"], book.active["D3"] = "p/1", "Duerma."

    assert refusal(edited(put)).startswith("Row 3, column target: p/1 has another target at row 2")


def test_another_language_is_refused():
    assert "the file is in 'es'. Allowed here: fr." in refusal(written(), "fr")


def test_a_bomb_is_refused():
    bomb = with_part(written(), SHEET, lambda part: part.replace(b"</sheetData>", b" " * 9_000_000))
    assert "unpacks to more than 200 times its size" in refusal(bomb)


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    data = written()
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1000)
    assert "has more than 1,000 bytes" in refusal(data)


SOUND = parts_of(written(unit()))


@given(st.sampled_from(sorted(SOUND)), st.data(), st.binary(max_size=6))
def test_whatever_the_parts_hold_they_are_read_or_refused(name, data, patch):
    part = SOUND[name]
    position = data.draw(st.integers(0, len(part)))
    changed = part[:position] + patch + part[position + len(patch) :]
    with suppress(CatalogError):
        read_xlsx(write_archive({**SOUND, name: changed}.items()), SPANISH)


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_they_are_refused(data):
    assert refusal(data)


def test_a_stale_unit_keeps_its_previous_source():
    stale = unit("p/1", "Rest a week.", "Un día.", UnitState.STALE, "=Rest a day.")
    assert read(written(stale)).previous_source == "=Rest a day."
