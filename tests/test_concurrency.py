"""Editors, translators and readers at the same time, over real connections."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import OperationalError, connections

from pages.catalog.segments import page_segments
from pages.catalog.targets import approve_target, store_target
from pages.contention import waited_in_vain
from pages.document.vocabulary import Origin
from pages.languages import get_language
from pages.models import CurrentEdition, Edition, TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.feed import Changes, Cursor, changes_after, first_changes
from pages.publishing.verify import verify_editions
from tests import factory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("shared_database"),
]
ROUNDS = 6


def at_the_same_time(*works: Callable[[], None]) -> None:
    """Run each in a thread with a connection of its own; the first error of any is raised."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            start.wait()
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_a_publisher_and_a_reviewer_lose_nothing_of_each_other():
    page = factory.treatment()
    factory.translate(page, "es")
    spanish = get_language("es")

    def publish() -> None:
        for number in range(ROUNDS):
            factory.edit(page, also_called_en=f"Name {number}")

    def review() -> None:
        lead = next(s for s in page_segments(page) if s.text.startswith("A gentle"))
        for number in range(ROUNDS):
            text = f"Suave {'x' * number}"
            target = store_target(page.pk, spanish, lead, text, by="Ana", origin=Origin.HUMAN)
            approve_target(target, by="Dr. Luz")
            reconcile(page.pk)

    at_the_same_time(publish, review)
    body = bytes(CurrentEdition.objects.get(page=page, language="es").edition.body).decode()
    assert f"Name {ROUNDS - 1}" in body
    assert f"Suave {'x' * (ROUNDS - 1)}" in body
    assert reconcile(page.pk) == []
    assert verify_editions()[1] == []


def test_the_positions_of_many_publishers_have_no_gap_and_no_double():
    pages = [factory.treatment(f"page-{number}") for number in range(3)]

    def publish(page: TreatmentPage) -> Callable[[], None]:
        def work() -> None:
            for number in range(ROUNDS):
                factory.edit(page, also_called_en=f"Name {number}")

        return work

    before = Edition.objects.count()
    at_the_same_time(*map(publish, pages))
    assert Edition.objects.count() == before + len(pages) * ROUNDS
    positions = list(Edition.objects.order_by("seq").values_list("seq", flat=True))
    assert positions == list(range(positions[0], positions[0] + len(positions)))
    assert verify_editions()[1] == []


def test_a_reader_of_the_log_in_commit_order_never_misses_an_edition():
    """What a naive `id > cursor` feed loses: a reader that polls while three publish."""
    pages = [factory.treatment(f"page-{number}") for number in range(3)]
    done = threading.Event()
    seen: list[int] = []

    def read() -> None:
        cursor = 0
        while True:
            last_look = done.is_set()
            new = list(
                Edition.objects.filter(seq__gt=cursor).order_by("seq").values_list("seq", flat=True)
            )
            seen.extend(new)
            cursor = seen[-1] if seen else 0
            if last_look and not new:
                return

    def publish() -> None:
        try:
            at_the_same_time(
                *(
                    (
                        lambda page=page: [
                            factory.edit(page, also_called_en=str(n)) for n in range(ROUNDS)
                        ]
                    )
                    for page in pages
                )
            )
        finally:
            done.set()

    at_the_same_time(read, publish)
    assert seen == list(Edition.objects.order_by("seq").values_list("seq", flat=True))


def test_an_app_that_syncs_while_eight_write_ends_with_what_a_fresh_one_gets():
    """Byte for byte, each change once. BENCH=1: 4,000 commits."""
    pages = [factory.treatment(f"page-{number}") for number in range(8)]
    commits = 500 if os.environ.get("BENCH") == "1" else ROUNDS
    done = threading.Event()
    held: dict[tuple[UUID, str], bytes] = {}
    seen: list[int] = []

    def apply(changes: Changes) -> Cursor:
        for item in changes.items:
            seen.append(item.seq)
            if item.body:
                held[item.document_id, item.language] = item.body
            else:
                held.pop((item.document_id, item.language), None)
        return changes.cursor

    def sync() -> None:
        cursor = apply(first_changes(["en"], 3))
        while True:
            last_look = done.is_set()
            changes = changes_after(cursor, 3)
            cursor = apply(changes)
            if last_look and not changes.items:
                return

    def write(page: TreatmentPage) -> Callable[[], None]:
        def work() -> None:
            for number in range(commits):
                stored(page, number)

        return work

    def stored(page: TreatmentPage, number: int) -> None:
        """SQLite lets one write at a time and nobody queue: who waited in vain asks again."""
        while True:
            try:
                if number % 3 == 2:
                    TreatmentPage.objects.get(pk=page.pk).unpublish()
                else:
                    factory.edit(page, also_called_en=f"Name {number}")
            except OperationalError as error:
                if not waited_in_vain(error):
                    raise
            else:
                return

    def write_all() -> None:
        try:
            at_the_same_time(*map(write, pages))
        finally:
            done.set()

    at_the_same_time(write_all, sync)
    assert Edition.objects.count() == len(pages) * (commits + 1)
    assert len(seen) == len(set(seen))
    fresh = first_changes(["en"], 100)
    assert held == {(item.document_id, item.language): item.body for item in fresh.items}
