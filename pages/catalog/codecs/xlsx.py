"""Units as an Excel workbook. openpyxl writes it; reading is in xlsx_reader.

Every cell is text: as a string in the file, which no spreadsheet runs, and by its format, so
that what a translator types stays text too. The same units give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.writer.excel import ExcelWriter

from pages.catalog.archive import write_archive
from pages.catalog.codecs.codec import CatalogError, Codec, Header
from pages.catalog.codecs.table import COLUMNS, STATES, head_cells, unit_cells
from pages.catalog.codecs.xlsx_reader import read_xlsx
from pages.catalog.units import Unit
from pages.languages import Language

SHEET = "translations"
MAX_CELL = 32_767  # UTF-16 code units: "Excel specifications and limits"

_WIDTHS = {"key": 10, "where": 28, "source": 55, "target": 55, "state": 14, "comment": 30}
_OTHER_WIDTH = 35
_TEXT = "@"
_GREY = "FF808080"
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = 1, 2  # ECMA-376, part 1, 18.8.1, readingOrder
# XML cannot hold these, or would not give them back; and what reads like an escape is escaped.
# ECMA-376, part 1, 22.9.2.19, ST_Xstring.
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_LIKE_A_FORMULA = ("=", "+", "-", "@", "'")


def write_xlsx(units: Iterable[Unit], header: Header) -> bytes:
    """`units` as .xlsx. Raises CatalogError for a text that no cell can hold."""
    rows = [_texts(unit_cells(unit)) for unit in units]
    book = Workbook(write_only=True)
    book.properties.creator = "Polyclinic"
    # From data and not from a clock; and a workbook's times have no zone.
    revised = header.revised.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    book.properties.created = book.properties.modified = revised
    book.properties.language = header.language.code
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    sheet.sheet_view.rightToLeft = header.language.dir == "rtl"
    for position, name in enumerate(COLUMNS, start=1):
        width = _WIDTHS.get(name, _OTHER_WIDTH)
        sheet.column_dimensions[get_column_letter(position)].width = width
    if rows:
        _offer_states(sheet, len(rows))
    sheet.append(_head_row(sheet, header))
    plain, quoted = (_prototypes(sheet, header.language, quote=quote) for quote in (False, True))
    for cells in rows:
        sheet.append(_filled(cells, plain, quoted))
    return _saved(book)


def _offer_states(sheet: Any, rows: int) -> None:  # Any: a sheet, annotated only in part
    offered = DataValidation(type="list", formula1=f'"{",".join(STATES)}"', allow_blank=True)
    letter = get_column_letter(COLUMNS.index("state") + 1)
    offered.add(f"{letter}2:{letter}{rows + 1}")
    sheet.data_validations.append(offered)


def _head_row(sheet: Any, header: Header) -> list[Cell]:
    row = []
    for name in head_cells(header):
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="FFE8E8E8")
        row.append(cell)
    return row


def _prototypes(sheet: Any, language: Language, *, quote: bool) -> list[Cell]:
    """One cell a column, filled anew for each row: to style each cell costs ten times as much."""
    row = []
    for name in COLUMNS:
        cell = WriteOnlyCell(sheet)
        cell.number_format = _TEXT
        is_target = name in ("target", "comment") and language.dir == "rtl"
        order = _RIGHT_TO_LEFT if is_target else _LEFT_TO_RIGHT
        wrapped = name != "key"
        cell.alignment = Alignment(vertical="top", wrap_text=wrapped, readingOrder=order)
        if name in ("key", "where", "note"):
            cell.font = Font(color=_GREY)
        cell.quotePrefix = quote
        row.append(cell)
    return row


def _filled(cells: Sequence[str], plain: Sequence[Cell], quoted: Sequence[Cell]) -> list[Cell]:
    row = []
    for position, text in enumerate(cells):
        prototypes = quoted if text.startswith(_LIKE_A_FORMULA) else plain
        cell = prototypes[position]
        cell.value = text or None
        cell.data_type = "s"  # whatever it looks like: openpyxl takes "=" for a formula
        row.append(cell)
    return row


def _texts(cells: Sequence[str]) -> list[str]:
    """The cells as the file has them. Raises CatalogError for one that is too long."""
    texts = []
    for name, cell in zip(COLUMNS, cells, strict=True):
        text = _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", cell)
        if len(text.encode("utf-16-le")) // 2 > MAX_CELL:
            raise CatalogError(
                f"Unit {cells[0]}, {name}: {len(cell):,} characters. Allowed in a cell of a "
                f"workbook: {MAX_CELL:,}. PO, XLIFF and CSV have no such limit."
            )
        texts.append(text)
    return texts


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    # Not Workbook.save, which sets the time of the change; and packed anew without its clock.
    ExcelWriter(book, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED)).save()
    with zipfile.ZipFile(buffer) as parts:
        return write_archive([(name, parts.read(name)) for name in parts.namelist()])


CODEC = Codec(
    "xlsx",
    "Excel workbook",
    ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write_xlsx,
    read_xlsx,
)
