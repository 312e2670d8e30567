"""Delta sync over HTTP: an app that applies what it is given has what a fresh start would give."""

from __future__ import annotations

import threading
import time

import orjson
import pytest
from django.core.management import call_command
from wagtail.models import PageViewRestriction

from api import sync
from pages.languages import get_language
from pages.models import CurrentEdition, Release
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from tests import factory
from tests.feed_app import take_positions

pytestmark = pytest.mark.django_db
PATH = "/api/v1/en/sync/"


def ask(client, query: str = "", path: str = PATH, **headers: str):
    take_positions()
    return client.get(f"{path}?{query}", headers=headers)


def read(client, query: str = "", path: str = PATH) -> dict:
    response = ask(client, query, path)
    assert response.status_code == 200, response.content
    return orjson.loads(response.content)


def test_the_documents_are_the_stored_bytes(client):
    page = factory.treatment()
    factory.translate(page, "es")
    response = ask(client, "initial=true&languages=es")
    for row in CurrentEdition.objects.filter(language__in=["en", "es"]).select_related("edition"):
        assert b'"document":%b}' % bytes(row.edition.body) in response.content
    body = orjson.loads(response.content)
    assert [(item["id"], item["language"]) for item in body["items"]] == [
        (str(page.translation_key), "en"),
        (str(page.translation_key), "es"),
    ]
    assert (body["has_more"], body["next_page"]) == (False, None)
    assert body["items"] == read(client, "languages=es")["items"]


def test_pages_are_followed_by_their_address(client):
    for number in range(5):
        factory.treatment(f"page-{number}")
    found = read(client, "limit=2")
    names = [item["document"]["slug"] for item in found["items"]]
    while found["has_more"]:
        assert found["next_page"].endswith(found["next_cursor"])
        found = orjson.loads(client.get(found["next_page"].partition("8000")[2]).content)
        names += [item["document"]["slug"] for item in found["items"]]
    assert names == [f"page-{number}" for number in range(5)]


def test_a_withdrawal_and_a_login_are_tombstones_without_content(client):
    page, other = factory.treatment("one"), factory.treatment("two")
    factory.translate(page, "es")
    cursor = read(client, "languages=es")["next_cursor"]
    set_release(page.pk, get_language("es"), Release.State.WITHDRAWN, by="Dr. Luz", reason="wrong")
    reconcile(page.pk)
    PageViewRestriction.objects.create(page=other, restriction_type="login")
    items = read(client, f"languages=es&cursor={cursor}")["items"]
    assert [set(item) for item in items] == [{"id", "language", "seq", "deleted", "reason"}] * 2
    assert [(item["id"], item["language"], item["deleted"], item["reason"]) for item in items] == [
        (str(page.translation_key), "es", True, "withdrawn"),
        (str(other.translation_key), "en", True, "unpublished"),
    ]


def test_an_unchanged_tail_is_the_same_bytes_and_304(client):
    factory.treatment()
    cursor = read(client)["next_cursor"]
    tail = ask(client, f"cursor={cursor}")
    assert orjson.loads(tail.content)["next_cursor"] == cursor
    assert tail["Cache-Control"] == "no-cache"
    again = ask(client, f"cursor={cursor}", **{"if-none-match": tail["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    factory.treatment("new")
    assert ask(client, f"cursor={cursor}", **{"if-none-match": tail["ETag"]}).status_code == 200


def test_a_foreign_cursor_is_400_and_one_of_before_a_restore_410(client):
    factory.treatment()
    cursor = read(client)["next_cursor"]
    for query, path in (
        ("cursor=", PATH),
        (f"cursor={cursor}x", PATH),
        (f"cursor={cursor}&languages=es", PATH),
        (f"cursor={cursor}", "/api/v1/es/sync/"),
    ):
        refused = ask(client, query, path)
        assert refused.status_code == 400
        assert orjson.loads(refused.content)["type"].endswith(":foreign-cursor")
    both = ask(client, f"initial=true&cursor={cursor}")
    assert orjson.loads(both.content)["allowed"] == ["initial", "cursor"]
    call_command("renew_feed")
    reset = ask(client, f"cursor={cursor}")
    assert reset.status_code == 410
    assert orjson.loads(reset.content)["type"].endswith(":sync-reset")


def test_who_waits_is_answered_when_something_comes_or_when_the_time_is_over(client, monkeypatch):
    factory.treatment()
    cursor = read(client)["next_cursor"]
    began = time.monotonic()
    assert read(client, f"cursor={cursor}&wait=1")["items"] == []
    assert time.monotonic() - began >= 1
    naps: list[float] = []

    def nap(seconds: float) -> bool:
        naps.append(seconds)
        factory.treatment("news")
        take_positions()
        return False

    monkeypatch.setattr(sync, "nap", nap)
    assert len(read(client, f"cursor={cursor}&wait=30")["items"]) == 1
    assert len(naps) == 1


def test_who_would_be_one_too_many_to_wait_is_answered_at_once(client, monkeypatch):
    factory.treatment()
    cursor = read(client)["next_cursor"]
    monkeypatch.setattr(sync, "_waiting", threading.BoundedSemaphore(1))
    with sync._waiting:
        began = time.monotonic()
        assert read(client, f"cursor={cursor}&wait=30")["items"] == []
        assert time.monotonic() - began < 10
    read(client, f"cursor={cursor}&wait=1")
    assert sync._waiting.acquire(blocking=False)  # who has waited has left


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "wait=31", "languages=de", "initial=1"])
def test_what_is_not_allowed_is_refused_by_name(client, query):
    refused = ask(client, query)
    assert refused.status_code == 400
    assert orjson.loads(refused.content)["parameter"] == query.partition("=")[0]
