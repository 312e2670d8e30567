"""PO files that other people's tools have rewritten say the same as before."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polib
import pytest
from babel.messages import pofile as babel_po
from translate.storage import po as toolkit_po

from pages.catalog.codecs.codec import Header
from pages.catalog.codecs.po import read_po, write_po
from pages.catalog.units import UnitState
from pages.languages import get_language
from tests.catalog.test_po import EVERY_STATE, LONG, REVISED, SPANISH, tool, unit
from tests.catalog.xliff.tools import by_npm

UNITS = (
    *EVERY_STATE,
    LONG,
    unit("p/9", "=1+1", "'=1+1"),
    unit("p/10", "A <b1>b</b1> &amp; c — “d” \u00a0e\u00adf", "Á <b1>b</b1> &amp; c «d»"),
    unit("p/11", "Wrapped " + "verylongwordwithoutanybreak" * 9, "中文" * 90 + "。"),
    # The same words at another place are another unit.
    unit("p2/1"),
)
OURS = write_po(UNITS, Header(SPANISH, REVISED, "0b0e2f6c-6c1f-4a51-9b55-d1d9a4a4a001"))

Rewrite = Callable[[bytes, Path], bytes]


def run(*command: str, data: bytes) -> bytes:
    return subprocess.run(
        [tool(command[0]), *command[1:]], input=data, check=True, capture_output=True
    ).stdout


def by_msgcat(data: bytes, folder: Path) -> bytes:
    return run("msgcat", "--width=60", "--sort-output", "-", data=data)


def by_msgcat_escaping(data: bytes, folder: Path) -> bytes:
    return run("msgcat", "--no-location", "--strict", "--indent", "-", data=data)


def by_msgattrib(data: bytes, folder: Path) -> bytes:
    return run("msgattrib", "--no-obsolete", "--width=79", "-", data=data)


def by_polib(data: bytes, folder: Path) -> bytes:
    file = polib.pofile(data.decode(), wrapwidth=50)
    file.metadata = {"X-Generator": "Poedit 3.2", "Language": "es_MX"}
    return str(file).encode()


def by_babel(data: bytes, folder: Path) -> bytes:
    source, out = folder / "in.po", folder / "out.po"
    source.write_bytes(data)
    with source.open("rb") as file:
        catalog = babel_po.read_po(file, locale="es")
    with out.open("wb") as file:
        babel_po.write_po(file, catalog, width=60, sort_output=True, include_previous=True)
    return out.read_bytes()


def by_translate_toolkit(data: bytes, folder: Path) -> bytes:
    """As Weblate and Virtaal do: parsed, a unit touched, header updated, written."""
    store = toolkit_po.pofile.parsestring(data)
    store.updateheader(add=True, X_Generator="Weblate 5.8", Language_Team="Español")
    for found in store.units:
        if not found.isheader():
            found.target = str(found.target)
    return bytes(store)


def by_gettext_parser(data: bytes, folder: Path) -> bytes:
    return by_npm(data, "po")


REWRITES: list[Rewrite] = [
    by_msgcat,
    by_msgcat_escaping,
    by_msgattrib,
    by_polib,
    by_babel,
    by_translate_toolkit,
    by_gettext_parser,
]
every_tool = pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.__name__)


def said(data: bytes) -> dict[str, tuple[str, str, bool]]:
    units = read_po(data, SPANISH).units
    found = {each.key: (each.source, each.target, each.fuzzy) for each in units}
    assert len(found) == len(units)
    return found


# Every tool


@every_tool
def test_a_rewritten_file_says_the_same(rewrite: Rewrite, tmp_path: Path):
    assert said(rewrite(OURS, tmp_path)) == said(OURS)


@every_tool
def test_and_with_the_mark_and_line_ends_of_windows(rewrite: Rewrite, tmp_path: Path):
    data = rewrite(OURS, tmp_path)
    assert said(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")) == said(OURS)


@every_tool
def test_what_the_translator_remarked_comes_back(rewrite: Rewrite, tmp_path: Path):
    remark = b"# Which rest?\n# Ana\n"
    at = OURS.index(b"#. Back care")
    data = rewrite(OURS[:at] + remark + OURS[at:], tmp_path)
    comments = {each.key: each.comment for each in read_po(data, SPANISH).units}
    assert comments.pop("p/1").split() == ["Which", "rest?", "Ana"]
    assert not any(comments.values())


# What tools lose


def test_a_lost_header_costs_no_unit():
    body = OURS[OURS.index(b"#. Back care") :]
    assert said(body) == said(OURS)
    assert read_po(body, SPANISH).handoff == ""


def test_lost_comments_cost_the_flags_and_the_previous_source_and_no_word():
    """As OmegaT returns a file."""
    bare = re.sub(rb"(?m)^#.*\n", b"", OURS)
    found, ours = said(bare), said(OURS)
    assert {key: unit[:2] for key, unit in found.items()} == {
        key: unit[:2] for key, unit in ours.items()
    }
    assert not any(fuzzy for _, _, fuzzy in found.values())


def test_msgattrib_can_drop_all_flags_and_no_word():
    data = run("msgattrib", "--clear-fuzzy", "--no-wrap", "-", data=OURS)
    assert {key: each[:2] for key, each in said(data).items()} == {
        key: each[:2] for key, each in said(OURS).items()
    }


def test_units_that_a_tool_drops_as_untranslated_are_only_fewer():
    data = run("msgattrib", "--translated", "--no-fuzzy", "-", data=OURS)
    assert said(data).items() <= said(OURS).items()
    assert "p/2" not in said(data)


def test_a_unit_that_a_tool_moved_to_the_obsolete_ones_is_not_read():
    data = run("msgattrib", "--set-obsolete", "-", data=OURS)
    assert read_po(data, SPANISH).units == []


def test_a_file_in_another_charset_is_refused_and_one_put_back_into_utf_8_is_read():
    words = write_po([unit(target="Día.", crumbs=("Back care",))], Header(SPANISH, REVISED))
    latin = run("msgconv", "--to-code=ISO-8859-1", "-", data=words)
    with pytest.raises(ValueError, match=r"not UTF-8"):
        read_po(latin, SPANISH)
    back = run("msgconv", "--to-code=UTF-8", "-", data=latin)
    assert said(back) == said(words)


def test_merging_with_a_newer_export_keeps_what_was_translated(tmp_path: Path):
    """msgmerge without its guesses: the units of the export, the words of the returned file."""
    added = unit("p/0", "New.", "", UnitState.MISSING)
    blank = [replace(each, target="", state=UnitState.MISSING) for each in UNITS]
    newer, returned = tmp_path / "newer.po", tmp_path / "returned.po"
    newer.write_bytes(write_po([added, *blank], Header(SPANISH, REVISED)))
    returned.write_bytes(OURS)
    data = run("msgmerge", "-q", "--no-fuzzy-matching", str(returned), str(newer), data=b"")
    assert said(data) == {"p/0": ("New.", "", False), **said(OURS)}


# Judges


@pytest.mark.django_db
def test_i18nspector_and_msgfmt_have_nothing_to_say_of_the_demo(demo_units, tmp_path: Path):
    for code, units in demo_units.items():
        language = get_language(code)
        path = tmp_path / f"{language.locale}.po"
        path.write_bytes(write_po(units, Header(language, REVISED)))
        run("msgfmt", "-c", "-v", "-o", "/dev/null", str(path), data=b"")
        command = [tool("i18nspector"), "-l", language.locale.partition("_")[0], str(path)]
        said = subprocess.run(command, check=False, capture_output=True, text=True).stdout
        faults = [line for line in said.splitlines() if line.startswith(("E:", "W:"))]
        # Who translates has no address that the site knows; zh_Hans is Django's and Weblate's
        # name of the folder, which i18nspector does not know.
        known = ("invalid-last-translator", "invalid-language zh_Hans", "no-report-msgid-bugs-to")
        assert [line for line in faults if not any(tag in line for tag in known)] == []
