"""One POST over real sockets: what counts as an answer, and what no receiver can make us do."""

from __future__ import annotations

import socket
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from pages.models.webhook import new_secret
from pages.webhooks import posting
from pages.webhooks.posting import Answer, post
from pages.webhooks.signing import signed_headers
from tests.webhooks.receiver import Reply, receiving


def send(url: str, *, seconds: float = 5.0, body: bytes = b"{}") -> Answer:
    return post(url, {"webhook-id": "msg_1"}, body, seconds=seconds, allow_private=True)


@contextmanager
def speaking(*pieces: bytes, pause: float = 0.0) -> Iterator[str]:
    """A server that says this to whoever connects, a pause after each piece, and hangs up."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            try:
                for piece in pieces:
                    self.request.sendall(piece)
                    time.sleep(pause)
            except OSError:
                pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


# What is sent


def test_the_receiver_gets_the_bytes_under_its_own_host_name():
    with receiving() as receiver:
        answer = send(receiver.url, body=b'{"a": "\xc3\xa9"}')
    (received,) = receiver.received
    assert received.body == b'{"a": "\xc3\xa9"}'
    assert received.headers["Host"] == receiver.url.split("/")[2]
    assert received.path == "/hook"
    assert (answer.status, answer.outcome, answer.is_accepted) == (200, "200 OK", True)


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        send(receiver.url)
    assert len(receiver.received) == 1
    assert proxy.received == []


# What counts as an answer


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_status_of_success_accepts(status):
    body = b"" if status == 204 else b"ok"
    with receiving(lambda _: Reply(status, body=body)) as receiver:
        assert send(receiver.url).is_accepted


@pytest.mark.parametrize("status", [300, 400, 404, 410, 429, 500, 503])
def test_any_other_does_not(status):
    with receiving(lambda _: Reply(status)) as receiver:
        answer = send(receiver.url)
    assert answer.status == status
    assert not answer.is_accepted


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status):
    with receiving() as elsewhere:
        reply = Reply(status, {"Location": elsewhere.url})
        with receiving(lambda _: reply) as receiver:
            answer = send(receiver.url)
    assert not answer.is_accepted
    assert len(receiver.received) == 1
    assert elsewhere.received == []


def test_an_answer_that_is_reset_after_its_status_is_none():
    with receiving(lambda _: Reply(200, resets=True)) as receiver:
        answer = send(receiver.url)
    assert len(receiver.received) == 1
    assert (answer.status, answer.is_accepted) == (None, False)


@pytest.mark.parametrize(
    "piece",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
        b"HTTP/1.1 2",
        b"220 mail.example.org ESMTP\r\n",
        b"\x16\x03\x01\x02\x00",
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 999999 OK\r\n\r\n",
    ],
)
def test_what_breaks_off_or_is_no_http_is_none(piece):
    with speaking(piece) as url:
        answer = send(url)
    assert (answer.status, answer.is_accepted) == (None, False)
    assert answer.outcome


def test_a_long_answer_is_accepted_and_not_read():
    length = 10_000_000_000
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode()
    with speaking(head, b"x" * 2000) as url:
        answer = send(url)
    assert answer.is_accepted


def test_nothing_of_an_answer_is_shown_but_its_status():
    with speaking(b"HTTP/1.1 404 root:x:0:0\r\nX: y\r\nContent-Length: 6\r\n\r\nsecret") as url:
        assert send(url).outcome == "404 Not Found"
    with speaking(b"HTTP/1.1 499 root:x:0:0\r\nContent-Length: 0\r\n\r\n") as url:
        assert send(url).outcome == "499"


# Time


@pytest.mark.parametrize(
    "pieces",
    [
        (b"",),  # silence
        (b"HTTP/1.1 200 OK\r\n", *[b"X: a\r\n"] * 20),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n", *[b"x"] * 20),
        (b"HTTP/1.1 100 Continue\r\n\r\n",) * 20,
    ],
)
def test_the_whole_exchange_has_one_time_limit(pieces):
    """A receiver that sends something now and then would pass a limit of each read."""
    started = time.monotonic()
    with speaking(*pieces, pause=0.2) as url:
        answer = send(url, seconds=0.7)
        took = time.monotonic() - started
    assert answer.outcome in (
        "No whole answer within 0.7 seconds.",
        "The answer was not HTTP, or broke off.",  # silence that ended before the time did
    )
    assert not answer.is_accepted
    assert took < 1.5


def test_a_resolver_that_does_not_answer_has_the_same_limit(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(2))
    started = time.monotonic()
    answer = send("http://hooks.example.org/", seconds=0.3)
    assert answer.outcome == "No whole answer within 0.3 seconds."
    assert time.monotonic() - started < 1


def test_nobody_listening_and_no_such_name_are_told_apart():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    assert send(address).outcome == "No connection came about, or it broke off."


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("0", 0), ("soon", None), ("-5", None), ("9" * 30, None), ("", None)],
)
def test_retry_after_is_read(value, seconds):
    with receiving(lambda _: Reply(429, {"Retry-After": value})) as receiver:
        assert send(receiver.url).retry_after == seconds


def test_retry_after_as_a_date_is_read():
    date = formatdate(time.time() + 600, usegmt=True)
    with receiving(lambda _: Reply(503, {"Retry-After": date})) as receiver:
        assert 590 < send(receiver.url).retry_after <= 600


# Addresses


def leads_to(monkeypatch, *answers: list[str]) -> list[str]:
    """Have names lead to these addresses, another list with each time that one is asked."""
    asked: list[str] = []

    def resolve(host: str, port: int, **options: object) -> list[object]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [
            (
                socket.AF_INET6 if ":" in each else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (each, port),
            )
            for each in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.fixture
def canary(monkeypatch) -> list[object]:
    """What anything tried to connect to; nothing is let through."""
    tried: list[object] = []

    def refuse(self: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["8.8.8.8", "10.0.0.1"],
        ["::1"],
        ["64:ff9b::a9fe:a9fe"],
        ["fe80::1%lo"],
        [],
    ],
)
def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch, canary, found):
    leads_to(monkeypatch, found)
    answer = post("https://hooks.example.org/", {}, b"{}")
    assert canary == []
    assert answer.outcome == "The host is not on the public internet."


def test_every_address_of_a_name_is_judged_though_four_are_tried(monkeypatch, canary):
    public = [f"8.8.8.{last}" for last in range(9)]
    leads_to(monkeypatch, [*public, "10.0.0.1"], public)
    refused, tried = (post("https://hooks.example.org/", {}, b"{}") for _ in range(2))
    assert refused.outcome == "The host is not on the public internet."
    assert tried.outcome == "No connection came about, or it broke off."
    assert [address[0] for address in canary] == public[:4]


def test_a_name_is_resolved_once_and_connected_by_what_was_judged(monkeypatch, canary):
    """A name that answers with a public address first and with loopback afterwards."""
    asked = leads_to(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    post("https://hooks.example.org/", {}, b"{}")
    assert asked == ["hooks.example.org"]
    assert canary == [("8.8.8.8", 443)]


def test_each_address_of_a_name_is_tried(monkeypatch, canary):
    leads_to(monkeypatch, ["2606:4700::1111", "8.8.8.8", "8.8.4.4"])
    answer = post("https://hooks.example.org:8443/", {}, b"{}")
    assert [address[0] for address in canary] == ["2606:4700::1111", "8.8.8.8", "8.8.4.4"]
    assert answer.outcome == "No connection came about, or it broke off."


@pytest.mark.parametrize("url", ["http://127.0.0.1:8140/", "https://127.0.0.1/", "https://[::1]/"])
def test_without_the_setting_this_machine_is_not_connected_to(canary, url):
    answer = post(url, {}, b"{}")
    assert canary == []
    assert answer.status is None


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """Of hooks.example.org, signed by itself, with its key."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=hooks.example.org "
        f"-addext subjectAltName=DNS:hooks.example.org -keyout {path}.key -out {path}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    return path


@pytest.fixture
def encrypted(certificate, monkeypatch) -> Iterator[tuple[int, list[str | None]]]:
    """The port of a server with that certificate, and the names that it was asked for by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, f"{certificate}.key")
    names: list[str | None] = []
    context.sni_callback = lambda connection, name, _: names.append(name)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                with context.wrap_socket(self.request, server_side=True) as connection:
                    while not connection.recv(65536).endswith(b"{}"):
                        pass
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            except OSError:
                pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield server.server_address[1], names
        server.shutdown()
    posting._context.cache_clear()


def test_the_connection_to_an_address_is_encrypted_for_the_name(
    encrypted, certificate, monkeypatch
):
    port, names = encrypted
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    posting._context.cache_clear()
    leads_to(monkeypatch, ["127.0.0.1"])
    assert send(f"https://hooks.example.org:{port}/").status == 204
    assert names == ["hooks.example.org"]
    answer = send(f"https://other.example.org:{port}/")
    assert answer.outcome == "The host's certificate is not valid for its name."


def test_a_certificate_that_nobody_vouches_for_is_refused(encrypted, monkeypatch):
    port, _ = encrypted
    posting._context.cache_clear()
    leads_to(monkeypatch, ["127.0.0.1"])
    answer = send(f"https://hooks.example.org:{port}/")
    assert answer.outcome == "The host's certificate is not valid for its name."


def test_https_to_what_does_not_speak_it_is_no_answer():
    with speaking(b"HTTP/1.1 200 OK\r\n\r\n") as url:
        answer = send(url.replace("http", "https"))
    assert answer.outcome == "No encrypted connection came about."


# Signatures


def test_the_reference_library_verifies_what_is_signed():
    secret, body = new_secret(), '{"type":"webhook.test","a":"é"}'.encode()
    headers = dict(signed_headers([secret], "msg_1", int(time.time()), body))
    assert Webhook(secret).verify(body, headers) == {"type": "webhook.test", "a": "é"}
    for spoilt_body, spoilt_headers in (
        (body + b" ", headers),
        (body, {**headers, "webhook-id": "msg_2"}),
        (body, {**headers, "webhook-timestamp": str(int(time.time()) + 1)}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(spoilt_body, spoilt_headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)
    old = signed_headers([secret], "msg_1", int(time.time()) - 400, body)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, dict(old))


def test_while_a_secret_is_replaced_either_verifies():
    new, old = new_secret(), new_secret()
    headers = dict(signed_headers([new, old], "msg_1", int(time.time()), b"{}"))
    assert Webhook(new).verify(b"{}", headers) == {}
    assert Webhook(old).verify(b"{}", headers) == {}
