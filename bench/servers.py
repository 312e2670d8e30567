"""The site served as in production: granian, one worker, behind one proxy that wrk plays."""

from __future__ import annotations

import http.client
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# Both sides run in the same process: what is set here is the same for both.
BLOCKING_THREADS = 2
HEADERS = {"X-Forwarded-Proto": "https"}
SECRET_KEY = "bench-only-key-of-a-database-that-is-dropped-when-it-is-over"  # noqa: S105
PATIENCE = 60  # seconds until a server must answer


def site_environment(database: str, folder: Path) -> dict[str, str]:
    """Production settings, on this database, with everything that is written in `folder`."""
    return {
        **{name: value for name, value in os.environ.items() if name != "REDIS_URL"},
        "POLYCLINIC_ENV": "production",
        "SECRET_KEY": SECRET_KEY,
        "ALLOWED_HOSTS": "127.0.0.1",
        "BASE_URL": "https://clinic.example.org",
        "PROXY_COUNT": "1",
        "DATABASE_URL": database,
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
    }


@contextmanager
def serving(port: int, environment: Mapping[str, str]) -> Iterator[str]:
    """A server for the time of the block; gives its origin."""
    command = [sys.executable, "-m", "granian", "bench.wsgi:application", "--interface", "wsgi"]
    command += ["--no-ws", "--workers", "1", "--blocking-threads", str(BLOCKING_THREADS)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(command, env=dict(environment))
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if ask(port, "/api/empty/django/")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"The server on port {port} does not answer; its messages stand above.")


def _anybody() -> ssl.SSLContext:
    """The bench's nginx has a certificate of its own making."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def ask(
    port: int, path: str, headers: Mapping[str, str] | None = None, *, scheme: str = "http"
) -> tuple[int, bytes]:
    """Status and body."""
    connection = (
        http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=_anybody())
        if scheme == "https"
        else http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    )
    try:
        connection.request("GET", path, headers={**HEADERS, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
