"""The bench: its content is what it says, and the same in every run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from bench.content import draft, translated_into_all
from bench.load import Series
from bench.plan import TICO_19
from bench.report import goals
from pages.catalog.segments import page_segments
from pages.languages import all_languages, get_language, source_language
from pages.models import CurrentEdition, TreatmentPage
from tests import factory

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.django_db  # a new page asks for its content type, once a process
def test_a_page_is_the_same_in_every_run_and_different_from_the_next():
    first, again, other = (draft(name, 20, source_language()) for name in ("one", "one", "two"))
    assert list(page_segments(first)) == list(page_segments(again))
    assert {segment.key for segment in page_segments(first)}.isdisjoint(
        segment.key for segment in page_segments(other) if segment.key.startswith("body")
    )


@pytest.mark.django_db  # a new page asks for its content type, once a process
def test_a_page_in_another_language_has_the_same_segments_in_other_words():
    english, arabic = (draft("one", 20, get_language(code)) for code in ("en", "ar"))
    pairs = list(zip(page_segments(english), page_segments(arabic), strict=True))
    assert all(ours.key == theirs.key for ours, theirs in pairs)
    assert not any(ours.text == theirs.text for ours, theirs in pairs)


@pytest.mark.django_db
def test_its_pages_are_served_in_every_language_without_a_block_that_fell_back():
    page = draft("one", 20, source_language())
    factory.index_page().add_child(instance=page)
    translated_into_all(page, 20)
    TreatmentPage._meta.get_field("body").stream_block.clean(page.body)
    page.save_revision().publish()
    rows = CurrentEdition.objects.values_list("language", "blocks", "blocks_in_language")
    assert sorted(rows) == sorted((language.code, 20, 20) for language in all_languages())


def test_a_goal_compares_the_medians_of_rounds_and_shows_the_worst():
    def series(*rates: float) -> Series:
        return Series(answer_bytes=1, rates=rates, p50=rates, p99=rates)

    slow, fast = series(10, 10, 10), series(260, 200, 270)
    comparison = {
        **dict.fromkeys(("detail", "304", "list"), fast),
        **dict.fromkeys(("v2 detail", "v3 detail", "v2 list"), slow),
        "empty Django view": series(400, 400, 400),
    }
    growth = {
        f"{kind}, {word} pages": series(1, 1, 1)
        for kind in ("detail", "list")
        for word in ("few", "many")
    }
    publishing = {"PostgreSQL": {"publish_extra": 151, "extract_and_compile_per_language": 1}}
    found = {goal.name: goal for goal in goals(comparison, growth, publishing)}
    detail = found["Detail, times Wagtail's better API"]
    assert (detail.measured, detail.worst, detail.best, detail.holds) == (26, 20, 27, True)
    assert found["304, times Wagtail's 200"].holds
    part = found["Detail, parts of an empty Django view"]
    assert (part.measured, part.worst, part.holds) == (0.65, 0.5, True)
    assert not found["304, parts of an empty Django view"].holds
    assert not found["Publishing, ms more than Wagtail's (PostgreSQL)"].holds


@pytest.mark.skipif(
    os.environ.get("BENCH") != "1" or not shutil.which("wrk"),
    reason="takes minutes: BENCH=1, with wrk and PostgreSQL",
)
def test_a_quick_run_measures_everything(tmp_path):
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "bench", "--quick", "--results", str(results)]
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    found = orjson.loads(results.read_bytes())
    assert all(series["rates"][0] > 0 for series in found["comparison"].values())
    for database in ("PostgreSQL", "SQLite"):
        assert found["publishing"][database]["rows_appended"] == [11]
        assert found["publishing"][database]["rows_appended_without_change"] == [0]
    assert found["syncing"]["changes"] == 1000
    made, kept = found["bundles"]["cold"], found["bundles"]["unchanged"]
    assert (made["made"], kept["made"], made["bundles"]) == (22, 0, 22)
    assert made["images"] > 0
    assert found["searching"]["questions"] > 50
    assert found["searching"]["pages"] == 30
    if TICO_19.exists():
        assert found["hand_offs"]["import"]["targets"] > 4000
        # Some pages are not released: a check keeps back one of their critical blocks.
        assert 0 < found["hand_offs"]["import"]["editions"] <= 12 * 10
