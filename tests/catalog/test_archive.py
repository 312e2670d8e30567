"""Zips of catalogues: the same bytes out, and nothing from outside believed."""

from __future__ import annotations

import io
import stat
import subprocess
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.catalog import archive
from pages.catalog.archive import open_archive, read_archive, write_archive
from pages.catalog.codecs.codec import CatalogError
from tests.catalog.test_po import tool

MEMBERS = [
    ("fr/LC_MESSAGES/treatments.po", b'msgid ""\n'),
    ("es/LC_MESSAGES/treatments.po", b"\x00\xff" * 3000),
    ("ar/معالجة.po", b""),
]


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as file:
        warnings.simplefilter("ignore", UserWarning)  # of a name that stands twice
        for name, content in members:
            file.writestr(name, content)
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(CatalogError) as error:
        list(read_archive(data))
    return str(error.value)


# What is written


def test_the_same_files_give_the_same_bytes_in_whatever_order_they_come():
    assert write_archive(MEMBERS) == write_archive(reversed(MEMBERS))


def test_files_are_sorted_by_name_and_have_no_date_of_theirs():
    with zipfile.ZipFile(io.BytesIO(write_archive(MEMBERS))) as file:
        assert file.namelist() == sorted(name for name, _ in MEMBERS)
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_is_written_is_read_again():
    assert dict(read_archive(write_archive(MEMBERS))) == dict(MEMBERS)


def test_a_name_that_could_not_be_read_again_is_not_written():
    with pytest.raises(CatalogError, match=r"'\.\./es\.po'"):
        write_archive([("../es.po", b"")])
    with pytest.raises(CatalogError, match="stands twice"):
        write_archive([("es.po", b""), ("es.po", b"1")])


def test_unzip_finds_the_archive_sound_and_unpacks_the_same(tmp_path: Path):
    path = tmp_path / "catalogues.zip"
    path.write_bytes(write_archive(MEMBERS))
    unzip = tool("unzip")
    said = subprocess.run([unzip, "-t", str(path)], check=True, capture_output=True, text=True)
    assert "No errors detected" in said.stdout
    name, content = MEMBERS[1]
    shown = subprocess.run([unzip, "-p", str(path), name], check=True, capture_output=True)
    assert shown.stdout == content


# What is left out


def test_folders_files_of_macs_and_hidden_files_are_left_out():
    data = packed(
        ("es/", b""),
        ("es/b.po", b"b"),
        ("__MACOSX/es/._b.po", b"mac"),
        ("es/.DS_Store", b"mac"),
        (".git/config", b"git"),
        ("es/a.po", b"a"),
    )
    assert list(read_archive(data)) == [("es/b.po", b"b"), ("es/a.po", b"a")]


def test_a_workbook_is_a_file_although_it_is_a_zip():
    workbook = packed(("[Content_Types].xml", b"<Types/>"))
    assert list(read_archive(packed(("es/a.xlsx", workbook)))) == [("es/a.xlsx", workbook)]


# What is refused


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../es.po",
        "es/../../fr.po",
        "es/..",
        "es\\a.po",
        "C:/es.po",
        "c:es.po",
        "./es.po",
        "es//a.po",
        "es/a\n.po",
        "es/a\u202eop.exe",
    ],
)
def test_a_path_that_leads_elsewhere_or_hides_something_is_refused(name):
    assert refusal(packed(("es/b.po", b""), (name, b""))).startswith(f"Member {name!r}: ")


def test_a_name_with_a_nul_is_refused_though_zip_readers_cut_it_there():
    data = packed(("es/a.po?.exe", b"")).replace(b"?", b"\x00")
    assert "control character" in refusal(data)


@pytest.mark.parametrize("twin", ["es/a.po", "ES/A.PO"])
def test_a_name_that_stands_twice_is_refused(twin):
    assert "stands twice" in refusal(packed(("es/a.po", b"1"), (twin, b"2")))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_are_refused(kind):
    info = zipfile.ZipInfo("es/a.po")
    info.external_attr = (kind | 0o777) << 16
    assert refusal(packed((info, b"/etc/passwd"))).startswith("Member es/a.po: a link or device")


def test_a_password_is_refused(tmp_path: Path):
    path, secret = tmp_path / "a.po", tmp_path / "a.zip"
    path.write_bytes(b"msgid")
    command = [tool("zip"), "-q", "-j", "-P", "secret", str(secret), str(path)]
    subprocess.run(command, check=True)
    assert refusal(secret.read_bytes()) == "Member a.po: has a password. Allowed: none."


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_other_than_deflate_is_refused(method):
    assert "Member es.po: packed by method" in refusal(packed(("es.po", b"1"), method=method))


@pytest.mark.parametrize("name", ["inner.zip", "inner.po", "inner"])
def test_an_archive_inside_the_archive_is_refused_whatever_its_name(name):
    inner = packed(("es.po", b""))
    assert refusal(packed((name, inner))).startswith(f"Member {name}: an archive inside")


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    members = [(f"{number}.po", b"") for number in range(3)]
    assert refusal(packed(*members)) == "The archive has more than 2 members. Allowed: at most 2."
    many = packed(*[(f"{number}.po", b"") for number in range(11)])
    assert "more than 10 members" in refusal(many)  # seen before the directory is read


def test_what_unpacks_to_too_much_is_refused_whatever_it_says_of_its_size(monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 5000)
    data = packed(("a.po", bytes(range(250)) * 12), ("b.po", bytes(range(250)) * 12))
    assert refusal(data).startswith("Member b.po: unpacked, the archive has more than 5,000 bytes")


def test_a_member_larger_than_any_catalogue_is_refused(monkeypatch):
    data = packed(("a.po", bytes(range(250)) * 12))
    monkeypatch.setattr(archive, "MAX_BYTES", 2000)
    assert refusal(data) == "Member a.po: has more than 2,000 bytes. Allowed: at most that."


def test_a_member_that_says_it_is_small_is_refused_and_not_cut():
    size = 3 * 1024 * 1024
    content = bytes(range(256)) * (size // 256)
    lie = packed(("a.po", content)).replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert refusal(lie).startswith("Member a.po: ")


def test_a_bomb_is_refused_by_its_ratio():
    assert "unpacks to more than 200 times its size" in refusal(packed(("a.po", bytes(4 << 20))))


def test_broken_archives_are_refused():
    whole = packed(("a.po", b"one two three " * 200))
    assert refusal(whole[:-30]).startswith("The archive cannot be read: ")
    middle = len(whole) // 3
    broken = whole[:middle] + b"\x00\x01\x02" + whole[middle + 3 :]
    assert refusal(broken).startswith("Member a.po: broken: ")
    assert refusal(b"").startswith("The archive cannot be read")


def test_an_archive_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 10)
    assert "Allowed: at most 10" in refusal(packed(("a.po", b"1")))


SOUND = packed(("es/a.po", b"one two three " * 9), ("es/b.po", b"four"))


@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=4), st.booleans())
def test_whatever_the_bytes_are_they_are_read_or_refused(position, patch, cut):
    data = SOUND[:position] + patch + (b"" if cut else SOUND[position + len(patch) :])
    with suppress(CatalogError):
        assert all(isinstance(content, bytes) for _, content in read_archive(data))


def test_members_are_read_one_by_one():
    unpacking = open_archive(SOUND)
    assert list(unpacking.members) == ["es/a.po", "es/b.po"]
    assert unpacking.read("es/b.po") == b"four"
    assert unpacking.unpacked == 4
