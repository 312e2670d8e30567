"""Texts and the blocks they become: golden/<file>.json holds every block of each example.

UPDATE_GOLDEN=1 pytest tests/importing/test_golden.py writes them again; read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from pages.importing.treatment_import import read_draft
from tests.importing import clinic_page

GOLDEN = Path(__file__).parent / "golden"
LEAFLET = settings.BASE_DIR.parent / "shared" / "content" / "dotw" / "eng.xml"
EXAMPLES = sorted(clinic_page.EXAMPLES.iterdir())


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: without_ids(inner)
            for name, inner in value.items()
            if not (name == "id" and value.get("type") == "item")
        }
    return [without_ids(inner) for inner in value] if isinstance(value, list) else value


def as_golden(data: bytes, name: str) -> dict[str, Any]:
    draft, report = read_draft(data, name)
    return {
        "title": draft.title,
        "heading": draft.heading,
        "seo_title": draft.seo_title,
        "summary": draft.summary,
        "words": report.coverage.wanted,
        "notes": list(report.notes),
        "blocks": [
            {
                "type": block.type,
                "why": block.why,
                "check": list(block.check),
                "value": without_ids(block.value),
            }
            for block in draft.blocks
        ],
    }


def assert_golden(name: str, found: dict[str, Any]) -> None:
    path = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    assert found == json.loads(path.read_text())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_becomes_these_blocks(path: Path):
    assert_golden(path.name, as_golden(path.read_bytes(), path.name))


@pytest.mark.skipif(not LEAFLET.exists(), reason="../shared is not there")
def test_the_public_leaflet_becomes_these_blocks():
    assert_golden("dotw-eng.xml", as_golden(LEAFLET.read_bytes(), LEAFLET.name))


@pytest.mark.parametrize(
    ("ending", "write"),
    [
        ("md", clinic_page.as_markdown),
        ("html", clinic_page.as_html),
        ("docx", clinic_page.as_word),
    ],
)
def test_a_page_becomes_the_same_blocks_in_every_format(ending, write):
    text = as_golden(clinic_page.TEXT.read_bytes(), clinic_page.TEXT.name)
    other = as_golden(write(), f"page.{ending}")
    assert other["blocks"] == text["blocks"]
    assert other["words"] == text["words"]
