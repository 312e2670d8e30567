"""The work that is open in a language: which segments wait for a translator or a reviewer.

Of pages as patients get them. A draft becomes work when it is published, or when somebody hands
it out on purpose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pages.catalog.permissions import Act
from pages.catalog.segments import Segment, page_segments
from pages.languages import Language
from pages.models import Target, TreatmentPage
from pages.models.target import TargetState


class Task(StrEnum):
    """What somebody has to do with a segment, in the order in which a mail lists it."""

    STALE = "stale"  # its source changed after it was translated
    MISSING = "missing"
    MACHINE = "machine"  # a person has to read it
    REVIEW = "review"

    @property
    def act(self) -> Act:
        """The permission that it takes."""
        return Act.REVIEW if self is Task.REVIEW else Act.TRANSLATE


_TASKS = {
    TargetState.MACHINE.value: Task.MACHINE,
    TargetState.NEEDS_REVIEW.value: Task.REVIEW,
}


@dataclass(frozen=True, slots=True)
class OpenSegment:
    """mark: eight hexadecimal digits that tell this task from others of the page."""

    task: Task
    mark: str
    critical: bool


@dataclass(frozen=True, slots=True)
class OpenPage:
    page_id: int
    title: str
    segments: tuple[OpenSegment, ...]


def open_work(languages: Sequence[Language]) -> Mapping[str, Sequence[OpenPage]]:
    """By language code, each page with something to do, by title. A query a language, and one."""
    stored = {language.code: _stored(language) for language in languages}
    found: dict[str, list[OpenPage]] = {language.code: [] for language in languages}
    pages = TreatmentPage.objects.filter(alias_of=None, live=True).order_by("title", "pk")
    for page in pages.iterator(chunk_size=50):
        segments = tuple(page_segments(page))
        for code, states in stored.items():
            if tasks := tuple(_open(page.pk, segments, states)):
                found[code].append(OpenPage(page.pk, page.title, tasks))
    return found


_States = Mapping[tuple[int, str], Mapping[str, str]]


def _stored(language: Language) -> _States:
    """(page id, key): the state by text digest."""
    rows = Target.objects.standing().filter(language=language.code, page__isnull=False)
    states: dict[tuple[int, str], dict[str, str]] = {}
    for page_id, key, digest, state in rows.values_list(
        "page_id", "key", "text_digest", "state"
    ).iterator():
        if page_id is not None:
            states.setdefault((page_id, key), {})[digest] = state
    return states


def _open(page_id: int, segments: Sequence[Segment], stored: _States) -> Iterator[OpenSegment]:
    for segment in segments:
        states = stored.get((page_id, segment.key), {})
        state = states.get(segment.digest)
        if state == TargetState.APPROVED:
            continue
        untranslated = Task.STALE if states else Task.MISSING
        task = untranslated if state is None else _TASKS[state]
        yield OpenSegment(task, _mark(segment, task), segment.critical)


def _mark(segment: Segment, task: Task) -> str:
    """Another wording, or another kind of task, is new work; the same is not."""
    said = "\x00".join((segment.key, segment.digest, task.value))
    return hashlib.blake2b(said.encode(), digest_size=4).hexdigest()
