"""Readers of environment variables that refuse a bad value by name."""

import importlib.util
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


def read_choice(name: str, *, allowed: Sequence[str], default: str) -> str:
    """The value of `name`, one of `allowed`; raises ImproperlyConfigured otherwise."""
    value = os.environ.get(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not understood. Allowed: {', '.join(allowed)}."
        )
    return value


def read_integer(name: str, *, default: int, minimum: int = 0) -> int:
    """The value of `name` as a whole number of at least `minimum`."""
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < minimum:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not understood. Allowed: a whole number >= {minimum}."
        )
    return int(value)


def read_list(name: str, *, default: str = "") -> list[str]:
    """The comma-separated values of `name`, without blanks."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def read_caches(name: str, *, kinds: Sequence[str]) -> list[str]:
    """The comma-separated caches of `name`, each as kind+address. kinds: our own; any other is a
    dotted path to a function."""
    found = read_list(name)
    for cache in found:
        kind, _, address = cache.partition("+")
        if not re.fullmatch(r"https?://[!-~]+", address) or not (kind in kinds or "." in kind):
            raise ImproperlyConfigured(
                f"{name}={cache!r} is not understood. Allowed: {', '.join(kinds)} or the dotted "
                "path of a function, then + and an address, such as varnish+http://127.0.0.1:6081."
            )
    return found


def read_url(name: str, *, default: str) -> str:
    """The value of `name`: an http(s) origin without a trailing slash."""
    value = os.environ.get(name, default)
    if not value.startswith(("http://", "https://")) or value.endswith("/"):
        raise ImproperlyConfigured(
            f"{name}={value!r} is not understood. "
            "Allowed: an origin such as https://clinic.example.org, no slash at its end."
        )
    return value


def read_matching(name: str, *, pattern: str, allowed: str) -> str:
    """The value of `name`, which `pattern` matches as a whole, or "" where there is none.

    allowed: the pattern in words, with an example.
    """
    value = os.environ.get(name, "")
    if value and not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"{name}={value!r} is not understood. Allowed: {allowed}.")
    return value


def read_database(name: str, *, default: str) -> dict[str, Any]:
    """The database at the URL `name`: Django's dictionary for PostgreSQL or SQLite."""
    url = os.environ.get(name, default)
    scheme = urlsplit(url).scheme
    if scheme in ("postgres", "postgresql"):
        return _postgresql(url)
    if scheme == "sqlite":
        database: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=600)}
        # A deferred transaction that reads and then writes fails half of the time under
        # concurrency ("database is locked"); IMMEDIATE takes the write lock at BEGIN.
        database["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20}
        # SQLite makes its file, but not the folder.
        Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        return database
    # Not the whole URL: it may hold a password.
    raise ImproperlyConfigured(
        f"{name} starts with {scheme!r}. Allowed: postgres://user:password@host:5432/name "
        "or sqlite:////path/to/file."
    )


def read_replica(name: str, *, primary: Mapping[str, Any]) -> dict[str, Any] | None:
    """The read replica of `primary` at the URL `name`, or None without one."""
    url = os.environ.get(name, "")
    if not url:
        return None
    if primary["ENGINE"] != "cms.postgresql" or not url.startswith(
        ("postgres://", "postgresql://")
    ):
        raise ImproperlyConfigured(
            f"{name} is for a streaming replica of PostgreSQL, and DATABASE_URL must name its "
            "primary. Allowed: postgres://user:password@replica:5432/name"
        )
    database = _postgresql(url)
    if database["NAME"] != primary["NAME"]:
        raise ImproperlyConfigured(
            f"{name} names the database {database['NAME']!r}, and DATABASE_URL names "
            f"{primary['NAME']!r}. Allowed: the same, on another server."
        )
    # Whoever reads from it can ask the primary instead, and does so after a second.
    database["OPTIONS"] = {"answer_seconds": 1, **database["OPTIONS"], "connect_timeout": 1}
    database["TEST"] = {"MIRROR": "default"}
    return database


def _postgresql(url: str) -> dict[str, Any]:
    """A thread keeps its connection for ten minutes; it is checked before each request."""
    database: dict[str, Any] = {
        **dj_database_url.parse(
            url, engine="cms.postgresql", conn_max_age=600, conn_health_checks=True
        )
    }
    database["OPTIONS"] = {"connect_timeout": 5, **database.get("OPTIONS", {})}
    return database


def read_task_redis(name: str, *, wanted_by: str) -> dict[str, Any]:
    """The Redis at the URL `name`, as a queue of RQ that gives up after seconds."""
    url = os.environ.get(name, "")
    if not url:
        raise ImproperlyConfigured(
            f"{wanted_by} needs {name}. Allowed: redis://host:6379/1, with a number of its own: "
            "a worker runs whatever it finds there."
        )
    timeouts = "socket_connect_timeout=1&socket_timeout=1"
    return {"URL": f"{url}{'&' if urlsplit(url).query else '?'}{timeouts}", "SERIALIZER": "json"}


def read_search_engine(name: str) -> str:
    """The value of `name`: the address of a search engine, or "" where there is none."""
    url = os.environ.get(name, "")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        # Not the whole URL: it may hold a password.
        raise ImproperlyConfigured(
            f"{name} starts with {parts.scheme!r}. Allowed: http(s)://user:password@host:9200."
        )
    return url


def require_package(module: str, *, wanted_by: str) -> None:
    """Raises ImproperlyConfigured that says how to install `module`, where it is not."""
    if importlib.util.find_spec(module) is None:
        raise ImproperlyConfigured(
            f"{wanted_by} needs the package {module}, which is not installed. Install it with "
            "deploy/environment requirements.txt requirements-scale.txt"
        )
