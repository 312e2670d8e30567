"""A receiver on this machine, over real HTTP, that keeps what it was sent and fails as told."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Received:
    """started and ended: seconds of one clock, to see what was under way at once."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    answered: int
    started: float
    ended: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def type(self) -> str:
        return str(json.loads(self.body)["type"])


@dataclass(frozen=True, slots=True)
class Reply:
    """seconds: of silence before the answer; resets: break off after the status."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    seconds: float = 0.0
    resets: bool = False


@dataclass
class Receiver:
    """asked: ids of the requests that came, answered or not; cut_off: how many broke off before
    their body was whole, because who sent them was killed, and are no messages."""

    url: str
    asked: list[str] = field(default_factory=list)
    cut_off: int = 0
    received: list[Received] = field(default_factory=list)
    reply: Callable[[str], Reply] = lambda message_id: Reply()

    def bodies(self) -> list[bytes]:
        return [each.body for each in self.received]


@contextmanager
def receiving(reply: Callable[[str], Reply] = lambda message_id: Reply()) -> Iterator[Receiver]:
    """reply: from the message's id. It runs in a thread of each request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            started = time.monotonic()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if len(body) < int(self.headers["Content-Length"]):
                receiver.cut_off += 1
                return
            receiver.asked.append(self.headers.get("webhook-id", ""))
            chosen = receiver.reply(self.headers.get("webhook-id", ""))
            time.sleep(chosen.seconds)
            kept = Received(
                self.path,
                dict(self.headers.items()),
                body,
                0 if chosen.resets else chosen.status,
                started,
                time.monotonic(),
            )
            receiver.received.append(kept)
            with suppress(OSError):  # a sender that did not wait
                self._answer(chosen)

        def _answer(self, chosen: Reply) -> None:
            self.send_response(chosen.status)
            for name, value in chosen.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(chosen.body)))
            self.end_headers()
            if chosen.resets:
                # Closing with nothing to linger for sends RST and not FIN.
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
            else:
                self.wfile.write(chosen.body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook", reply=reply)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that was reset on purpose is no error."""
