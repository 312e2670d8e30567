"""What is read from a replica is right, or a second old, or read from the primary instead."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from tests.topology.conftest import Databases
from tests.topology.reading import Answer, Reader
from tests.topology.servers import AppServer, until

EDIT = """
from pages.models import TreatmentPage
page = TreatmentPage.objects.get(slug={slug!r})
page.also_called_en = {text!r}
page.save_revision().publish()
"""
# Prints the moment by the machine's clock at which it was committed. pause: what stands still from
# right before; earlier, the replica would be left before there is anything to be wrong about.
RECALL = """
import time
import psycopg
from django.db import transaction
from pages.languages import get_language
from pages.models import TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
page = TreatmentPage.objects.get(slug={slug!r})
with transaction.atomic():
    transaction.on_commit(lambda: print(time.monotonic()))  # before the replica is waited for
    set_release(page.pk, get_language("es"), {state!r}, by="Dr. Luz", reason="wrong dose")
    reconcile(page.pk)
    if {pause!r}:
        with psycopg.connect({pause!r}, autocommit=True) as replica:
            replica.execute("SELECT pg_wal_replay_pause()")
"""


@pytest.fixture
def replica(databases: Databases) -> Iterator[Databases]:
    """Both databases, in step and answering."""
    yield databases
    databases.replica.query("SELECT pg_wal_replay_resume()")
    databases.settle()


@pytest.fixture
def app(replica: Databases) -> Iterator[AppServer]:
    server = replica.app("app")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def patient_app(replica: Databases) -> Iterator[AppServer]:
    """One that reads from the replica however far that is behind."""
    server = replica.app("patient-app", REPLICA_LAG_SECONDS="3600")
    server.start()
    yield server
    server.stop()


def slug_of(reader: Reader) -> str:
    items = json.loads(reader.get("/api/v1/es/treatments/").body)["items"]
    return str(items[0]["slug"])


def detail(slug: str, language: str = "en") -> str:
    return f"/api/v1/{language}/treatments/{slug}/"


def test_the_replica_is_read_from(replica, app):
    sessions = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'polyclinic' "
        "AND query LIKE '%pages_%'"
    )
    reader = Reader(app.port)
    slug = slug_of(reader)

    def read() -> bool:
        assert reader.get(detail(slug)).status == 200
        return bool(replica.replica.query(sessions))

    until(read, "no reader reached the replica")


def test_who_has_a_newer_answer_is_not_given_an_older_one(replica, patient_app):
    reader = Reader(patient_app.port)
    slug = slug_of(reader)
    until(lambda: "close to its primary" in patient_app.log.read_text(), "never close")
    cursor = json.loads(reader.get("/api/v1/en/sync/?initial=true").body)["next_cursor"]
    before = reader.get(detail(slug))
    since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    unchanged = reader.get(f"/api/v1/en/treatments/?changed_since={since}").body
    replica.replica.query("SELECT pg_wal_replay_pause()")
    replica.run(EDIT.format(slug=slug, text="Seen on the primary"))

    primary = replica.app("primary-app", DATABASE_REPLICA_URL="")
    primary.start()
    try:
        after = Reader(primary.port).get(detail(slug))
        newer = Reader(primary.port).get(f"/api/v1/en/sync/?cursor={cursor}")
    finally:
        primary.stop()
    assert after.etag != before.etag
    newer_cursor = json.loads(newer.body)["next_cursor"]

    # It is behind, and is read from: who shows nothing gets the older answer.
    assert reader.get(detail(slug)).etag == before.etag
    # Who shows what it has gets no step back.
    assert reader.get(detail(slug), If_None_Match=after.etag).status == 304
    assert reader.get(detail(slug), If_None_Match=before.etag).status == 304
    assert reader.get(detail(slug), If_None_Match='"another"').etag == after.etag
    assert reader.get(f"/api/v1/en/treatments/?changed_since={since}").body != unchanged
    # A sync cursor from beyond the replica's end is no reason to begin anew.
    answer = reader.get(f"/api/v1/en/sync/?cursor={newer_cursor}")
    assert (answer.status, json.loads(answer.body)["items"]) == (200, [])


def test_what_is_not_there_yet_is_found_on_the_primary(replica, patient_app):
    reader = Reader(patient_app.port)
    slug = slug_of(reader)
    until(lambda: "close to its primary" in patient_app.log.read_text(), "never close")
    replica.run(RECALL.format(slug=slug, state="withdrawn", pause=""))
    replica.settle()
    assert reader.get(detail(slug, "es")).status == 404
    replica.replica.query("SELECT pg_wal_replay_pause()")
    replica.run(RECALL.format(slug=slug, state="released", pause=""))
    assert reader.get(detail(slug, "es")).status == 200


def test_a_recall_is_served_nowhere_past_the_bound_while_the_replica_stands_still(replica, app):
    reader = Reader(app.port)
    slug = slug_of(reader)
    path = detail(slug, "es")
    until(lambda: "close to its primary" in app.log.read_text(), "never close")
    answers: list[tuple[float, Answer]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            began = time.monotonic()
            answers.append((began, reader.get(path)))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1)
        pause = replica.replica.url()
        committed = float(
            replica.run(RECALL.format(slug=slug, state="withdrawn", pause=pause)).splitlines()[0]
        )
        time.sleep(3)
    finally:
        done.set()
        for thread in threads:
            thread.join()
        replica.run(RECALL.format(slug=slug, state="released", pause=""))
    assert {answer.status for _, answer in answers} == {200, 404}
    late = [at - committed for at, answer in answers if answer.status == 200]
    # The replica was read from after the recall, or this would prove nothing.
    assert 0 < max(late) < 1.0
    print(f"the last stale answer began {max(late):.3f} s after the recall")


@pytest.fixture
def forgetful_app(replica: Databases) -> Iterator[AppServer]:
    """One that keeps no answers, which are a second old at most whatever they were read from."""
    server = replica.app("forgetful-app", KEPT_MEGABYTES="0")
    server.start()
    yield server
    server.stop()


def test_who_publishes_and_then_reads_reads_that(replica, forgetful_app):
    """The replica applies each commit 0.3 s late: within the bound, so it is read from."""
    app = forgetful_app
    reader = Reader(app.port)
    slug = slug_of(reader)
    delay = "ALTER SYSTEM SET recovery_min_apply_delay = '{}ms'"
    until(lambda: "close to its primary" in app.log.read_text(), "never close")
    replica.replica.query(delay.format(300))
    replica.replica.query("SELECT pg_reload_conf()")
    try:
        script = f"""
import http.client, time
from django.db import transaction
from pages.models import TreatmentPage
for number in range(4):
    page = TreatmentPage.objects.get(slug={slug!r})
    page.also_called_en = f"Name {{number}}"
    page.save_revision().publish()
    connection = http.client.HTTPConnection("127.0.0.1", {app.port})
    connection.request("GET", {detail(slug)!r})
    print(f"Name {{number}}" in connection.getresponse().read().decode())
    connection.close()
"""
        assert replica.run(script).split() == ["True"] * 4
    finally:
        replica.replica.query(delay.format(0))
        replica.replica.query("SELECT pg_reload_conf()")


def test_a_replica_that_dies_costs_no_read_and_is_read_from_again(replica, app):
    reader = Reader(app.port)
    slug = slug_of(reader)
    until(lambda: "close to its primary" in app.log.read_text(), "never close")
    replica.replica.kill()
    began = time.monotonic()
    slowest = 0.0
    while time.monotonic() < began + 4:
        asked = time.monotonic()
        assert reader.get(detail(slug)).status == 200
        slowest = max(slowest, time.monotonic() - asked)
    replica.replica.start()
    told = app.log.read_text().count("close to its primary")
    until(
        lambda: (
            reader.get(detail(slug)).status == 200
            and app.log.read_text().count("close to its primary") > told
        ),
        "the replica is not read from again",
    )
    print(f"the slowest read took {slowest:.3f} s")


def test_search_is_read_from_the_replica_and_is_right_when_that_dies(replica, app):
    """What was recalled is not found any more, by whoever is asked."""
    reader = Reader(app.port)
    until(lambda: "close to its primary" in app.log.read_text(), "never close")

    def search() -> bytes:
        answer = reader.get("/api/v1/es/search/?q=rehabilitacion&limit=50")
        assert answer.status == 200
        return answer.body

    right = search()
    found = [hit["slug"] for hit in json.loads(right)["items"]]
    assert found

    def scans() -> int:
        with psycopg.connect(replica.replica.url("polyclinic"), autocommit=True) as server:
            (found,) = server.execute(
                "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_user_tables "
                "WHERE relname = 'wagtailsearch_indexentry'"
            ).fetchone()
        return int(found)

    before = scans()

    def searched() -> bool:
        assert search() == right
        return scans() > before

    until(searched, "no search reached the replica")
    replica.replica.kill()
    try:
        began = time.monotonic()
        while time.monotonic() < began + 3:
            assert search() == right
        replica.run(RECALL.format(slug=found[0], state="withdrawn", pause=""))
        left = json.loads(search())["items"]
        assert [hit["slug"] for hit in left] == found[1:]
    finally:
        replica.replica.start()
        replica.run(RECALL.format(slug=found[0], state="released", pause=""))
    replica.settle()
    assert search() == right


def test_a_replica_that_freezes_costs_no_read(replica, app):
    """Its connections stay open, and say nothing: each thread of the server finds out once."""
    reader = Reader(app.port)
    slug = slug_of(reader)
    until(lambda: "close to its primary" in app.log.read_text(), "never close")
    for _ in range(20):  # every thread has a connection
        assert reader.get(detail(slug)).status == 200
    children = replica.replica.processes()
    for process in children:
        os.kill(process, signal.SIGSTOP)
    try:
        began, slowest = time.monotonic(), 0.0
        while time.monotonic() < began + 5:
            asked = time.monotonic()
            assert reader.get(detail(slug)).status == 200
            slowest = max(slowest, time.monotonic() - asked)
    finally:
        for process in children:
            os.kill(process, signal.SIGCONT)
    assert slowest < 4
    print(f"the slowest read took {slowest:.3f} s")


def test_a_replica_with_another_clock_is_not_read_from(replica, app):
    """Pages end by the clock of who is asked. This replica's is an hour behind: it finds a
    clock_timestamp() of its own first."""
    told = "The replica is not read from: its clock is not the primary's"
    until(lambda: "close to its primary" in app.log.read_text(), "never close")
    function = "FUNCTION public.clock_timestamp()"
    hour_behind = "AS $$ SELECT pg_catalog.clock_timestamp() - interval '1 hour' $$ LANGUAGE sql"
    with psycopg.connect(replica.primary.url("polyclinic"), autocommit=True) as primary:
        primary.execute(f"CREATE {function} RETURNS timestamptz {hour_behind}")
    replica.settle()
    try:
        replica.replica.query("ALTER SYSTEM SET search_path = public, pg_catalog")
        replica.replica.query("SELECT pg_reload_conf()")
        reader = Reader(app.port)

        def read() -> bool:
            assert reader.get(detail(slug_of(reader))).status == 200
            return told in app.log.read_text()

        until(read, "the other clock is not noticed")
    finally:
        replica.replica.query("ALTER SYSTEM RESET search_path")
        replica.replica.query("SELECT pg_reload_conf()")
        with psycopg.connect(replica.primary.url("polyclinic"), autocommit=True) as primary:
            primary.execute(f"DROP {function}")


def test_after_the_primary_was_restored_a_replica_of_what_it_was_is_not_read_from(replica, app):
    """Its log goes on as another, and a position in the one says nothing of the other."""
    reader = Reader(app.port)
    slug = slug_of(reader)
    until(lambda: "close to its primary" in app.log.read_text(), "never close")
    replica.primary.stop()
    replica.primary.recover()
    replica.primary.start()

    def read_and_told(words: str) -> bool:
        assert reader.get(detail(slug)).status in (200, 503)  # while the primary starts
        return words in app.log.read_text()

    until(lambda: read_and_told("its log is not the primary's"), "the other log is not noticed")
    told = app.log.read_text().count("close to its primary")
    # The replica follows by itself, and says so at its next checkpoint.
    replica.primary.query("CHECKPOINT")
    replica.settle()
    replica.replica.query("CHECKPOINT")
    until(
        lambda: (
            reader.get(detail(slug)).status == 200
            and app.log.read_text().count("close to its primary") > told
        ),
        "the replica is not read from again",
    )


def test_while_the_primary_is_down_a_replica_that_may_answer_alone_does(replica):
    app = replica.app("lonely-app", REPLICA_ALONE_SECONDS="60")
    app.start()
    reader = Reader(app.port)
    slug = slug_of(reader)
    until(lambda: "close to its primary" in app.log.read_text(), "never close")
    replica.primary.kill()
    try:
        began = time.monotonic()
        while time.monotonic() < began + 4:
            assert reader.get(detail(slug)).status == 200
        assert reader.get(detail("no-such-page")).status == 404
    finally:
        replica.primary.start()
        app.stop()


def test_while_the_primary_is_down_no_replica_answers_past_the_bound_unless_it_may(replica, app):
    reader = Reader(app.port)
    slug = slug_of(reader)
    until(lambda: "close to its primary" in app.log.read_text(), "never close")
    replica.primary.kill()
    try:
        time.sleep(1.5)
        answer = reader.get(detail(slug))
        assert (answer.status, answer.headers["retry-after"]) == (503, "2")
        assert json.loads(answer.body)["type"] == "urn:polyclinic:problem:database-unavailable"
    finally:
        replica.primary.start()
    until(lambda: reader.get(detail(slug)).status == 200, "it does not recover")
