"""Answers kept in memory: the same as the view's, and never older than a second."""

from __future__ import annotations

import threading
import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from typing import cast
from uuid import uuid4

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from api import position
from api.caching import EditionAnswer, cached_response
from api.kept import LAST_MOMENTS, OVERHEAD, PATIENCE, KeepAnswers, Kept, KeptAnswers
from api.position import Position, Positions, positions
from pages.languages import get_language
from pages.models import Category, CurrentEdition, FeedCounter, TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from tests import factory

pytestmark = pytest.mark.django_db(transaction=True)
DETAIL = "/api/v1/en/treatments/back-care/"
LIST = "/api/v1/en/treatments/"
KEPT = (
    DETAIL,
    f"{DETAIL}?rich=html&aspect=overview",
    *(f"/api/v1/en/treatments/back-care.{suffix}" for suffix in ("json", "html", "txt", "md")),
    "/api/v1/en/treatments/back-care.jsonld",
    LIST,
    f"{LIST}?fields=full&limit=1",
    "/api/v1/es/treatments/back-care/",
)
NOT_KEPT = (
    "/api/v1/treatments/back-care/",  # the language is negotiated
    "/api/v1/treatments/",
    "/api/v1/languages/",
    "/api/v1/en/categories/",  # not of the log alone
    "/api/v1/en/treatments/back-care.eml",
    "/api/v1/en/treatments/no-such-page/",
    f"{DETAIL}?nonsense=1",
)


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    """What another test's database had counted is not this one's."""
    positions.forget()


def shown(response: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    return response.status_code, response.content, dict(response.items())


@pytest.fixture
def viewed(settings) -> Callable[..., tuple[int, bytes, dict[str, str]]]:
    """What the view itself answers."""

    def view(path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        before, settings.KEPT_MEGABYTES = settings.KEPT_MEGABYTES, 0
        try:
            return shown(Client().get(path, headers=headers))
        finally:
            settings.KEPT_MEGABYTES = before

    return view


def other_process(statement: str, *values: object) -> None:
    """A change that this process is not told of."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_answer_from_memory_is_the_views_in_every_header(client, viewed):
    factory.translate(factory.treatment(), "es")
    for path in (*KEPT, *NOT_KEPT):
        fresh = viewed(path)
        assert shown(client.get(path)) == fresh
        assert shown(client.get(path)) == fresh
        if etag := fresh[2].get("ETag"):
            for held in (etag, f"W/{etag}", f'"other", {etag}', '"other"', "*"):
                asked = {"if-none-match": held}
                assert shown(client.get(path, headers=asked)) == viewed(path, **asked), held
        asked = {"accept": "text/html", "accept-language": "es"}
        assert shown(client.get(path, headers=asked)) == viewed(path, **asked), path


def test_what_is_kept_asks_the_database_nothing(client, django_assert_num_queries):
    factory.translate(factory.treatment(), "es")
    etags = {path: client.get(path)["ETag"] for path in KEPT}
    with django_assert_num_queries(0):
        for path, etag in etags.items():
            client.get(path)
            assert client.get(path, headers={"if-none-match": etag}).status_code == 304


def test_what_something_else_decides_is_made_anew(client):
    factory.treatment()
    for path in NOT_KEPT:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        assert len(asked) or "nonsense" in path, path


def test_a_request_that_says_more_goes_to_the_view(client, viewed, django_assert_num_queries):
    factory.treatment()
    client.get(DETAIL)
    for headers in (
        {"authorization": "Bearer x"},
        {"if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"if-match": '"other"'},
        {"accept": "application/json" + ", text/x-long" * 50},
    ):
        with django_assert_num_queries(1):
            response = client.get(DETAIL, headers=headers)
        assert shown(response) == viewed(DETAIL, **headers)


def test_head_goes_to_the_view(client, django_assert_num_queries):
    factory.treatment()
    client.get(DETAIL)
    with django_assert_num_queries(1):
        assert client.head(DETAIL).status_code == 200


# What changes


def unpublished(page: TreatmentPage) -> None:
    page.unpublish()


def made_private(page: TreatmentPage) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def deleted(page: TreatmentPage) -> None:
    page.delete()


def expired(page: TreatmentPage) -> None:
    factory.edit(page, expire_at=timezone.now() - timedelta(seconds=1))


def withdrawn(page: TreatmentPage) -> None:
    set_release(page.pk, get_language("es"), "withdrawn", by="Dr. Luz")
    reconcile(page.pk)


def reworded(page: TreatmentPage) -> None:
    factory.edit(page, summary_en="Something new.")


def renamed(page: TreatmentPage) -> None:
    factory.edit(page, slug="another-name")


ACTS = (unpublished, made_private, deleted, expired, withdrawn, reworded, renamed)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_this_process_changes_is_served_at_once(client, viewed, act):
    page = factory.treatment()
    factory.translate(page, "es")
    factory.treatment("other")
    before = {path: shown(client.get(path)) for path in KEPT}
    act(page)
    after = {path: shown(client.get(path)) for path in KEPT}
    assert after == {path: viewed(path) for path in KEPT}
    assert after != before


def test_what_another_process_changes_is_served_after_a_second(client):
    page = factory.treatment()
    assert client.get(DETAIL).status_code == 200
    for beside in ("pages_facet", "pages_searchentry"):
        other_process(
            f"DELETE FROM {beside} WHERE current_id IN "  # noqa: S608
            "(SELECT id FROM pages_currentedition WHERE page_id = %s)",
            page.pk,
        )
    other_process("DELETE FROM pages_currentedition WHERE page_id = %s", page.pk)
    time.sleep(PATIENCE)
    assert client.get(DETAIL).status_code == 404


def test_an_expiry_that_another_process_sets_is_heard_of_too(client):
    """It changes no bytes, so the log has no edition of it."""
    page = factory.treatment()
    assert client.get(DETAIL).status_code == 200
    other_process(
        "UPDATE pages_currentedition SET expires_at = %s WHERE page_id = %s",
        timezone.now() - timedelta(seconds=1),
        page.pk,
    )
    time.sleep(PATIENCE)
    assert client.get(DETAIL).status_code == 404


def test_what_was_read_before_a_change_is_not_kept_as_what_is_there_after_it(rf: RequestFactory):
    """The slow reader: asked the number, read the old bytes, and put them away after the change."""
    factory.treatment()
    words = [b"old"]

    def view(request):
        read = words[0]
        if read == b"old":
            other_process("UPDATE pages_currentedition SET changed_at = %s", timezone.now())
            words[0] = b"new"
            positions.forget()
            positions.read(DEFAULT_DB_ALIAS, PATIENCE)  # another thread already knows
        return EditionAnswer(read, headers={"ETag": '"x"'})

    middleware = KeepAnswers(view)
    assert middleware(rf.get(DETAIL)).content == b"old"  # asked for before the change
    assert middleware(rf.get(DETAIL)).content == b"new"


def test_the_last_hour_of_a_page_is_read_from_the_database(client, django_assert_num_queries):
    page = factory.treatment(expire_at=timezone.now() + LAST_MOMENTS - timedelta(seconds=2))
    client.get(DETAIL)
    with django_assert_num_queries(1):
        assert "s-maxage=300" in client.get(DETAIL)["Cache-Control"]
    factory.edit(page, expire_at=timezone.now() + LAST_MOMENTS + timedelta(minutes=1))
    client.get(DETAIL)
    with django_assert_num_queries(0):
        client.get(DETAIL)


def test_an_expiry_is_by_the_databases_clock():
    now = timezone.now()
    kept = Kept(b"", {}, {}, state=("log", 7), expires_at=now + LAST_MOMENTS)
    asked = time.monotonic()
    assert kept.holds(Position(("log", 7), now - timedelta(seconds=60), asked))
    assert not kept.holds(Position(("log", 7), now, asked))
    assert not kept.holds(Position(("log", 7), now - timedelta(seconds=60), asked - 61))
    assert not kept.holds(Position(("log", 8), now - timedelta(seconds=60), asked))
    assert not kept.holds(Position(("restored", 7), now - timedelta(seconds=60), asked))


def test_an_empty_list_by_a_term_is_made_anew_since_the_term_may_go(client, viewed):
    Category.objects.create(name_en="Manual therapy")
    path = f"{LIST}?category=manual-therapy"
    assert client.get(path).json()["items"] == []
    Category.objects.all().delete()
    assert client.get(path).status_code == 400
    assert shown(client.get(path)) == viewed(path)


def test_a_list_ends_with_the_page_that_its_next_leads_to(client):
    """Without that page there is no next, and the kept list would go on to nothing."""
    factory.treatment("one")
    factory.treatment("two", expire_at=timezone.now() + timedelta(seconds=90))
    response = client.get(f"{LIST}?limit=1")
    assert response.json()["next"]
    assert int(response["Cache-Control"].partition("s-maxage=")[2].partition(",")[0]) <= 90


def test_a_log_that_was_restored_begins_anew(client, viewed):
    """Its numbers come again, for other contents: renew_feed gives it another name."""
    page = factory.treatment()
    number = counted()
    client.get(DETAIL)
    factory.edit(page, summary_en="After the backup.")
    FeedCounter.objects.update(changes=number)
    call_command("renew_feed", verbosity=0)
    positions.forget()
    assert b"After the backup." in client.get(DETAIL).content


def test_nothing_is_kept_of_what_a_transaction_sees_before_it_is_committed(client):
    page = factory.treatment()
    client.get(DETAIL)
    with transaction.atomic():
        factory.edit(page, summary_en="Not yet said.")
        assert b"Not yet said." in client.get(DETAIL).content
        transaction.set_rollback(True)
    assert b"Not yet said." not in client.get(DETAIL).content


# The number


def counted() -> int:
    return FeedCounter.objects.values_list("changes", flat=True).first() or 0


def test_every_commit_that_changes_what_reads_find_is_counted_and_no_other():
    page = factory.treatment()
    before = counted()
    TreatmentPage.objects.filter(pk=page.pk).update(draft_title="A draft")
    assert counted() == before
    CurrentEdition.objects.filter(page=page).update(languages="en es")
    assert counted() > before
    before = counted()
    with transaction.atomic():
        CurrentEdition.objects.filter(page=page).update(languages="en")
        transaction.set_rollback(True)
    assert counted() == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_publish_in_all_languages_writes_the_number_once():
    page = factory.treatment()
    factory.translate(page)
    before = counted()
    factory.edit(page, summary_en="Something new.")
    assert counted() == before + 1


def test_many_that_ask_at_once_ask_once(monkeypatch):
    """Without patience: each answer was asked for after its caller came."""
    asked: list[float] = []

    def slow(alias: str, asked_at: float) -> Position:
        asked.append(asked_at)
        time.sleep(0.1)
        return Position(("log", 1), timezone.now(), asked_at)

    monkeypatch.setattr(position, "_ask", slow)
    found, began = Positions(), []

    def read() -> None:
        started = time.monotonic()
        began.append((started, found.read(DEFAULT_DB_ALIAS, 0).asked_at))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(asked_at >= started for started, asked_at in began)
    assert len(asked) <= 3


def test_a_database_that_does_not_answer_is_the_views_to_report(rf, monkeypatch):
    def down(alias: str, patience: float) -> Position:
        raise OperationalError("the server is gone")

    monkeypatch.setattr(positions, "read", down)
    middleware = KeepAnswers(lambda request: HttpResponse(b"said by the view"))
    assert middleware(rf.get(DETAIL)).content == b"said by the view"


# The memory


def kept(size: int) -> Kept:
    return Kept(b"x" * size, {}, {}, ("log", 1), None)


def test_the_memory_is_bounded_and_what_was_used_last_stays():
    answers = KeptAnswers(20 * (1000 + OVERHEAD))
    keys = [(f"/{number}", "", "") for number in range(30)]
    for key in keys:
        answers.put(key, kept(1000))
        answers.get(keys[0])
    assert [key for key in keys if answers.get(key)] == [keys[0], *keys[-19:]]


def test_an_answer_that_would_drive_out_many_is_not_kept():
    answers = KeptAnswers(16_000)
    answers.put(("/big", "", ""), kept(2_000))
    assert answers.get(("/big", "", "")) is None


def test_answers_that_replace_one_another_take_the_place_of_one():
    answers = KeptAnswers(20 * (1000 + OVERHEAD))
    for _ in range(100):
        answers.put(("/same", "", ""), kept(1000))
    answers.put(("/other", "", ""), kept(1000))
    assert answers.get(("/same", "", ""))


def test_a_list_counts_with_the_keys_of_its_pages():
    small, long = kept(10), Kept(b"x" * 10, {"Surrogate-Key": "k" * 5000}, {}, ("log", 1), None)
    assert long.size - small.size == 5000


def test_the_answers_take_no_more_memory_than_is_counted():
    """The bound is worth what the counting is."""

    def view(request: WSGIRequest) -> EditionAnswer:
        cached = cached_response(
            request,
            b"x" * 100,
            digest=uuid4().hex * 2,
            language_code="en",
            keys=[uuid4().hex for _ in range(3)],
            changed_at=timezone.now(),
            link=f"<https://clinic.example.org/{uuid4()}>",
            location=f"https://clinic.example.org/{uuid4()}",
            of_editions=True,
        )
        return cast(EditionAnswer, cached)

    middleware = KeepAnswers(view)
    requests = [RequestFactory().get(f"{LIST}?limit={number}") for number in range(300)]
    middleware(RequestFactory().get(LIST))  # what is made once in a process
    tracemalloc.start()
    for request in requests:
        middleware(request)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 300 * 1000 < taken < middleware.answers.bytes


def test_without_memory_nothing_is_kept(client, settings, django_assert_num_queries):
    settings.KEPT_MEGABYTES = 0
    factory.treatment()
    client.get(DETAIL)
    with django_assert_num_queries(1):
        client.get(DETAIL)
