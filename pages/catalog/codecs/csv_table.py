"""Units as CSV, and back. UTF-8 with a byte order mark, which Excel needs; RFC 4180.

A cell that a spreadsheet would run as a formula gets an apostrophe before it, and loses it when
it is read. OWASP, "CSV Injection": the cell may begin with = + - @, a tab or a line end, also
after spaces or quotes; and as a spreadsheet of another country parts cells elsewhere, whatever
follows a comma, semicolon, tab or line end counts as a cell too.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from pages.catalog.codecs.codec import MAX_BYTES, CatalogError, Codec, Header, ReadCatalog
from pages.catalog.codecs.table import Row, head_cells, known_columns, read_table, unit_cells
from pages.catalog.units import Unit
from pages.languages import Language

DELIMITERS = ",;\t"

# What may stand between the beginning of a cell and its sign: the apostrophe is among it, and
# nothing at which a cell begins. So putting one in makes no other place a beginning or a formula,
# and taking out one at each such place, and no other, gives the text back exactly.
_BETWEEN = (
    r"""[ "'\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*"""
)
_FORMULA = rf"(?={_BETWEEN}[=+\-@＝＋－＠])"
_LINE_END = r"(?='*[\t\r\n])"
_BEGINNING = r"(?:^|(?<=[,;\t\r\n]))"
_UNSAFE = re.compile(rf"{_BEGINNING}{_FORMULA}|^{_LINE_END}")
_NEUTRALISED = re.compile(rf"{_BEGINNING}'{_FORMULA}|^'{_LINE_END}")


def neutralised(text: str) -> str:
    """`text` with an apostrophe wherever a spreadsheet could begin a formula."""
    return _UNSAFE.sub("'", text)


def restored(text: str) -> str:
    """What `neutralised` was given; a text that it never saw stays, but for such apostrophes."""
    return _NEUTRALISED.sub("", text)


# Writing


def write_csv(units: Iterable[Unit], header: Header) -> bytes:
    """`units` as CSV with commas, every cell in quotes."""
    lines = [_line(head_cells(header)), *(_line(unit_cells(unit)) for unit in units)]
    return "".join(lines).encode("utf-8-sig")


def _line(cells: Iterable[str]) -> str:
    quoted = (f'"{neutralised(cell).replace(chr(34), chr(34) * 2)}"' for cell in cells)
    return ",".join(quoted) + "\r\n"


# Reading


def read_csv(data: bytes, language: Language) -> ReadCatalog:
    """The units of a CSV in `language`: commas, semicolons or tabs; UTF-8, or UTF-16 with a mark.

    Raises CatalogError as read_table does, and for a quote that is out of place or not closed.
    """
    text = decoded(data)
    return read_table(_rows(text, delimiter_of(text)), language)


def decoded(data: bytes) -> str:
    """The text of `data`. Raises CatalogError for what is too large or in no such charset."""
    if len(data) > MAX_BYTES:
        raise CatalogError(
            f"Row 1: the file has {len(data):,} bytes. Allowed: at most {MAX_BYTES:,}."
        )
    # What Excel calls "Unicode text".
    utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CatalogError(
            f"Line {line}: not UTF-8. Allowed: UTF-8, or UTF-16 with a byte order mark; in "
            "Excel, save as 'CSV UTF-8'."
        ) from None


def delimiter_of(text: str) -> str:
    """What parts the cells of the first row: that with which it names the most columns."""
    return max(DELIMITERS, key=lambda delimiter: len(known_columns(first_row(text, delimiter))))


def first_row(text: str, delimiter: str) -> list[str]:
    """Its cells; none where it cannot be read."""
    try:
        return next((list(cells) for _, cells in _rows(text, delimiter) if any(cells)), [])
    except CatalogError:
        return []


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """Strictly: the standard library's reader takes a quote inside a bare cell for a letter."""
    cell = re.compile(
        rf'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<bare>[^"{delimiter}\r\n]*))'
        rf"(?P<end>{delimiter}|\r?\n|\Z)"
    )
    number, position, cells = 1, 0, list[str]()
    while position < len(text) or cells:
        found = cell.match(text, position)
        if found is None:
            raise CatalogError(
                f"Row {number}, cell {len(cells) + 1}: a quote or line end is out of place: "
                f"{text[position : position + 40]!r}"
            )
        position = found.end()
        quoted = found["quoted"]
        cells.append(restored(found["bare"] if quoted is None else quoted.replace('""', '"')))
        if found["end"] != delimiter:
            yield number, cells
            number, cells = number + 1, []


CODEC = Codec("csv", "CSV", ".csv", "text/csv; charset=utf-8", write_csv, read_csv)
