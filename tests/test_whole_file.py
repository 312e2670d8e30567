"""A file is there whole, or as it was before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pages.whole_file import whole_file


def test_the_file_takes_the_name_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with whole_file(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["file"]


def test_what_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail() -> None:
        with whole_file(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_two_writers_at_once_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with whole_file(path) as one, whole_file(path) as two:
        one.write(b"one")
        two.write(b"two")
    assert path.read_bytes() == b"one"  # the last to be whole
    assert os.listdir(tmp_path) == ["file"]


def test_a_reader_goes_on_with_what_it_opened(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old bytes")
    with path.open("rb") as reader:
        assert reader.read(3) == b"old"
        with whole_file(path) as file:
            file.write(b"new bytes")
        assert reader.read() == b" bytes"
