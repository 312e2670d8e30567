"""Django's cache in Redis, which nothing may depend on: while the server is away it is empty."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from time import monotonic
from typing import Any, TypeVar

from django.core.cache.backends import redis as django_redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger("polyclinic.cache")

# Seconds. One request in so many waits for a server that is frozen, and once.
ANSWER = 0.5
SILENT = 5.0
# Of what could not be taken away: more than a site writes in the minutes of a restart.
MOST_LOST = 10_000

Answer = TypeVar("Answer")
# django-stubs give both the types of Redis: Django passes text, and seconds or None.
Key = Any
Timeout = Any


class Outage:
    """Of one server, for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._silent_until = 0.0
        self._lost: set[str] = set()

    def is_silent(self) -> bool:
        return monotonic() < self._silent_until

    def begin(self, error: RedisError) -> None:
        with self._lock:
            told, self._silent_until = self.is_silent(), monotonic() + SILENT
        if not told:
            logger.error("Redis is out of reach, and the cache empty for so long: %s", error)

    def lose(self, keys: Collection[str]) -> None:
        """What is there under these keys is old, once the server is back."""
        with self._lock:
            if len(self._lost) < MOST_LOST:
                self._lost.update(keys)

    def take_lost(self) -> set[str]:
        with self._lock:
            lost, self._lost = self._lost, set()
        return lost


_outages: dict[tuple[str, ...], Outage] = {}


class Client(django_redis.RedisCacheClient):
    """Each method answers as Django's dummy cache does while the server is away."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        # The library's own retries wait for seconds. A connection that the server hung up, as at
        # its restart, is made anew once.
        retry = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
        timeouts = {"socket_connect_timeout": ANSWER, "socket_timeout": ANSWER, "retry": retry}
        super().__init__(servers, **{**timeouts, **options})
        self._outage = _outages.setdefault(tuple(servers), Outage())

    def _ask(
        self, ask: Callable[[], Answer], away: Answer, *, writes: Collection[str] = ()
    ) -> Answer:
        """away: the answer of a cache that keeps nothing; writes: the keys that change."""
        if not self._outage.is_silent():
            try:
                if lost := self._outage.take_lost():
                    self._take_away(lost)
                return ask()
            except RedisError as error:
                self._outage.begin(error)
        self._outage.lose(writes)
        return away

    def _take_away(self, keys: Collection[str]) -> None:
        try:
            super().delete_many(keys)
        except RedisError:
            self._outage.lose(keys)
            raise

    def get(self, key: Key, default: Any) -> Any:
        return self._ask(lambda: super(Client, self).get(key, default), default)

    def get_many(self, keys: Any) -> Any:
        nothing: dict[Key, Any] = {}
        return self._ask(lambda: super(Client, self).get_many(keys), nothing)

    def has_key(self, key: Key) -> Any:
        return self._ask(lambda: super(Client, self).has_key(key), False)

    def add(self, key: Key, value: Any, timeout: Timeout) -> Any:
        return self._ask(lambda: super(Client, self).add(key, value, timeout), True)

    def touch(self, key: Key, timeout: Timeout) -> Any:
        return self._ask(lambda: super(Client, self).touch(key, timeout), False)

    def set(self, key: Key, value: Any, timeout: Timeout) -> None:
        self._ask(lambda: super(Client, self).set(key, value, timeout), None, writes=[key])

    def set_many(self, data: Mapping[Key, Any], timeout: Timeout) -> None:
        self._ask(lambda: super(Client, self).set_many(data, timeout), None, writes=data)

    def delete(self, key: Key) -> Any:
        return self._ask(lambda: super(Client, self).delete(key), False, writes=[key])

    def delete_many(self, keys: Any) -> None:
        self._ask(lambda: super(Client, self).delete_many(keys), None, writes=list(keys))

    def incr(self, key: Key, delta: int) -> Any:
        answer = self._ask(lambda: super(Client, self).incr(key, delta), None, writes=[key])
        if answer is None:
            raise ValueError(f"Key {key!r} not found.")
        return answer

    def clear(self) -> Any:
        return self._ask(lambda: super(Client, self).clear(), False)


class RedisCache(django_redis.RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
