"""LibreOffice as the judge: it opens our tables, runs nothing, and saves what comes back equal."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from pages.catalog.codecs.codec import ReadUnit
from pages.catalog.codecs.csv_table import read_csv, write_csv
from pages.catalog.codecs.xlsx import write_xlsx
from pages.catalog.codecs.xlsx_reader import read_xlsx
from tests.catalog.test_po import EVERY_STATE, SPANISH, unit
from tests.catalog.test_tables import FORMULAS, HEADER

UNITS = (
    *EVERY_STATE,
    *(unit(f"f/{number}", text, text) for number, text in enumerate(FORMULAS)),
    *(
        unit(f"v/{number}", f"Value {number}", text)
        for number, text in enumerate(("911", "1/2", "007", "1E5", "#N/A", "TRUE", "15:00", "3 %"))
    ),
    unit("x/1", "  outer spaces  ", "_x0041_ x005F_"),
    unit("x/2", 'A "quote", a comma; a tab\tand\na line', "'s avonds"),
)
WORKBOOK = "xlsx:Calc MS Excel 2007 XML"
COMMA, SEMICOLON = 44, 59


def opened_as(separator: int) -> str:
    """LibreOffice's import of CSV: quotes, UTF-8, US English, formulas evaluated as Excel does."""
    return f"--infilter=CSV:{separator},34,76,1,,1033,false,true,false,false,false,-1,true"


# 44,34,76: separator, quote, UTF-8; every cell in quotes, as it is shown.
TABLE = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false"


@pytest.fixture(scope="module")
def profile(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("libreoffice")


@pytest.fixture
def saved_again(profile: Path, tmp_path: Path):
    """What LibreOffice makes of a file that it opens and saves."""

    def save(name: str, data: bytes, form: str, *options: str) -> bytes:
        program = shutil.which("soffice")
        if program is None:
            pytest.skip("needs LibreOffice: apt install libreoffice-calc-nogui")
        path, out = tmp_path / name, tmp_path / "out"
        path.write_bytes(data)
        home = f"-env:UserInstallation={profile.as_uri()}"
        command = [program, home, "--headless", *options, "--convert-to", form]
        subprocess.run(
            [*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=90
        )
        return (out / name).with_suffix(f".{form.partition(':')[0]}").read_bytes()

    return save


def formulas(workbook: bytes, tmp_path: Path) -> list[str]:
    path = tmp_path / "judged.xlsx"
    path.write_bytes(workbook)
    with zipfile.ZipFile(path) as file:
        return re.findall(r"<f[ >].*?</f>", file.read("xl/worksheets/sheet1.xml").decode())


def said(units: list[ReadUnit]) -> list[tuple[str, str, str, bool, str | None]]:
    return [(u.key, u.source, u.target, u.fuzzy, u.previous_source) for u in units]


def test_a_workbook_that_libreoffice_saves_again_reads_the_same(saved_again):
    ours = write_xlsx(UNITS, HEADER)
    theirs = read_xlsx(saved_again("job.xlsx", ours, WORKBOOK), SPANISH)
    assert said(theirs.units) == said(read_xlsx(ours, SPANISH).units)
    assert theirs.handoff == HEADER.handoff


def test_a_csv_that_libreoffice_saves_again_reads_the_same(saved_again):
    # Without what a spreadsheet changes in CSV, which knows no text: 1/2 is a date.
    units = [each for each in UNITS if not each.key.startswith("v/") and "\r" not in each.source]
    ours = write_csv(units, HEADER)
    theirs = read_csv(saved_again("job.csv", ours, TABLE, opened_as(COMMA)), SPANISH)
    assert said(theirs.units) == said(read_csv(ours, SPANISH).units)


@pytest.mark.parametrize("separator", [COMMA, SEMICOLON])
def test_no_cell_of_a_csv_runs_in_whatever_country_it_is_opened(
    saved_again, separator, tmp_path: Path
):
    ours = write_csv(UNITS, HEADER)
    workbook = saved_again("job.csv", ours, WORKBOOK, opened_as(separator))
    assert formulas(workbook, tmp_path) == []


@pytest.mark.parametrize("separator", [COMMA, SEMICOLON])
def test_the_same_cells_would_run_without_our_apostrophes(saved_again, separator, tmp_path: Path):
    path = tmp_path / "plain.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows(["f", text] for text in ("=1+1", '";=1+1'))
    workbook = saved_again("job.csv", path.read_bytes(), WORKBOOK, opened_as(separator))
    assert formulas(workbook, tmp_path) != []


def test_no_cell_of_a_workbook_runs(saved_again, tmp_path: Path):
    workbook = saved_again("job.xlsx", write_xlsx(UNITS, HEADER), WORKBOOK)
    assert formulas(workbook, tmp_path) == []
