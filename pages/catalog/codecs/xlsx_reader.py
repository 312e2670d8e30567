"""The text of a workbook's cells, strictly: no cell is guessed at.

Our own reader, because openpyxl's changes a text that holds `x005F_`, believes the number of
rows that the file claims, and takes a formula or a date for a value. Format: ECMA-376, part 1;
its strict and its transitional form differ in names of namespaces, which are not looked at.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from pages.catalog.archive import Unpacking, open_archive
from pages.catalog.codecs.codec import CatalogError, ReadCatalog
from pages.catalog.codecs.table import COLUMNS, REQUIRED, Row, is_head, read_table
from pages.catalog.codecs.xml_reading import forget
from pages.languages import Language

MAX_COLUMNS = 256

# What runs or fetches something.
_ACTIVE = re.compile(
    r"(^|/)(vbaProject\.bin|externalLinks/|macrosheets/|activeX/|embeddings/|ctrlProps/|customUI/)",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,15}")
# General, 0 and text: as what is stored is shown. ECMA-376, part 1, 18.8.30.
_PLAIN_FORMATS = frozenset({0, 1, 49})


def read_xlsx(data: bytes, language: Language) -> ReadCatalog:
    """The units of a workbook in `language`: those of its one sheet that names the columns.

    Raises CatalogError as read_table and open_archive do; and for macros, links to other files,
    a DTD, no such sheet or two of them, or a cell that holds a formula, a date, a fraction, an
    error or a truth value.
    """
    book = open_workbook(data)
    return read_table(book.rows(book.units_sheet()), language)


@dataclass(frozen=True, slots=True)
class Workbook:
    """sheets: the path of each worksheet's part, by its name; strings: the shared ones;
    formats: the number format of each cell style."""

    unpacking: Unpacking
    sheets: dict[str, str]
    strings: Sequence[str]
    formats: Sequence[int]

    def units_sheet(self) -> str:
        """Its name. Raises CatalogError where it cannot be told."""
        found = [name for name in self.sheets if is_head(self.head(name))]
        if len(found) == 1:
            return found[0]
        which = f"sheets {', '.join(found)} all have" if found else "no sheet has"
        raise CatalogError(
            f"The workbook: {which} the columns {', '.join(REQUIRED)} in the first row. Needed: "
            f"one sheet of {', '.join(self.sheets) or 'none'}. Allowed: {', '.join(COLUMNS)}."
        )

    def head(self, sheet: str) -> list[str]:
        """The texts of its first row that has any; what is not text is empty."""
        for row in _elements(self.unpacking, self.sheets[sheet], "row"):
            cells: list[str] = []
            for cell in row.iterfind("{*}c"):
                try:
                    cells.append(self._text(cell, ""))
                except CatalogError:
                    cells.append("")
            if any(text.strip() for text in cells):
                return cells
        return []

    def rows(self, sheet: str) -> Iterator[Row]:
        """Each row that the file has; numbers as they are shown."""
        number = 0
        for row in _elements(self.unpacking, self.sheets[sheet], "row"):
            given = row.get("r", "")
            number = int(given) if re.fullmatch(r"[0-9]{1,7}", given) else number + 1
            yield number, self._cells(row, number)

    def _cells(self, row: etree._Element, number: int) -> list[str]:
        cells: list[str] = []
        position = -1
        for cell in row.iterfind("{*}c"):
            reference = cell.get("r", "")
            position = _column(reference) if reference else position + 1
            if position >= MAX_COLUMNS:
                raise CatalogError(
                    f"Cell {reference}: too far right. Allowed: {', '.join(COLUMNS)}."
                )
            cells += [""] * (position + 1 - len(cells))
            cells[position] = self._text(cell, reference or f"{position + 1} of row {number}")
        return cells

    def _text(self, cell: etree._Element, reference: str) -> str:
        if cell.find("{*}f") is not None:
            raise _refused(reference, "a formula")
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return "" if inline is None else _string(inline)
        value = cell.findtext("{*}v") or ""
        match kind:
            case "s" if value:
                return self._shared(value, reference)
            case "str":
                return _unescaped(value)
            case "n" if _WHOLE_NUMBER.fullmatch(value) and self._is_plain(cell):
                return value
        if value:
            raise _refused(reference, _KINDS.get(kind, f"a value of type {kind!r}"))
        return ""

    def _shared(self, value: str, reference: str) -> str:
        try:
            return self.strings[int(value)] if int(value) >= 0 else self.strings[len(self.strings)]
        except (ValueError, IndexError):
            raise CatalogError(
                f"Cell {reference}: no shared string {value[:20]!r}. Allowed: 0 to "
                f"{len(self.strings) - 1}."
            ) from None

    def _is_plain(self, cell: etree._Element) -> bool:
        style = cell.get("s", "0")
        known = style.isdecimal() and len(style) < 6 and int(style) < len(self.formats)
        return known and self.formats[int(style)] in _PLAIN_FORMATS


_KINDS = {
    "n": "a number with a fraction or a format, or a date",
    "d": "a date",
    "b": "a truth value",
    "e": "an error",
}


def _refused(reference: str, what: str) -> CatalogError:
    return CatalogError(
        f"Cell {reference}: holds {what}. Allowed: text; format the column as text."
    )


def _column(reference: str) -> int:
    """The position, from 0."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise CatalogError(f"Cell {reference[:20]!r}: no such place. Allowed: as in A1.")
    position = 0
    for letter in match[1]:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1


# Parts of the package


def open_workbook(data: bytes) -> Workbook:
    """Raises CatalogError, as read_xlsx does, for what is wrong with the file as a whole."""
    unpacking = open_archive(data)
    for name in unpacking.members:
        if _ACTIVE.search(name):
            raise CatalogError(
                f"The workbook: has {name}. Allowed: no macros, no embedded files and no links "
                "to other files; save as .xlsx, and break its links."
            )
    book = _related(unpacking, "", "officeDocument")
    if book is None:
        raise CatalogError("The workbook: no workbook part. Allowed: an .xlsx file.")
    targets = _relations(unpacking, book)
    sheets = {}
    for sheet in _elements(unpacking, book, "sheet"):
        relation = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        kind, target = targets.get(relation, ("", ""))
        if kind == "worksheet":
            sheets[sheet.get("name", "")] = target
    strings, styles = (_related(unpacking, book, kind) for kind in ("sharedStrings", "styles"))
    return Workbook(
        unpacking,
        sheets,
        [_string(item) for item in _elements(unpacking, strings, "si")] if strings else [],
        list(_formats(unpacking, styles)) if styles else [0],
    )


def _related(unpacking: Unpacking, part: str, kind: str) -> str | None:
    """The path of the first part to which `part` has a relation of this kind."""
    found = _relations(unpacking, part).values()
    return next((target for its_kind, target in found if its_kind == kind), None)


def _relations(unpacking: Unpacking, part: str) -> dict[str, tuple[str, str]]:
    """Of `part`, by id: (the last word of the type, the path). ECMA-376, part 2, 9.3."""
    folder, name = posixpath.split(part)
    relations = {}
    for relation in _elements(
        unpacking, posixpath.join(folder, "_rels", f"{name}.rels"), "Relationship"
    ):
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(
                posixpath.join("/", folder, relation.get("Target", ""))
            ).lstrip("/")
            kind = relation.get("Type", "").rpartition("/")[2]
            relations[relation.get("Id", "")] = (kind, target)
    return relations


def _formats(unpacking: Unpacking, styles: str) -> Iterator[int]:
    for styles_of_cells in _elements(unpacking, styles, "cellXfs"):
        for style in styles_of_cells.iterfind("{*}xf"):
            number = style.get("numFmtId", "0")
            yield int(number) if number.isdecimal() and len(number) < 6 else -1


def _elements(unpacking: Unpacking, part: str, tag: str) -> Iterator[etree._Element]:
    """Each element of this name, one after the other, in the order of the part."""
    if part not in unpacking.members:
        raise CatalogError(f"The workbook: part {part or 'of the package'} is missing.")
    events = etree.iterparse(
        io.BytesIO(unpacking.read(part)),
        tag=f"{{*}}{tag}",
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
    )
    try:
        for _, element in events:
            if element.getroottree().docinfo.doctype:
                raise CatalogError(f"Part {part}: has a document type. Allowed: plain XML.")
            yield element
            forget(element)
    except etree.XMLSyntaxError as error:
        raise CatalogError(f"Part {part}: not well-formed XML: {error}") from None


def _string(item: etree._Element) -> str:
    """Of plain or formatted text; how Japanese is pronounced (rPh) is left out."""
    texts = (*item.iterfind("{*}t"), *item.iterfind("{*}r/{*}t"))
    return _unescaped("".join(text.text or "" for text in texts))


def _unescaped(text: str) -> str:
    found = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if any("\ud800" <= character <= "\udfff" for character in found):
        try:
            return found.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            raise CatalogError(f"The workbook: half a character in {text[:40]!r}.") from None
    return found
