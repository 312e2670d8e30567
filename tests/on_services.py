"""Runs the suite again on PostgreSQL and Redis, where they answer on this machine.

Where one does not, says so and leaves it out; with CI=true that is a failure.
TEST_DATABASE_URL and TEST_REDIS_URL name others than the usual local ones.
"""

from __future__ import annotations

import os
import sys
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
# Of this checkout alone: two of them can be tested at once.
DATABASE = f"polyclinic_{zlib.crc32(bytes(ROOT)):08x}"


def postgresql_url() -> str | None:
    """The address of the database to test on; None when the server does not answer."""
    url = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        skip("PostgreSQL", url, error)
        return None
    # Django creates and drops test_<name>, and reaches the server through "postgres".
    return urlsplit(url)._replace(path=f"/{DATABASE}").geturl()


def redis_url() -> str | None:
    """The address of the cache to test on; None when the server does not answer."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    try:
        redis.Redis.from_url(url, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        skip("Redis", url, error)
        return None
    return url


def skip(service: str, url: str, error: Exception) -> None:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    print(f"SKIPPED: tests on {service}: {urlsplit(url).netloc} does not answer ({reason})")
    if os.environ.get("CI") == "true":
        sys.exit(f"With CI=true {service} is required.")


def main() -> None:
    database, cache = postgresql_url(), redis_url()
    if database is None:
        return
    print("== Tests on PostgreSQL" + (" and Redis" if cache else ""), flush=True)
    os.environ.update({"DATABASE_URL": database, "REDIS_URL": cache or ""})
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    main()
