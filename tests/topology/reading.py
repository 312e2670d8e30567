"""Readers of the API over real connections, which remember every answer."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """status 0: none, and `body` says why."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def etag(self) -> str:
        return self.headers.get("etag", "")


class Reader:
    """One client of 127.0.0.1:port. It connects anew for each read, as unrelated readers do."""

    def __init__(self, port: int, *, seconds: float = 15) -> None:
        self._port, self._seconds = port, seconds

    def get(self, path: str, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._seconds)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request("GET", path, headers=sent)
            response = connection.getresponse()
            body = response.read()
            received = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, received, body)
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, body=repr(error).encode())
        finally:
            connection.close()

    def status(self, path: str) -> int:
        return self.get(path).status
