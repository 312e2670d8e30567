"""deploy/nginx.conf, run: on loopback, with a certificate, paths and servers of the test's own."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

SHIPPED = Path(__file__).resolve().parent.parent / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
# CI has it: .ci/run. A test that was left out there would be one that nobody ran.
needs_nginx = pytest.mark.skipif(
    NGINX is None and os.environ.get("CI") != "true", reason="needs nginx: apt install nginx"
)
MAIN = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
{user}
events {{ worker_connections 256; }}
http {{
    types {{ application/json json; text/css css; image/png png; }}
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/polyclinic.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


@dataclass(frozen=True, slots=True)
class Nginx:
    port: int
    folder: Path

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=20, context=trusting()
        )
        try:
            connection.request(method, path, body or None, {"Host": "clinic.example.org", **said})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()


@cache
def trusting() -> ssl.SSLContext:
    """For a certificate that was made a second ago."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def configured(folder: Path, port: int, servers: Sequence[str], files: Path) -> str:
    """What is shipped, with the lines that say HERE filled in."""
    text = SHIPPED.read_text(encoding="utf-8")
    lines = "\n".join(f"    server {server} max_fails=1 fail_timeout=5s;" for server in servers)
    for pattern, filled in (
        (r"    server 127\.0\.0\.1:8000 .*\n    server 127\.0\.0\.1:8001 .*", lines),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        (r"/etc/ssl/clinic\.example\.org\.", f"{folder}/tls."),
        (r"/var/cache/nginx/polyclinic", f"{folder}/cache"),
        (r"/var/log/nginx/polyclinic\.log", f"{folder}/access.log"),
        (r"root /var/lib/polyclinic;", f"root {files};"),
    ):
        text, count = re.subn(pattern, filled, text)
        assert count, f"{pattern} is not in {SHIPPED}"
    return text


@contextmanager
def running(
    folder: Path, servers: Sequence[str], files: Path, **changed: str | None
) -> Iterator[Nginx]:
    """nginx in front of `servers`, as host:port. changed: directives to be given other values, or
    to be left out."""
    assert NGINX, "CI needs nginx: apt install nginx"
    port = free_port()
    text = configured(folder, port, servers, files)
    for name, value in changed.items():
        text, count = re.subn(rf"\b{name} [^;]+;", f"{name} {value};" if value else "", text)
        assert count, name
    (folder / "polyclinic.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
    make_certificate(folder)
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with (folder / "stderr").open("wb") as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
    try:
        wait_for(port, process, folder)
        yield Nginx(port, folder)
    finally:
        process.terminate()
        process.wait(timeout=20)


def make_certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=clinic.example.org"]
    command += ["-keyout", f"{folder}/tls.key", "-out", f"{folder}/tls.pem"]
    subprocess.run(command, check=True, capture_output=True)


def wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"nginx does not run: {(folder / 'stderr').read_text()}")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
