"""Catalogues in git: branches of translators are merged by git itself, and by the merge driver."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import polib
import pytest
from django.conf import settings

from pages.catalog.codecs.codec import CatalogError
from pages.catalog.codecs.po import read_po
from pages.catalog.codecs.po_merge import merge_po
from pages.catalog.export import Catalog, export_catalog
from pages.catalog.verdicts import Verdict
from tests import factory
from tests.catalog.conftest import SPANISH, exported, filled, stored, take

pytestmark = pytest.mark.django_db
NAME = "treatments.po"


@pytest.fixture
def page():
    page = factory.treatment()
    take(filled(exported(page)))
    return page


class Repository:
    """A clone of the translators' repository."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / NAME
        self.git("init", "--initial-branch=main", "--quiet")
        self.git("config", "user.email", "t@example.org")
        self.git("config", "user.name", "T")

    def git(self, *arguments: str, fails: bool = False) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self, branch: str, *edits: tuple[str, str], dates: str = "") -> None:
        """edits: (old, new) text of the file, by hand or by a tool that writes dates."""
        self.git("checkout", "--quiet", "-B", branch, "main")
        text = self.file.read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        if dates:
            lines = text.splitlines(keepends=True)
            text = "".join(
                f'"{line[1:].partition(":")[0]}: {dates}\\n"\n' if "Date: " in line else line
                for line in lines
            )
        self.file.write_text(text, encoding="utf-8")
        self.git("commit", "--quiet", "--all", "--message", branch)

    def use_driver(self) -> None:
        """As the docs say it."""
        command = f"{sys.executable} {settings.BASE_DIR / 'manage.py'} merge_catalogs %O %A %B %P"
        self.git("config", "merge.polyclinic.driver", command)
        (self.folder / ".gitattributes").write_text("*.po merge=polyclinic\n", encoding="utf-8")


@pytest.fixture
def repository(page, tmp_path) -> Repository:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    repository = Repository(tmp_path)
    data, _ = export_catalog(Catalog.TREATMENTS, SPANISH, [page])
    repository.file.write_bytes(data)
    repository.git("add", ".")
    repository.git("commit", "--quiet", "--message", "Export")
    return repository


HEADING = ('msgstr "Back care (es)"', 'msgstr "Cuidado de la espalda"')
SUMMARY = ('msgstr "Hands-on care for your back. (es)"', 'msgstr "Terapia manual."')


def test_two_translators_who_touched_different_units_merge_with_plain_git(repository, page):
    repository.commit("ana", HEADING)
    repository.commit("ben", SUMMARY)
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-edit", "ana")
    repository.git("merge", "--quiet", "--no-edit", "ben")
    units = read_po(repository.file.read_bytes(), SPANISH).units
    assert take(units).counts() == {Verdict.APPLIED: 2, Verdict.UNCHANGED: 5}
    assert stored("heading").text == "Cuidado de la espalda"
    assert stored("summary").text == "Terapia manual."


def test_the_dates_that_tools_write_are_a_conflict_for_git_and_none_for_the_driver(repository):
    repository.commit("ana", HEADING, dates="2026-11-24 09:00+0000")
    repository.commit("ben", SUMMARY, dates="2026-11-24 10:30+0100")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-edit", "ana")
    repository.git("merge", "--quiet", "--no-edit", "ben", fails=True)
    repository.git("merge", "--abort")
    repository.use_driver()
    repository.git("merge", "--quiet", "--no-edit", "ben")
    merged = polib.pofile(str(repository.file), encoding="utf-8")
    assert merged.metadata["PO-Revision-Date"] == "2026-11-24 10:30+0100"
    assert {"Cuidado de la espalda", "Terapia manual."} <= {entry.msgstr for entry in merged}
    assert len(merged) == 7


def test_a_unit_that_both_changed_is_a_conflict_with_both_sides_in_the_file(repository):
    repository.commit("ana", HEADING)
    repository.commit("ben", (HEADING[0], 'msgstr "Cuidar la espalda"'), SUMMARY)
    repository.git("checkout", "--quiet", "main")
    repository.use_driver()
    repository.git("merge", "--quiet", "--no-edit", "ana")
    said = repository.git("merge", "--no-edit", "ben", fails=True)
    assert "/heading." in said
    assert "CONFLICT" in said
    text = repository.file.read_text(encoding="utf-8")
    assert text.count("<<<<<<< ours") == text.count(">>>>>>> theirs") == 1
    assert 'msgstr "Cuidado de la espalda"' in text
    assert 'msgstr "Cuidar la espalda"' in text
    assert 'msgstr "Terapia manual."' in text  # the rest is merged
    with pytest.raises(CatalogError, match="Line"):
        read_po(text.encode(), SPANISH)  # nobody imports it so


def test_what_is_no_sound_po_is_refused_and_stays_as_it_was(repository):
    repository.commit("ana", HEADING, (SUMMARY[0], SUMMARY[0][:-1]))
    repository.commit("ben", SUMMARY)
    repository.git("checkout", "--quiet", "ben")
    before = repository.file.read_bytes()
    repository.use_driver()
    said = repository.git("merge", "--no-edit", "ana", fails=True)
    assert "not merged: theirs: Line" in said
    assert repository.file.read_bytes() == before


# The merge itself

HEAD = 'msgid ""\nmsgstr "Language: es\\n"\n'


def po(*units: tuple[str, str] | str, head: str = HEAD) -> bytes:
    entries = [
        unit if isinstance(unit, str) else f'msgctxt "{unit[0]}"\nmsgid "s"\nmsgstr "{unit[1]}"\n'
        for unit in units
    ]
    return "\n".join((head, *entries)).encode()


def said(data: bytes) -> Sequence[tuple[str, str]]:
    return [(unit.key, unit.target) for unit in read_po(data, SPANISH).units]


def test_a_new_unit_stands_where_it_stood_and_a_moved_one_where_ours_has_it():
    base = po(("a", "1"), ("b", "2"), ("c", "3"))
    ours = po(("c", "3"), ("a", "1"), ("b", "2"))
    theirs = po(("n", "0"), ("a", "1"), ("m", "9"), ("b", "2"), ("c", "4"))
    merged = merge_po(base, ours, theirs)
    assert said(merged.data) == [("n", "0"), ("c", "4"), ("a", "1"), ("m", "9"), ("b", "2")]
    assert merged.conflicts == ()


def test_a_dropped_unit_goes_only_if_nobody_wrote_in_it():
    base = po(("a", "1"), ("b", "2"))
    assert said(merge_po(base, po(("a", "1")), base).data) == [("a", "1")]
    assert said(merge_po(base, po(("a", "1")), po(("a", "1"), ("b", "3"))).data)[1] == ("b", "3")


def test_how_a_tool_wraps_or_comments_is_no_change():
    base = po(("a", "Uno dos tres"))
    wrapped = po('#. New breadcrumb\nmsgctxt "a"\nmsgid ""\n"s"\nmsgstr ""\n"Uno dos "\n"tres"\n')
    theirs = po(("a", "Otro"))
    assert said(merge_po(base, wrapped, theirs).data) == [("a", "Otro")]
    assert merge_po(base, wrapped, base).data == wrapped


def test_the_same_file_three_times_is_itself_and_both_sides_may_have_added_it(page):
    data, _ = export_catalog(Catalog.TREATMENTS, SPANISH, [page])
    assert merge_po(data, data, data).data == data
    assert merge_po(b"", data, data).data == data


def test_a_header_field_that_must_agree_is_a_conflict():
    other = HEAD.replace("es", "es_MX")
    merged = merge_po(po(head=HEAD), po(head=other), po(head=HEAD.replace("es", "es_AR")))
    assert merged.conflicts == ("the header",)
    assert merge_po(po(head=HEAD), po(head=other), po(head=HEAD)).data == po(head=other)


def test_a_large_file_is_merged_in_a_moment():
    units = [(f"k{number}", f"t{number}") for number in range(10_000)]
    base = po(*units)
    ours, theirs = po(*units[:-1], ("k9999", "x")), po(("k0", "y"), *units[1:])
    merged = dict(said(merge_po(base, ours, theirs).data))
    assert (merged["k0"], merged["k9999"], len(merged)) == ("y", "x", 10_000)
