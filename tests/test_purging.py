"""Caches are told what to forget: a real Varnish, what Cloudflare takes, one that is away."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from api.caching import SHARED_MAX_AGE, STALE_IF_ERROR
from api.kept import PATIENCE
from cms.environment import read_caches
from pages.languages import all_languages, get_language
from pages.models import CachePurge, Category, ClinicBranding, TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from pages.purging import background, keys
from pages.purging.backends import MOST_KEYS, PurgeRefused, purge
from pages.purging.sender import POINTLESS, SETTLES, Sender
from tests import factory
from tests.database_away import database_away
from tests.nginx import free_port

pytestmark = pytest.mark.django_db(transaction=True)
DETAIL = "/api/v1/en/treatments/back-care/"
LIST = "/api/v1/en/treatments/"
VCL = Path(__file__).resolve().parent.parent / "deploy" / "varnish.vcl"
VARNISH = shutil.which("varnishd") or shutil.which("varnishd", path="/usr/sbin")
needs_varnish = pytest.mark.skipif(
    VARNISH is None and os.environ.get("CI") != "true", reason="needs varnish: apt install varnish"
)


class Taken(ThreadingHTTPServer):
    """A cache's address that says what it was asked. answer: status and body."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.answer = (200, b'{"success": true}')

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/zone/purge_cache"


class _Taking(BaseHTTPRequestHandler):
    server: Taken

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, dict(self.headers), body))
        status, answer = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PURGE = _take

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def taken() -> Iterator[Taken]:
    server = Taken()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def by_hand(settings, monkeypatch, taken: Taken) -> Taken:
    """One cache, and the test says when it is asked."""
    settings.CACHE_PURGE = [f"cloudflare+{taken.address}"]
    settings.CACHE_PURGE_SECRET = "a-secret"
    monkeypatch.setattr("pages.purging.outbox.wake", lambda: None)
    return taken


def keys_of(*rows: CachePurge) -> set[str]:
    return {key for row in rows for key in row.keys.split()}


# What is to be forgotten


def test_a_change_purges_the_page_the_lists_of_its_languages_and_the_list_of_languages(by_hand):
    page = factory.treatment()
    factory.translate(page, "es")
    CachePurge.objects.all().delete()
    factory.edit(page, summary_en="Something new.")
    treatment = page.translation_key.hex
    assert keys_of(*CachePurge.objects.all()) == {
        treatment,
        "list-en",
        "list-es",
        "languages",
    }
    CachePurge.objects.all().delete()
    set_release(page.pk, get_language("es"), "recalled", by="Dr. Luz", reason="a wrong dose")
    reconcile(page.pk)
    assert keys_of(*CachePurge.objects.all()) == {treatment, "list-es", "languages"}


def test_every_answer_that_a_change_makes_wrong_has_one_of_its_keys(client, by_hand):
    page = factory.treatment()
    factory.treatment("other")
    factory.translate(page, "es")
    paths = (
        DETAIL,
        f"/api/v1/es/treatments/{page.translation_key}/",
        "/api/v1/treatments/back-care/",
        "/api/v1/treatments/",
        f"{LIST}?fields=full&limit=1",
        "/api/v1/languages/",
        *(f"/api/v1/es/treatments/back-care.{each}" for each in ("html", "txt", "email")),
    )
    before = {path: client.get(path) for path in paths}
    CachePurge.objects.all().delete()
    page.unpublish()
    purged = keys_of(*CachePurge.objects.all())
    for path in paths:
        after = client.get(path)
        assert after.content != before[path].content, path
        assert purged & set(before[path]["Surrogate-Key"].split()), path
    other = client.get("/api/v1/en/treatments/other/")["Surrogate-Key"]
    assert not purged & set(other.split())


def test_every_cache_of_cache_groups_holds_the_keys_of_every_answer(client, by_hand):
    """RFC 9875, section 2: 32 keys of 32 characters are what a cache can count on."""
    page = factory.treatment()
    other = factory.treatment("other")
    codes = [language.code for language in all_languages()]
    paths = [
        "/api/v1/languages/",
        "/api/v1/treatments/",
        "/api/v1/treatments/back-care/",
        f"/api/v1/en/sync/?initial=true&languages={','.join(codes[1:])}",
        *(f"/api/v1/{code}/treatments/{page.translation_key}/" for code in codes),
        *(f"/api/v1/en/treatments/other.{suffix}" for suffix in ("html", "txt", "email")),
        *(f"/api/v1/{code}/{name}/" for code in codes for name in keys.VOCABULARY.values()),
        *(f"/api/v1/{code}/treatments/" for code in codes),
    ]
    said: set[str] = set()
    for path in paths:
        found = client.get(path)
        groups = re.findall(r'"([^"]*)"', found.get("Cache-Groups", ""))
        assert groups or found.status_code == 404, path
        assert len(groups) <= 32, path
        assert found.get("Cache-Tag", "").split(",") == (groups or [""])
        said |= set(groups)
    assert {page.translation_key.hex, other.translation_key.hex, "list-zh-hans"} <= said
    said |= keys_of(*CachePurge.objects.all())
    assert all(re.fullmatch(r"[a-z0-9-]{1,32}", key) for key in said)
    alike = [key for key in said if re.fullmatch(r"[0-9a-f]{32}", key)]
    assert sorted(alike) == sorted(each.translation_key.hex for each in (page, other))


def test_vocabulary_and_branding_purge_what_shows_them(client, by_hand):
    Category.objects.create(name_en="Manual therapy")
    (row,) = CachePurge.objects.all()
    assert row.keys in client.get("/api/v1/en/categories/")["Surrogate-Key"].split()
    row.delete()
    factory.treatment()
    CachePurge.objects.all().delete()
    ClinicBranding.objects.create(site=factory.site(), name="A clinic")
    email = client.get("/api/v1/en/treatments/back-care.email")["Surrogate-Key"].split()
    assert keys_of(*CachePurge.objects.all()) & set(email)


def test_what_is_rolled_back_purges_nothing(by_hand):
    page = factory.treatment()
    CachePurge.objects.all().delete()
    with transaction.atomic():
        factory.edit(page, summary_en="Not yet said.")
        assert CachePurge.objects.exists()
        transaction.set_rollback(True)
    assert not CachePurge.objects.exists()


def test_without_a_cache_nothing_is_written(settings):
    settings.CACHE_PURGE = []
    factory.treatment()
    assert not CachePurge.objects.exists()


# How it is asked


def test_each_kind_of_cache_is_asked_in_its_own_words(taken):
    keys = [f"list-{number}" for number in range(MOST_KEYS + 5)]
    purge(f"cloudflare+{taken.address}", keys, "a-secret")
    method, headers, _ = taken.asked[0]
    assert (method, headers["Authorization"]) == ("POST", "Bearer a-secret")
    assert [len(json.loads(body)["tags"]) for _, _, body in taken.asked] == [MOST_KEYS, 5]
    assert [key for _, _, body in taken.asked for key in json.loads(body)["tags"]] == keys
    taken.asked.clear()
    purge(f"fastly+{taken.address}", ["list-en", "languages"], "a-secret")
    purge(f"varnish+{taken.address}", ["list-en", "languages"], "a-secret")
    (method, headers, _), (varnish, unsigned, _) = taken.asked
    assert (method, headers["Fastly-Key"]) == ("POST", "a-secret")
    assert headers["Surrogate-Key"] == unsigned["Surrogate-Key"] == "list-en languages"
    assert varnish == "PURGE"
    assert "a-secret" not in str(unsigned)


@pytest.mark.parametrize("answer", [(403, b"no"), (302, b""), (200, b'{"success": false}')])
def test_a_refusal_is_one(taken, answer):
    taken.answer = answer
    with pytest.raises(PurgeRefused, match="It answered"):
        purge(f"cloudflare+{taken.address}", ["list-en"], "")


noted: list[tuple[str, list[str]]] = []


def of_our_own(address: str, keys: list[str], secret: str) -> None:
    noted.append((address, list(keys)))


def test_a_kind_of_cache_of_ones_own_is_a_function(settings):
    purge("tests.test_purging.of_our_own+http://cache.example.org/", ["list-en"], "")
    assert noted == [("http://cache.example.org/", ["list-en"])]


@pytest.mark.parametrize("value", ["nginx+http://a", "varnish+ftp://a", "http://a", "varnish"])
def test_a_cache_that_is_not_understood_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("CACHE_PURGE", f"varnish+http://127.0.0.1:6081,{value}")
    with pytest.raises(ImproperlyConfigured, match="CACHE_PURGE='"):
        read_caches("CACHE_PURGE", kinds=("varnish",))


# When


def test_a_cache_is_asked_at_once_and_again_when_every_process_has_heard(by_hand):
    """One that had not heard answers from memory for up to a second, and fills the cache anew."""
    factory.treatment()
    now = timezone.now()
    sender = Sender(clock=lambda: now)
    sender.send_due()
    sender.send_due()
    assert len(by_hand.asked) == 1
    assert sender.seconds_to_next() == pytest.approx(SETTLES.total_seconds())
    assert SETTLES.total_seconds() > PATIENCE + 1  # and a replica's second
    now += SETTLES
    sender.send_due()
    assert [body for _, _, body in by_hand.asked] == [by_hand.asked[0][2]] * 2
    assert not CachePurge.objects.exists()
    assert sender.seconds_to_next() is None


def test_many_changes_are_one_request(by_hand):
    page = factory.treatment()
    for number in range(5):
        factory.edit(page, summary_en=f"Version {number}.")
    Sender().send_due()
    assert len(by_hand.asked) == 1


def test_a_cache_that_is_away_is_asked_until_its_copies_have_ended(by_hand, caplog):
    by_hand.answer = (503, b"busy")
    factory.treatment()
    now = timezone.now()
    sender = Sender(clock=lambda: now)
    pauses = []
    for _ in range(8):
        sender.send_due()
        pauses.append(sender.seconds_to_next())
        now += timedelta(seconds=pauses[-1])
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
    assert "It answered 503" in CachePurge.objects.get().error
    by_hand.answer = (200, b'{"success":true}')
    sender.send_due()
    now += SETTLES
    sender.send_due()
    assert not CachePurge.objects.exists()
    by_hand.answer = (503, b"busy")
    factory.treatment("other")
    now += POINTLESS + timedelta(seconds=1)
    sender.send_due()
    assert not CachePurge.objects.exists()
    assert "its copies have ended" in caplog.text
    assert timedelta(seconds=SHARED_MAX_AGE + STALE_IF_ERROR) == POINTLESS


@pytest.mark.parametrize("broken", ["refuses", "says nothing"])
def test_a_dead_cache_neither_fails_a_publish_nor_keeps_it_waiting(settings, broken):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1] if broken == "says nothing" else free_port()
        settings.CACHE_PURGE = [f"varnish+http://127.0.0.1:{port}"]
        page = factory.treatment()
        began = time.monotonic()
        factory.edit(page, summary_en="Something new.")
        assert time.monotonic() - began < 2
        assert CachePurge.objects.count() >= 1
        CachePurge.objects.all().delete()
        background.finish()


def test_what_was_taken_out_of_the_settings_is_forgotten(by_hand, settings):
    factory.treatment()
    settings.CACHE_PURGE = []
    Sender().send_due()
    assert not CachePurge.objects.exists()


def test_by_hand(by_hand, capsys):
    call_command("purge_caches", "language-es")
    assert json.loads(by_hand.asked[0][2])["tags"] == ["language-es"]
    assert "Purged" in capsys.readouterr().out
    with pytest.raises(CommandError, match="is no key"):
        call_command("purge_caches", "language es")
    by_hand.answer = (403, b"who are you")
    with pytest.raises(CommandError, match="who are you"):
        call_command("purge_caches", "language-es")


# Varnish


@pytest.fixture
def site(settings) -> Iterator[LiveServer]:
    settings.ALLOWED_HOSTS = ["clinic.example.org"]
    settings.PROXY_COUNT = 1
    server = LiveServer("127.0.0.1:0")
    yield server
    server.stop()


@contextmanager
def varnish(site: LiveServer, folder: Path) -> Iterator[int]:
    assert VARNISH, "CI needs varnish: apt install varnish"
    text = VCL.read_text(encoding="utf-8")
    for shipped, here in (
        ('.port = "8000"', f'.port = "{site.thread.port}"'),
        (".interval = 2s", ".interval = 200ms"),
    ):
        assert shipped in text
        text = text.replace(shipped, here)
    (folder / "default.vcl").write_text(text, encoding="utf-8")
    port = free_port()
    command = [VARNISH, "-F", "-a", f"127.0.0.1:{port}", "-f", f"{folder}/default.vcl"]
    command += ["-n", f"{folder}/work", "-s", "malloc,16m", "-j", "none"]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                ask(port, "/api/")
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    pytest.fail((folder / "said").read_text())
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def ask(port: int, path: str, **headers: str) -> tuple[int, str, bytes]:
    """Status, X-Cache and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(
            "GET",
            path,
            headers={"Host": "clinic.example.org", "X-Forwarded-Proto": "https", **headers},
        )
        answer = connection.getresponse()
        return answer.status, answer.getheader("X-Cache") or "", answer.read()
    finally:
        connection.close()


@needs_varnish
def test_varnish_forgets_a_page_and_its_lists_when_it_changes_and_nothing_else(
    site, settings, tmp_path
):
    page, _ = factory.treatment(), factory.treatment("other")
    with varnish(site, tmp_path) as port:
        settings.CACHE_PURGE = [f"varnish+http://127.0.0.1:{port}"]
        other = "/api/v1/en/treatments/other/"
        for path in (DETAIL, LIST, other):
            assert [ask(port, path)[1] for _ in range(2)] == ["MISS", "HIT"], path
        assert ask(port, DETAIL, Authorization="Bearer x")[1] == "MISS"
        assert ask(port, DETAIL, Cookie="sessionid=x")[1] == "MISS"
        factory.edit(page, summary_en="Something new.")
        deadline = time.monotonic() + 5
        while b"Something new." not in ask(port, DETAIL)[2] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert b"Something new." in ask(port, DETAIL)[2]
        assert b"Something new." in ask(port, LIST)[2]
        assert ask(port, other)[1] == "HIT"
        wait_until_sent()
        set_release(page.pk, get_language("en"), "recalled", by="Dr. Luz", reason="a wrong dose")
        reconcile(page.pk)
        wait_until_sent()
        assert ask(port, DETAIL)[0] == 404


def wait_until_sent() -> None:
    deadline = time.monotonic() + 15
    while CachePurge.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not CachePurge.objects.exists()


@needs_varnish
def test_varnish_serves_copies_while_the_server_fails_and_none_past_its_end(site, tmp_path):
    ending: TreatmentPage = factory.treatment(expire_at=timezone.now() + timedelta(seconds=8))
    with varnish(site, tmp_path) as port:
        status, _, body = ask(port, DETAIL)
        assert status == 200
        with database_away():
            time.sleep(2)
            assert ask(port, DETAIL)[2] == body
            time.sleep(max(0.0, (ending.expire_at - timezone.now()).total_seconds()) + 1.1)
            status, _, gone = ask(port, DETAIL)
        assert status >= 500
        assert body != gone


@needs_varnish
def test_varnish_takes_no_purge_that_is_not_keys(site, tmp_path):
    with varnish(site, tmp_path) as port:
        for keys in ("", ".*", "a|b", "a  b"):
            with pytest.raises(PurgeRefused, match="400"):
                purge(f"varnish+http://127.0.0.1:{port}", [keys], "")
        purge(f"varnish+http://127.0.0.1:{port}", ["list-en", "languages"], "")
