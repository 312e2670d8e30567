"""The leaflet's way by command line: eight agencies, two reviews, ten changed sentences."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management import CommandError, call_command
from django.test import Client

from pages.catalog.segments import page_segments
from pages.models import CatalogImport, Target, TreatmentPage
from pages.models.target import TargetQuerySet, TargetState
from tests.catalog import agency
from tests.catalog.leaflet import (
    DOSE,
    agency_pairs,
    changed,
    changed_sources,
    edit_ten_sentences,
)
from tests.catalog.xliff.test_tools import with_sources_copied
from tests.catalog.xliff.tools import OMEGAT, by_omegat

FORMATS = {
    "es": "po",
    "fr": "xliff-1.2",
    "pl": "xliff-2.0",
    "ru": "csv",
    "zh-hans": "xlsx",
    "ar": "po",  # in a zip
    "bn": "xliff-1.2",  # through OmegaT, where it is installed
    "ur": "xlsx",  # at first a memory, TMX
}
CODES = tuple(FORMATS)
REVIEWER = ("--reviewer", "Dr. Luz", "--qualification", "MD")
# What checks hold back and a reviewer who reads it lets pass, by how the source begins.
AS_WORDS = "The number stands there as a word, and is the same."
WAIVED: Mapping[str, Mapping[str, str]] = {
    "es": {"WHO guidance": "The same page of the WHO in Spanish."},
    "fr": {"All NHS services": "It names the illness, COVID-19, for the virus."},
    "pl": {
        "Version": "The version stands there in both languages.",
        "Read the full advice": "It gives the address of what GOV.UK says.",
        "If you need help getting": "It gives the address where one registers.",
        "If you live with other people": "It says the same days twice.",
        "You can use the NHS 111 online": "It gives the address of the service.",
    },
    "ar": {
        "your symptoms do not get better": AS_WORDS,
        "Anyone with symptoms": AS_WORDS,
        "If you think you fall into": "The telephone number is written without spaces.",
    },
}
# What stays held back, rightly: a broken address, a mistyped one, a line left in English.
HELD: Mapping[str, tuple[str, ...]] = {
    "es": ("Due to the coronavirus",),
    "ur": ("Due to the coronavirus", "WHO guidance"),
}
WRONG_DOSE = "Tome 50 mg de paracetamol, no más de 3 veces en 24 horas."
ECHO = "Make sure you wash your hands"


@dataclass(frozen=True, slots=True)
class Ran:
    status: int
    out: str
    err: str


def run(*arguments: str) -> Ran:
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
        status = error.returncode
    return Ran(status, out.getvalue(), err.getvalue())


def got(address: str) -> tuple[int, Any]:
    answer = Client().get(address)
    return answer.status_code, answer.json()


@dataclass(slots=True)
class Story:
    """What was seen, by language. keys: of the page's segments, to their source, at each time."""

    folder: Path
    page: TreatmentPage
    first: dict[str, Sequence[agency.Job]] = field(default_factory=dict)
    stale: dict[str, Sequence[agency.Job]] = field(default_factory=dict)
    second: dict[str, Sequence[agency.Job]] = field(default_factory=dict)
    reports: dict[str, list[Any]] = field(default_factory=dict)
    served: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    said: dict[tuple[str, str], Ran] = field(default_factory=dict)
    blocks: dict[str, Sequence[tuple[str, Mapping[str, str]]]] = field(default_factory=dict)
    failed: dict[tuple[str, str], Mapping[str, Sequence[str]]] = field(default_factory=dict)
    kept: list[Mapping[str, Any]] = field(default_factory=list)

    # What people do

    def hand_out(self, code: str, *which: str) -> Path:
        """The exported file. Which folder it lies in is of no matter; a zip is unpacked."""
        job = self.folder / uuid4().hex
        out = job / "job.zip" if code == "ar" else job
        job.mkdir()
        said = run(
            "export_catalogs", "--language", code, "--page", self.page.slug,
            "--format", FORMATS[code], "--out", str(out), *which,
        )  # fmt: skip
        assert said.status == 0, said
        if code == "ar":
            return agency.unpacked(out, job)
        (path,) = (path for path in job.rglob("*") if path.is_file())
        return path

    def take_back(self, code: str, path: Path) -> Ran:
        if code == "ar":
            path = agency.packed(path, path.with_suffix(".zip"))
        said = run("import_catalogs", str(path), "--by", f"Agency {code}", "--report", "json")
        self.reports.setdefault(code, []).extend(json.loads(said.out))
        return said

    def review(self, code: str) -> Ran:
        """All that waits; then what checks held back, where the reviewer says why it holds."""
        here = ("--language", code, "--page", self.page.slug, *REVIEWER)
        said = run("review_targets", *here)
        # A sentence may stand in two places.
        failed = [(target.source, target.key) for target in self.waiting(code)]
        for start, reason in WAIVED.get(code, {}).items():
            for key in (key for source, key in failed if source.startswith(start)):
                run("review_targets", *here, "--key-prefix", key, "--waiver", reason)
        return said

    def waiting(self, code: str) -> TargetQuerySet:
        return Target.objects.filter(
            page_id=self.page.pk, language=code, state=TargetState.NEEDS_REVIEW
        )

    # What is seen

    def look(self, when: str, get: Callable[[str], tuple[int, Any]] = got) -> None:
        """get: how an app asks an address of the API, for (status, JSON)."""
        for code in ("en", *CODES):
            self.served[when, code] = get(f"/api/v1/{code}/treatments/{self.page.slug}/")
        self.blocks[when] = [
            (str(block.id), {segment.key: segment.text for segment in block.segments})
            for block in page_segments(self.page).blocks
        ]
        for code in CODES:
            self.failed[when, code] = {
                target.source: target.failed_checks
                for target in self.waiting(code).exclude(failed_checks=[])
            }

    def statuses(self, when: str, code: str) -> list[tuple[str, str]]:
        """(language, status) of each block that was served."""
        status, document = self.served[when, code]
        assert status == 200, document
        return [(block["lang"], block["translation"]["status"]) for block in document["blocks"]]

    def wanted(
        self, when: str, code: str, *, stale: Sequence[str] = (), blocked: Sequence[str] = ()
    ) -> list[tuple[str, str]]:
        """The same, from what the agency's files held. stale, blocked: beginnings of sources."""
        found = []
        for _, texts in self.blocks[when]:
            status = "approved"
            if any(text.startswith(tuple(blocked)) for text in texts.values()):
                status = "blocked"
            if not texts.keys() <= self.translated(code):
                status = "missing"
            if any(
                text.startswith(tuple(stale)) and key in self.translated(code)
                for key, text in texts.items()
            ):
                status = "stale"
            found.append((code if status == "approved" else "en", status))
        return found

    def translated(self, code: str) -> set[str]:
        return agency.keys_of(job for job in self.first[code] if job.target)


def walked(story: Story) -> Story:
    for code in CODES:
        _first_time(story, code)
    story.look("translated")
    for code in CODES:
        story.said["first review", code] = story.review(code)
    story.look("reviewed")

    new = changed_sources(story.page)
    story.page = edit_ten_sentences(story.page)
    story.look("changed")
    for code in CODES:
        path = story.hand_out(code, "--state", "stale")
        story.stale[code] = agency.jobs(path)
        translate(code, path, answers_after(code, new, mistakes=True))
        story.second[code] = agency.jobs(path)
        story.said["second return", code] = story.take_back(code, path)
    story.look("returned")
    for code in CODES:
        story.said["second review", code] = story.review(code)
    story.look("second review")

    for code in ("es", "fr"):
        path = story.hand_out(code, "--state", "needs_review")
        agency.fill(path, answers_after(code, new, mistakes=False))
        story.said["mended", code] = story.take_back(code, path)
        story.said["last review", code] = story.review(code)
    story.look("mended")
    story.kept = [record.report for record in CatalogImport.objects.all()]
    for command in ("verify_translations", "verify_editions"):
        story.said["end", command] = run(command)
    return story


def _first_time(story: Story, code: str) -> None:
    pairs = agency_pairs(code)
    path = story.hand_out(code)
    if code == "ur":
        tmx = story.folder / "agency.tmx"
        tmx.write_bytes(agency.memory(pairs, code))
        story.said["memory", code] = run("import_memory", str(tmx), "--by", "Agency ur")
        story.said["filled", code] = run(
            "pretranslate", "--language", code, "--page", story.page.slug
        )
        story.first[code] = agency.jobs(story.hand_out(code))
        return
    translate(code, path, lambda job: pairs.get(job.source))
    story.first[code] = agency.jobs(path)
    story.said["first return", code] = story.take_back(code, path)


def translate(code: str, path: Path, answer: agency.Answer) -> None:
    if code != "bn" or not OMEGAT.exists() or shutil.which("java") is None:
        agency.fill(path, answer)
        return
    shown = {job.target or job.source: answer(job) for job in agency.jobs(path)}
    sent = with_sources_copied(path.read_bytes())
    words: Callable[[str], str] = lambda text: shown[text] or text  # noqa: E731
    project = path.parent / uuid4().hex
    path.write_bytes(by_omegat(sent, path.name, project, language="BN", words=words))


def answers_after(code: str, new: Mapping[str, str], *, mistakes: bool) -> agency.Answer:
    """What the agency makes of the ten sentences. mistakes: two of its translators err."""
    before = {now: old for old, now in new.items()}

    def answer(job: agency.Job) -> str | None:
        source = before.get(job.source)
        if source is None:
            return None
        old = agency_pairs(code)[source]
        if mistakes and code == "es" and source == DOSE:
            return WRONG_DOSE
        if mistakes and code == "fr" and source.startswith(ECHO):
            return old
        return changed(old, source)

    return answer
