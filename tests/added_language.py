"""`python -m tests.added_language`: the leaflet in every language of the site that it has, in the
project that this is run in. tests/test_add_language.py runs it in a copy with languages added.

Prints JSON by language: status and document of the API, what checks held back, and what the import
counted.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import django
from django.test.utils import setup_test_environment

django.setup()
setup_test_environment()

from tests.catalog import agency, leaflet_story  # noqa: E402  they need the languages
from tests.catalog.leaflet import FILES, agency_pairs, leaflet_page  # noqa: E402

FORMATS = {**leaflet_story.FORMATS, "zh-hant": "xliff-2.0", "yi": "xlsx"}
NAME = "In Traditional Chinese the illness is named by the whole year, 2019."
WAIVED = {
    **leaflet_story.WAIVED,
    "zh-hant": {"Coronavirus (Covid19)": NAME, "COVID-19 is a new illness": NAME},
    "yi": {"Version": "The version stands there in both languages."},
}


def walked(folder: Path) -> dict[str, object]:
    leaflet_story.FORMATS.update(FORMATS)
    leaflet_story.WAIVED = WAIVED
    story = leaflet_story.Story(folder, leaflet_page())
    seen: dict[str, object] = {}
    for code in FILES:
        path = story.hand_out(code)
        agency.fill(path, lambda job, code=code: agency_pairs(code).get(job.source))
        filled = sum(bool(job.target) for job in agency.jobs(path))
        returned = story.take_back(code, path)
        held = sorted(
            source[:40]
            for source in story.waiting(code)
            .exclude(failed_checks=[])
            .values_list("source", flat=True)
        )
        story.review(code)
        address = f"/api/v1/{code}/treatments/{story.page.slug}/"
        status, document = leaflet_story.got(address)
        seen[code] = {
            "filled": filled,
            "returned": returned.err,
            "counts": story.reports[code][0]["counts"],
            "held": held,
            "waiting": story.waiting(code).count(),
            "address": address,
            "status": status,
            "document": document,
        }
    for command in ("verify_translations", "verify_editions"):
        seen[command] = leaflet_story.run(command).status
    return seen


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        json.dump(walked(Path(folder)), sys.stdout)
