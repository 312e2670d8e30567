"""Acts whose transactions wait for each other: the database ends one, and it is done again."""

from __future__ import annotations

import io
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from cms.atomic_writes import AtomicWrites, Busy, RetriedWrites
from cms.urls import urlpatterns as site_urls
from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog
from pages.catalog.handoffs import export_handoff
from pages.catalog.recognise import ReceivedFile
from pages.catalog.undo import UndoRefused
from pages.catalog.verdicts import Acceptance
from pages.contention import ATTEMPTS, lost_race, until_stored
from pages.languages import get_language
from pages.models import Category, CurrentEdition, Release, Target, TreatmentPage
from pages.publishing.editions import editions_appended, reconcile
from pages.publishing.returned_catalogs import Imported, import_file, undo_import
from pages.publishing.verify import verify_editions
from tests import factory
from tests.admin.workspace import client_of, form_of, opened, person, send
from tests.factory import LEAD, WARNING
from tests.test_concurrency import at_the_same_time

pytestmark = pytest.mark.django_db(transaction=True)
SPANISH = get_language("es")
PO = CODECS["po"]


@pytest.fixture
def real_locks() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: nobody waits in a circle")


class Meeting:
    """Two threads that go on only once both have locked a page, so that each waits for the
    other's. The second attempt of either does not wait."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(2)
        self.met: set[int] = set()

    def __call__(self, **kwargs: Any) -> None:
        if threading.get_ident() not in self.met:
            self.met.add(threading.get_ident())
            self.barrier.wait(timeout=20)


@pytest.fixture
def meeting() -> Iterator[Meeting]:
    found = Meeting()
    yield found
    editions_appended.disconnect(found)


def linked() -> tuple[TreatmentPage, TreatmentPage]:
    """Two pages that link to each other, in Spanish too: each publish recompiles the other."""
    first, second = factory.treatment("first"), factory.treatment("second")
    for page, other in ((first, second), (second, first)):
        relation = (
            "r",
            "relation",
            {"kind": "complements", "treatment": other.pk, "text": "Both."},
        )
        factory.edit(page, (LEAD, relation, WARNING))
        factory.translate(TreatmentPage.objects.get(pk=page.pk), "es")
    return TreatmentPage.objects.get(pk=first.pk), TreatmentPage.objects.get(pk=second.pk)


def headings(code: str = "en") -> set[str]:
    found = CurrentEdition.objects.filter(language=code)
    return set(found.values_list("heading", flat=True))


def all_is_well() -> None:
    for page in TreatmentPage.objects.all():
        assert reconcile(page.pk) == []
    assert verify_editions()[1] == []


# In the admin


@pytest.mark.usefixtures("real_locks")
def test_two_translators_of_pages_that_link_to_each_other_both_save(meeting):
    statuses: list[int] = []

    def saving(page: TreatmentPage, name: str) -> Callable[[], None]:
        client = client_of(person(name, "translate_es"))
        form = form_of(opened(client, page), "heading")

        def work() -> None:
            statuses.append(send(client, page, {**form, "text": f"De {name}"}).status_code)
            # What the ended attempt had to say was not said.
            assert opened(client, page).text.count("Saved") == 1

        return work

    works = [saving(page, name) for page, name in zip(linked(), ("ana", "eva"), strict=True)]
    editions_appended.connect(meeting)
    at_the_same_time(*works)
    assert statuses == [302, 302]
    assert len(meeting.met) == 2
    saved = Target.objects.filter(key="heading", language="es", state="needs_review")
    assert set(saved.values_list("text", flat=True)) == {"De ana", "De eva"}
    assert headings("es") == {"First", "Second"}
    all_is_well()


# A view that locks what it is told to, in this order


def locking(request: HttpRequest) -> HttpResponse:
    """Its answer says what it read of the request, at whichever attempt."""
    first, second = request.POST["order"].split()
    request.session["attempts"] = [*request.session.get("attempts", []), 1]
    read = request.FILES["file"].read().decode()
    Category.objects.select_for_update().get(slug=first)
    MEETINGS[-1]()
    Category.objects.filter(slug=second).update(name_en=f"{second} by {first}")
    return HttpResponse(f"{read} {len(request.session['attempts'])} {request.user}")


def always_losing(request: HttpRequest) -> HttpResponse:
    ATTEMPTS_MADE.append(1)
    Category.objects.create(slug=f"attempt-{len(ATTEMPTS_MADE)}", name_en="Attempt")
    lose()
    raise AssertionError


def lose() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$")


MEETINGS: list[Meeting] = []
ATTEMPTS_MADE: list[int] = []
urlpatterns = [path("locking/", locking), path("always-losing/", always_losing), *site_urls]


@pytest.mark.usefixtures("real_locks")
def test_a_request_that_lost_is_answered_from_its_beginning_with_body_files_and_session(
    admin_user, settings
):
    settings.ROOT_URLCONF = __name__
    MEETINGS.append(Meeting())
    for slug in ("one", "two"):
        Category.objects.create(slug=slug, name_en=slug)
    answers: list[str] = []

    def sending(order: str, content: bytes) -> Callable[[], None]:
        client = Client()
        client.force_login(admin_user)

        def work() -> None:
            data = {"order": order, "file": io.BytesIO(content)}
            answer = client.post("/locking/", data)
            assert answer.status_code == 200
            answers.append(answer.content.decode())

        return work

    at_the_same_time(sending("one two", b"first"), sending("two one", b"second"))
    assert sorted(answers) == ["first 1 admin", "second 1 admin"]
    names = set(Category.objects.values_list("name_en", flat=True))
    assert names == {"one by two", "two by one"}


@pytest.mark.usefixtures("real_locks")
def test_who_loses_every_time_is_told_to_come_back_and_nothing_is_stored(admin_client, settings):
    settings.ROOT_URLCONF = __name__
    ATTEMPTS_MADE.clear()
    answer = admin_client.post("/always-losing/")
    assert len(ATTEMPTS_MADE) == ATTEMPTS
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Nothing of what you sent was stored" in answer.content.decode()
    assert not Category.objects.exists()


def test_what_a_task_after_the_commit_raises_does_not_run_the_request_again(rf):
    tries: list[int] = []

    def view(request: HttpRequest) -> HttpResponse:
        tries.append(1)
        transaction.on_commit(raise_lost)
        return HttpResponse()

    with pytest.raises(OperationalError):
        RetriedWrites(AtomicWrites(view))(rf.post("/"))
    assert tries == [1]


def raise_lost() -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    raise OperationalError("deadlock detected") from Deadlock()


@pytest.mark.parametrize("gone", ["moved away by a storage", "closed"])
def test_a_request_whose_file_is_gone_is_not_run_again(rf, tmp_path, gone):
    tries: list[int] = []

    def view(request: HttpRequest) -> HttpResponse:
        tries.append(1)
        file = request.FILES["file"]
        if gone == "closed":
            file.close()
        else:
            os.rename(file.temporary_file_path(), tmp_path / "stored")
        return Busy(again=True)

    request = rf.post("/", {"file": io.BytesIO(b"x" * 3_000_000)})
    answer = RetriedWrites(view)(request)
    request.close()
    assert (answer.status_code, tries) == (503, [1])


def test_sqlites_busy_writer_is_said_as_such(rf, tmp_path):
    path = tmp_path / "busy.sqlite3"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    other = sqlite3.connect(path, isolation_level=None, timeout=0)

    def view(request: HttpRequest) -> HttpResponse:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(str(error)) from error
        raise AssertionError

    assert RetriedWrites(AtomicWrites(view))(rf.post("/")).status_code == 503


# Files and commands


def came_back(page: TreatmentPage) -> Callable[[], Imported]:
    """A file of the page in which its Spanish heading has other words."""
    handoff = export_handoff(Catalog.TREATMENTS, SPANISH, PO, by="Clinic")
    words = f"{page.heading_en or page.title} (español)".encode()
    data = handoff.data.replace(words, words.replace("español".encode(), b"otra vez"))
    file = ReceivedFile(handoff.file_name, data, PO, SPANISH)
    acceptance = Acceptance(by="Ana", reviewer="Dr. Luz")
    return partial(
        import_file, file, acceptance, documents=[str(page.translation_key)], handoff=None
    )


@pytest.mark.usefixtures("real_locks")
@pytest.mark.parametrize("per_page", [False, True], ids=["whole", "per page"])
def test_two_imports_of_pages_that_link_to_each_other_are_both_stored(meeting, per_page):
    works = [came_back(page) for page in linked()]
    editions_appended.connect(meeting)
    at_the_same_time(*(partial(work, per_page=per_page) for work in works))
    assert len(meeting.met) == 2
    assert headings("es") == {"First (otra vez)", "Second (otra vez)"}
    all_is_well()


@pytest.mark.usefixtures("real_locks")
def test_two_undone_imports_of_pages_that_link_to_each_other_are_both_undone(meeting):
    records = [came_back(page)().record for page in linked()]
    editions_appended.connect(meeting)
    at_the_same_time(*(partial(undo_import, record, by="Clinic") for record in records))
    assert len(meeting.met) == 2
    assert headings("es") == {"First (español)", "Second (español)"}
    all_is_well()


@pytest.mark.usefixtures("real_locks")
def test_two_commands_that_withdraw_pages_that_link_to_each_other_both_do(meeting):
    linked()
    editions_appended.connect(meeting)
    withdraw = ("withdrawn", "--by=Clinic", "--reason=Recalled")
    at_the_same_time(
        *(
            partial(call_command, "set_release", slug, "es", *withdraw)
            for slug in ("first", "second")
        )
    )
    assert len(meeting.met) == 2
    assert Release.objects.filter(language="es", state="withdrawn").count() == 2
    assert not CurrentEdition.objects.filter(language="es").exists()
    all_is_well()


@pytest.mark.usefixtures("real_locks")
def test_an_undo_that_loses_every_time_says_so_and_undoes_nothing():
    record = came_back(linked()[0])().record
    assert record is not None
    losing = partial(editions_appended.connect, lambda **kwargs: lose(), weak=False)
    losing(dispatch_uid="losing")
    try:
        with pytest.raises(UndoRefused, match="Nothing was undone; try again"):
            undo_import(record, by="Clinic")
    finally:
        editions_appended.disconnect(dispatch_uid="losing")
    record.refresh_from_db()
    assert record.undone_at is None
    assert "First (otra vez)" in headings("es")


@pytest.mark.usefixtures("real_locks")
def test_a_transaction_of_the_callers_is_not_begun_again_inside():
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        lose()

    with pytest.raises(OperationalError) as caught, transaction.atomic():
        until_stored(work)
    assert lost_race(caught.value)
    assert tries == [1]
    with pytest.raises(OperationalError):
        until_stored(work)
    assert len(tries) == 1 + ATTEMPTS
