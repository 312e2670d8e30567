"""One POST to a receiver: to an address that was checked, within a time, and nothing else.

The standard library's HTTP client, because it follows no redirect, asks no proxy of the
environment, and lets the socket be ours: the name is resolved once, every address that it leads
to is judged, and the connection goes to such an address and to no name again.
"""

from __future__ import annotations

import io
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any

from pages.webhooks.addresses import RefusedAddress, Target, check_reached, read_target

SECONDS = 10.0  # from the name to the answer's end
_SECONDS_TO_CONNECT = 3.0  # to one address, where a name has several
_MOST_ADDRESSES = 4  # connected to; every one is judged
_MOST_READ = 1024  # of an answer's body, only to know that it came whole


@dataclass(frozen=True, slots=True)
class Answer:
    """status: of HTTP, or None where no whole answer came; outcome: for people, without a word of
    the answer's body; retry_after: seconds that the receiver asked for."""

    status: int | None
    outcome: str
    milliseconds: int
    retry_after: int | None = None

    @property
    def is_accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    seconds: float = SECONDS,
    allow_private: bool = False,
) -> Answer:
    """Send it once. Raises nothing that a receiver, a name or a network can cause."""
    start = time.monotonic()
    deadline = _Deadline(start + seconds)
    status, retry_after = None, None
    try:
        target = read_target(url, allow_private=allow_private)
        status, retry_after = _exchange(target, headers, body, deadline, allow_private)
        outcome = _status_line(status)
    except RefusedAddress as error:
        outcome = str(error)
    except TimeoutError:
        outcome = f"No whole answer within {seconds:g} seconds."
    except socket.gaierror:
        outcome = "The name of the host was not found."
    except ssl.SSLCertVerificationError:
        outcome = "The host's certificate is not valid for its name."
    except ssl.SSLError:
        outcome = "No encrypted connection came about."
    except HTTPException:
        outcome = "The answer was not HTTP, or broke off."
    except OSError:
        outcome = "No connection came about, or it broke off."
    milliseconds = round((time.monotonic() - start) * 1000)
    return Answer(status, outcome, milliseconds, retry_after)


def _status_line(status: int) -> str:
    # The phrase of the registry and not the receiver's own.
    known = status in HTTPStatus.__members__.values()
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)


def _exchange(
    target: Target, headers: Mapping[str, str], body: bytes, deadline: _Deadline, private: bool
) -> tuple[int, int | None]:
    """(status, seconds of Retry-After)."""
    reached = _connect(target, deadline, private)
    with reached:
        connection = HTTPConnection(target.host, target.port)
        # The Host header leaves out the port that the scheme has anyway.
        connection.default_port = 443 if target.is_encrypted else 80
        timed = connection.sock = _TimedSocket(reached, deadline)
        connection.request("POST", target.path, body, {**headers, "Connection": "close"})
        response = connection.getresponse()
        if timed.has_ended:  # in the middle of the headers, which http.client lets pass
            raise HTTPException
        read = response.read(_MOST_READ)
        if len(read) < _MOST_READ and response.length:  # less than was announced
            raise HTTPException
        return response.status, _retry_after(response.headers.get("Retry-After", ""))


def _retry_after(value: str) -> int | None:
    """RFC 9110, section 10.2.3: seconds or a date."""
    if value.isascii() and value.isdigit() and len(value) < 8:
        return int(value)
    try:
        return max(0, round(parsedate_to_datetime(value).timestamp() - time.time()))
    except ValueError:
        return None


# Connecting


def _connect(target: Target, deadline: _Deadline, private: bool) -> socket.socket:
    """Raises RefusedAddress, OSError."""
    found = _resolve(target, deadline)
    check_reached((address[0] for _, address in found), allow_private=private)
    found = found[:_MOST_ADDRESSES]
    for family, address in found[:-1]:
        try:
            return _connect_to(target, family, address, deadline, _SECONDS_TO_CONNECT)
        except OSError:
            deadline.left()  # raises TimeoutError
    family, address = found[-1]
    return _connect_to(target, family, address, deadline, SECONDS)


def _connect_to(
    target: Target, family: int, address: Any, deadline: _Deadline, seconds: float
) -> socket.socket:
    reached = socket.socket(family, socket.SOCK_STREAM)
    try:
        reached.settimeout(min(seconds, deadline.left()))
        reached.connect(address)
        if target.is_encrypted:
            reached.settimeout(deadline.left())
            return _context().wrap_socket(reached, server_hostname=target.host)
    except BaseException:
        reached.close()
        raise
    return reached


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _resolve(target: Target, deadline: _Deadline) -> list[tuple[int, Any]]:
    """(family, address) of each. The system's resolver knows no time limit, so a thread waits for
    it and is left behind where it takes too long."""
    found: list[Any] = []

    def resolve() -> None:
        try:
            found.append(socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error if isinstance(error, OSError) else socket.gaierror())

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if not found:
        raise TimeoutError
    if isinstance(found[0], OSError):
        raise found[0]
    return [(family, address) for family, _, _, _, address in found[0]]


@dataclass(frozen=True, slots=True)
class _Deadline:
    at: float

    def left(self) -> float:
        """Seconds, above none. Raises TimeoutError."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _TimedSocket:
    """What HTTPConnection needs of a socket, with one deadline for all of it: a receiver that
    sends a byte a second would never run into a time limit of each read."""

    def __init__(self, reached: socket.socket, deadline: _Deadline) -> None:
        self.reached, self.deadline = reached, deadline
        self.has_ended = False

    def sendall(self, data: bytes) -> None:
        self.reached.settimeout(self.deadline.left())
        self.reached.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self))

    def receive_into(self, buffer: Any) -> int:
        self.reached.settimeout(self.deadline.left())
        read = self.reached.recv_into(buffer)
        self.has_ended = not read
        return read

    def close(self) -> None:
        """Whoever made the socket closes it."""


class _TimedReader(io.RawIOBase):
    def __init__(self, timed: _TimedSocket) -> None:
        self.timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self.timed.receive_into(buffer)
