"""A bundle over HTTP: whole, in parts, not again, and refused."""

from __future__ import annotations

import hashlib
import resource
import sqlite3
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.db import connection
from django.utils import timezone

from pages.bundles import serving
from pages.languages import get_language
from pages.models import Bundle, CurrentEdition, Release, TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from pages.reading import reading_from_replica
from tests import factory
from tests.bundles.reading import open_bundle
from tests.feed_app import take_positions

pytestmark = pytest.mark.django_db


@pytest.fixture
def path() -> str:
    """Where the format makes no difference."""
    return "/api/v1/en/bundle.zip"


def ask(client, path: str, **headers: str):
    take_positions()
    return client.get(path, headers={key.replace("_", "-"): each for key, each in headers.items()})


def data(response) -> bytes:
    return b"".join(response.streaming_content)


def digest(value: bytes) -> str:
    return f"sha-256=:{b64encode(hashlib.sha256(value).digest()).decode()}:"


def test_a_bundle_comes_whole_with_what_says_so(client, page: TreatmentPage, form: str):
    response = ask(client, f"/api/v1/en/bundle.{form}")
    body = data(response)
    assert response.status_code == 200
    assert open_bundle(body).slugs == {"back-care"}
    assert response["Content-Length"] == str(len(body))
    assert response["ETag"] == f'"{hashlib.sha256(body).hexdigest()}"'
    assert response["Content-Digest"] == response["Repr-Digest"] == digest(body)
    assert response["Content-Type"] == f"application/{'zip' if form == 'zip' else 'zstd'}"
    assert response["Content-Disposition"] == f'attachment; filename="bundle.en.{form}"'
    assert response["Content-Language"] == "en"
    assert response["Cache-Control"] == "public, no-cache"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Vary" not in response


def test_head_says_the_same_of_a_body_that_it_does_not_send(client, page, path):
    whole = ask(client, path)
    data(whole)
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    # RFC 9530, B.2: of the content, which a HEAD has none of.
    assert head["Content-Digest"] == digest(b"")
    del head["Content-Digest"], whole["Content-Digest"]
    assert dict(head.headers) == dict(whole.headers)


def test_who_has_it_gets_304_until_something_changed(client, page, path, django_assert_num_queries):
    first = ask(client, path)
    data(first)
    # The end of the language's log; what is public in it; the stored bundle.
    with django_assert_num_queries(3):
        again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    factory.treatment("neck-care")
    changed = ask(client, path, if_none_match=first["ETag"])
    assert open_bundle(data(changed)).slugs == {"back-care", "neck-care"}
    assert changed["ETag"] != first["ETag"]


def test_a_replica_that_may_not_know_of_a_recall_is_not_asked(client, page, path):
    first = ask(client, path)
    data(first)
    with reading_from_replica(time.monotonic()) as reads:
        assert ask(client, path, if_none_match=first["ETag"]).status_code == 304
    assert reads.has_ended


def test_what_happens_in_another_language_changes_nothing(client, page, path):
    first = ask(client, path)
    data(first)
    factory.translate(page, "pl")
    assert ask(client, path, if_none_match=first["ETag"]).status_code == 304


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=5-", 5, None),
        ("bytes=-7", -7, None),
        ("bytes=0-999999999", 0, None),
        ("bytes=-999999999", 0, None),
        ("BYTES=2-2", 2, 3),
    ],
)
def test_a_part_is_those_bytes_of_the_whole(client, page, path, asked, start, stop):
    whole = data(ask(client, path))
    wanted = whole[start:stop]
    response = ask(client, path, range=asked)
    assert (response.status_code, data(response)) == (206, wanted)
    first = whole.index(wanted) if start == 0 else (start % len(whole))
    assert response["Content-Range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(whole)}"
    assert response["Content-Length"] == str(len(wanted))
    assert response["Repr-Digest"] == digest(whole)
    assert "Content-Digest" not in response


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,4-5", "bytes=9-2", "bytes=-", "bytes=x-1", "items=0-1", "bytes=٣-", ""]
)
def test_a_range_that_is_not_understood_gives_the_whole(client, page, path, asked):
    response = ask(client, path, range=asked)
    assert (response.status_code, response["Content-Digest"]) == (200, digest(data(response)))


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=999999999-1000000000", "bytes=-0"])
def test_a_range_beyond_the_end_is_416_with_the_size(client, page, path, asked):
    whole = data(ask(client, path))
    refused = ask(client, path, range=asked)
    assert refused.status_code == 416
    assert refused["Content-Range"] == f"bytes */{len(whole)}"
    said = orjson.loads(refused.content)
    assert (said["parameter"], said["value"]) == ("Range", asked)
    assert f"bytes=0-{len(whole) - 1}" in said["detail"]


def test_a_download_goes_on_where_it_ended_only_if_the_bundle_is_the_same(client, page, path):
    first = ask(client, path)
    whole = data(first)
    rest = ask(client, path, range="bytes=100-", if_range=first["ETag"])
    assert (rest.status_code, whole[:100] + data(rest)) == (206, whole)
    set_release(page.pk, get_language("en"), Release.State.RECALLED, by="Dr. Luz", reason="dose")
    reconcile(page.pk)
    changed = ask(client, path, range="bytes=100-", if_range=first["ETag"])
    assert changed.status_code == 200
    assert open_bundle(data(changed)).slugs == set()


@pytest.mark.parametrize("held", ['W/"{}"', '"another"', "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_weak_or_foreign_validator_gives_the_whole(client, page, path, held):
    first = ask(client, path)
    data(first)
    etag = first["ETag"].strip('"')
    response = ask(client, path, range="bytes=0-1", if_range=held.format(etag))
    assert response.status_code == 200
    data(response)


def test_any_accept_header_gets_it(client, page, path):
    for accept in ("application/zip", "application/zstd", "text/html", "*/*"):
        response = ask(client, path, accept=accept)
        assert response.status_code == 200
        data(response)


def test_a_page_that_ended_by_the_clock_is_in_no_bundle(client, page, path):
    data(ask(client, path))
    CurrentEdition.objects.filter(page=page).update(expires_at=timezone.now())
    assert open_bundle(data(ask(client, path))).slugs == set()


def test_a_file_that_somebody_deleted_is_made_again(client, page, path, settings):
    first = data(ask(client, path))
    bundle = Bundle.objects.get()
    (Path(settings.BUNDLE_ROOT) / bundle.name).unlink()
    assert data(ask(client, path)) == first


# While a new one cannot be had


@pytest.fixture
def busy():
    """Another thread of this process is making one."""
    with serving._making:
        yield


def test_without_its_newest_page_is_better_than_nothing(client, page, path, request):
    data(ask(client, path))
    factory.treatment("neck-care")
    request.getfixturevalue("busy")
    assert open_bundle(data(ask(client, path))).slugs == {"back-care"}


@pytest.mark.parametrize("change", ["edited", "recalled", "unpublished", "ended"])
def test_an_old_bundle_with_what_is_not_public_any_more_is_never_served(
    client, page, path, request, change
):
    data(ask(client, path))
    match change:
        case "edited":
            factory.edit(page, summary_en="Not what it was.")
        case "recalled":
            set_release(page.pk, get_language("en"), "recalled", by="Dr. Luz", reason="dose")
            reconcile(page.pk)
        case "unpublished":
            page.unpublish()
        case "ended":
            CurrentEdition.objects.filter(page=page).update(expires_at=timezone.now())
    request.getfixturevalue("busy")
    refused = ask(client, path)
    assert refused.status_code == 503
    assert orjson.loads(refused.content)["type"].endswith(":bundle-not-ready")
    assert refused["Retry-After"] == "2"


def test_one_process_of_all_makes_it_and_who_was_ended_is_not_waited_for(client, page, path):
    Bundle.objects.create(
        language="en", format="zip", making_until=timezone.now() + timedelta(seconds=30)
    )
    assert ask(client, path).status_code == 503
    Bundle.objects.update(making_until=timezone.now() - timedelta(seconds=1))
    assert open_bundle(data(ask(client, path))).slugs == {"back-care"}
    assert Bundle.objects.get().making_until is None


def test_more_than_a_reader_can_wait_for_is_left_to_others(client, page, path, monkeypatch):
    monkeypatch.setattr(serving, "MOST_IN_A_REQUEST", 0)
    refused = ask(client, path)
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")


def test_a_storage_that_cannot_be_written_is_a_503_and_names_no_folder(
    client, page, path, settings, caplog
):
    settings.BUNDLE_ROOT.write_text("a file where the folder should be")
    refused = ask(client, path)
    assert refused.status_code == 503
    assert orjson.loads(refused.content)["type"].endswith(":bundle-storage-unavailable")
    assert str(settings.BUNDLE_ROOT) not in refused.content.decode()
    settings.BUNDLE_ROOT.unlink()
    assert open_bundle(data(ask(client, path))).slugs == {"back-care"}
    assert Bundle.objects.get().making_until is None


def test_a_full_disk_is_a_507_that_leaves_no_file_and_what_was_there(client, page, path, settings):
    first = ask(client, path)
    data(first)
    factory.edit(page, summary_en="Not what it was.")
    allowed, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, most))
    try:
        refused = ask(client, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, most))
    assert refused.status_code == 507
    assert orjson.loads(refused.content)["type"].endswith(":bundle-storage-full")
    (kept,) = (Path(settings.BUNDLE_ROOT) / "en").iterdir()
    assert f'"{hashlib.sha256(kept.read_bytes()).hexdigest()}"' == first["ETag"]
    assert open_bundle(data(ask(client, path))).slugs == {"back-care"}


@pytest.fixture
def writer(shared_database) -> Iterator[sqlite3.Connection]:
    """Another process's, on SQLite, and nobody waits for its end."""
    if connection.vendor != "sqlite":
        pytest.skip("on PostgreSQL a write of others is in nobody's way")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 0")
        yield other


@pytest.mark.django_db(transaction=True)
def test_while_another_writes_a_bundle_that_has_to_be_made_is_a_503(writer, client, page, path):
    client.raise_request_exception = False
    writer.execute("BEGIN IMMEDIATE")
    refused = client.get(path)
    assert (refused.status_code, refused["Retry-After"]) == (503, "2")
    assert orjson.loads(refused.content)["type"].endswith(":database-unavailable")


@pytest.mark.django_db(transaction=True)
def test_while_another_writes_a_stored_bundle_without_the_newest_page_is_served(
    writer, client, page, path
):
    first = data(ask(client, path))
    factory.treatment("neck-care")
    writer.execute("BEGIN IMMEDIATE")
    assert data(ask(client, path)) == first


def test_a_parameter_and_a_language_that_there_is_not_are_refused(client, path):
    assert client.get(f"{path}?width=800").status_code == 400
    assert client.get(path.replace("/en/", "/de/")).status_code == 404
    assert client.post(path).status_code == 405
