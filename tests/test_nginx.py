"""The shipped nginx in front of the site: what it keeps, for how long, and what it never keeps."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from api.kept import PATIENCE
from api.position import positions
from pages.languages import get_language
from pages.models import TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from tests import factory
from tests.database_away import database_away
from tests.nginx import Nginx, needs_nginx, running, trusting

pytestmark = [pytest.mark.django_db(transaction=True), needs_nginx]
DETAIL = "/api/v1/en/treatments/back-care/"
# A second of nginx, in whole seconds of its clock.
HEARD = 2.1


@pytest.fixture
def site(settings) -> Iterator[LiveServer]:
    """A server of the site, in this process."""
    settings.ALLOWED_HOSTS = ["clinic.example.org"]
    settings.BASE_URL = "https://clinic.example.org"
    settings.PROXY_COUNT = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    positions.forget()
    server = LiveServer("127.0.0.1:0")
    yield server
    if server.thread.is_alive():
        server.stop()


@pytest.fixture
def nginx(site: LiveServer, tmp_path: Path) -> Iterator[Nginx]:
    """In front of that server and of one that does not answer: half of all first tries fail."""
    servers = [address(site), "127.0.0.1:9"]
    # A connection that is kept alive would outlive this kind of server.
    with running(tmp_path, servers, tmp_path / "var", keepalive=None) as found:
        yield found


def address(server: LiveServer) -> str:
    return f"{server.thread.host}:{server.thread.port}"


def cached(nginx: Nginx, path: str = DETAIL, **headers: str) -> str:
    answer = nginx.ask(path, **headers)
    assert answer.status == 200, answer.body
    return answer.headers["x-cache"]


def test_the_second_reader_gets_the_same_bytes_from_the_cache(nginx):
    factory.treatment()
    first, second = nginx.ask(DETAIL), nginx.ask(DETAIL)
    assert [each.headers["x-cache"] for each in (first, second)] == ["MISS", "HIT"]
    assert first.status == second.status == 200
    assert first.body == second.body
    told = {name: first.headers[name] for name in first.headers if name != "x-cache"}
    assert told == {name: second.headers[name] for name in second.headers if name != "x-cache"}
    unchanged = nginx.ask(DETAIL, if_none_match=first.headers["etag"])
    assert (unchanged.status, unchanged.body) == (304, b"")
    head = nginx.ask(DETAIL, "HEAD")
    assert (head.headers["x-cache"], head.headers["content-length"]) == (
        "HIT",
        str(len(first.body)),
    )


def test_a_language_and_a_format_that_were_negotiated_are_not_another_readers(nginx):
    factory.translate(factory.treatment(), "es")
    path = "/api/v1/treatments/back-care/"
    for _ in range(2):
        for code in ("en", "es"):
            assert nginx.ask(path, accept_language=code).headers["content-language"] == code
        for media_type in ("application/json", "text/plain"):
            found = nginx.ask(DETAIL, accept=media_type).headers["content-type"]
            assert found.startswith(media_type)


def test_one_address_is_never_answered_as_another(nginx):
    """To nginx's $uri the two are one."""
    factory.treatment()
    assert nginx.ask(f"{DETAIL}?rich=html").status == 200
    assert nginx.ask(f"{DETAIL}%3Frich=html").status == 404


def recalled(page: TreatmentPage) -> None:
    set_release(page.pk, get_language("en"), "recalled", by="Dr. Luz", reason="a wrong dose")
    reconcile(page.pk)


def test_what_is_recalled_or_published_is_heard_of_within_a_second_of_nginx(nginx):
    page = factory.treatment()
    assert [cached(nginx), cached(nginx)] == ["MISS", "HIT"]
    factory.edit(page, summary_en="Something new.")
    time.sleep(HEARD)
    assert b"Something new." in nginx.ask(DETAIL).body
    assert cached(nginx) == "HIT"
    recalled(page)
    time.sleep(HEARD)
    for _ in range(3):
        assert nginx.ask(DETAIL).status == 404


def test_while_nobody_publishes_nginx_hears_of_nothing_and_keeps_its_copies(nginx):
    factory.treatment()
    cached(nginx)
    time.sleep(HEARD)
    assert cached(nginx) == "HIT"


def test_a_page_ends_on_time_in_every_cache(nginx, site):
    """In nginx, and in browsers, which know its age by the Date of the copy."""
    factory.treatment(expire_at=timezone.now() + timedelta(seconds=5))
    first = nginx.ask(DETAIL)
    time.sleep(2)
    second = nginx.ask(DETAIL)
    assert second.headers["x-cache"] == "HIT"
    assert second.headers["date"] == first.headers["date"]
    assert int(re.findall(r"max-age=(\d+)", second.headers["cache-control"])[0]) <= 5
    time.sleep(4)
    assert nginx.ask(DETAIL).status == 404


def test_nor_does_it_outlive_its_end_while_the_servers_are_away(nginx, site):
    factory.treatment(expire_at=timezone.now() + timedelta(seconds=5))
    body = nginx.ask(DETAIL).body
    site.stop()
    time.sleep(HEARD)
    assert nginx.ask(DETAIL).body == body
    time.sleep(4)
    gone = nginx.ask(DETAIL)
    assert (gone.status, gone.headers["content-type"]) == (503, "application/problem+json")
    assert gone.headers["retry-after"] == "5"
    assert b"back" not in gone.body


def test_copies_are_served_while_the_servers_are_away(nginx, site):
    factory.treatment()
    body = nginx.ask(DETAIL).body
    site.stop()
    time.sleep(HEARD)  # the version is stale as well
    for _ in range(4):
        assert nginx.ask(DETAIL).body == body


def test_copies_are_served_while_the_database_is_away(nginx):
    """The servers answer, with 500, and their stale-if-error still counts."""
    factory.treatment(expire_at=timezone.now() + timedelta(seconds=3600))
    body = nginx.ask(DETAIL).body
    with database_away():
        time.sleep(HEARD)
        assert nginx.ask(DETAIL).body == body
        assert nginx.ask("/api/v1/en/treatments/").status == 503


@pytest.mark.parametrize(
    "personal", [{"authorization": "Bearer x"}, {"cookie": "sessionid=x"}], ids=lambda each: [*each]
)
def test_who_says_who_they_are_is_answered_by_the_server_and_kept_nowhere(nginx, personal):
    factory.treatment()
    assert cached(nginx, **personal) == "BYPASS"
    assert cached(nginx) == "MISS"
    assert cached(nginx, **personal) == "BYPASS"


def test_a_preview_is_kept_nowhere(nginx):
    factory.treatment()
    for _ in range(2):
        answer = nginx.ask(f"{DETAIL}?preview=a-token")
        assert (answer.status, answer.headers["x-cache"]) == (400, "BYPASS")


def test_news_searches_and_bundles_are_the_servers_own_words(nginx):
    """Its 304 and its 503, which says when to come again."""
    factory.treatment()
    fresh = nginx.ask("/api/v1/en/sync/")
    assert (fresh.status, "x-cache" in fresh.headers) == (200, False)
    sync = f"/api/v1/en/sync/?cursor={json.loads(fresh.body)['next_cursor']}"
    for path in (sync, "/api/v1/en/search/?q=back"):
        etag = nginx.ask(path).headers["etag"]
        assert nginx.ask(path, if_none_match=etag).status == 304
    bundle = nginx.ask("/api/v1/en/bundle.zip")
    if bundle.status == 503:
        assert json.loads(bundle.body)["type"].endswith("bundle-not-ready")
    else:
        part = nginx.ask("/api/v1/en/bundle.zip", range="bytes=0-9")
        assert (part.status, part.body) == (206, bundle.body[:10])


def test_what_a_server_answers_that_did_not_hear_yet_is_not_kept_under_the_new_name(nginx):
    """The version is asked of one server, and the page of another."""
    page = factory.treatment()
    cached(nginx)
    other_name = "0123456789abcdef"
    response = Client().get(
        DETAIL, headers={"host": "clinic.example.org", "x-cache-version": other_name}
    )
    assert (response.status_code, response["X-Accel-Expires"]) == (200, "0")
    factory.edit(page, summary_en="Something new.")
    version = Client().get("/api/cache-version/", headers={"host": "clinic.example.org"})
    positions._last.clear()
    kept = Client().get(
        DETAIL,
        headers={"host": "clinic.example.org", "x-cache-version": version["X-Cache-Version"]},
    )
    assert "X-Accel-Expires" not in kept
    assert version["Cache-Control"] == "max-age=1, stale-if-error=3600"
    assert PATIENCE <= 1


def test_one_server_of_two_that_dies_fails_no_read(site, tmp_path):
    factory.treatment()
    other = LiveServer("127.0.0.1:0")
    servers = [address(site), address(other)]
    with running(tmp_path, servers, tmp_path, keepalive=None) as nginx:
        for number in range(40):
            if number == 10:
                other.stop()
            assert nginx.ask(f"/api/v1/en/treatments/?limit={number + 1}").status == 200


def test_bodies_have_a_size_and_clients_a_time(nginx, tmp_path, site):
    assert nginx.ask(DETAIL, "POST", b"x" * 70_000).status == 413
    assert nginx.ask("/admin/login/", "POST", b"x" * 70_000).status == 403  # Django's CSRF
    folder = tmp_path / "slow"
    folder.mkdir()
    with running(folder, [address(site)], tmp_path, client_header_timeout="1s") as impatient:
        plain = socket.create_connection(("127.0.0.1", impatient.port), timeout=10)
        with trusting().wrap_socket(plain) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\n")
            began = time.monotonic()
            assert slow.recv(1000) == b""
            assert time.monotonic() - began < 5


def test_files_are_served_and_documents_are_not(nginx, tmp_path):
    for name in ("static/a.0123456789ab.css", "static/a.css", "media/a.png", "media/documents/a"):
        (tmp_path / "var" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "var" / name).write_bytes(b"." * 2000)
    assert "immutable" in nginx.ask("/static/a.0123456789ab.css").headers["cache-control"]
    assert "immutable" not in nginx.ask("/static/a.css").headers["cache-control"]
    zipped = nginx.ask("/static/a.css", accept_encoding="gzip")
    assert (zipped.headers["content-encoding"], zipped.headers["vary"]) == (
        "gzip",
        "Accept-Encoding",
    )
    image = nginx.ask("/media/a.png")
    assert (image.status, image.headers["x-content-type-options"]) == (200, "nosniff")
    for path in ("/media/documents/a", "/media/../media/documents/a", "/media//documents/a"):
        assert nginx.ask(path).status == 404


def test_the_log_has_no_address_and_no_query(nginx):
    nginx.ask("/api/v1/en/treatments/?category=a-condition")
    deadline = time.monotonic() + 5
    log = nginx.folder / "access.log"
    while not log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "GET /api/v1/en/treatments/ 400" in log.read_text()
    assert "127.0.0.1" not in log.read_text()
    assert "a-condition" not in log.read_text()


def test_nobody_outside_is_told_the_version(nginx):
    assert nginx.ask("/api/cache-version/").status == 404


def test_a_reader_cannot_say_the_version(nginx):
    factory.treatment()
    assert cached(nginx, x_cache_version="mine") == "MISS"
    assert cached(nginx, x_cache_version="other") == "HIT"
