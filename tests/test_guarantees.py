"""docs/explanation/guarantees.md names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUARANTEES = ROOT / "docs" / "explanation" / "guarantees.md"
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", GUARANTEES.read_text(encoding="utf-8"))


def test_every_promise_names_what_shows_it():
    rows = [row for row in GUARANTEES.read_text("utf-8").splitlines() if row.startswith("| ")]
    heads = {"| promise | shown by |", "| --- | --- |"}
    rows = [row for row in rows if row not in heads]
    assert len(rows) > 20
    assert all("`tests/" in row for row in rows)


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_what_is_named_is_there(file, name):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert f"def {name}(" in text if name else "def test_" in text or "TestCase" in text
