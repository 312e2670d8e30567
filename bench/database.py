"""The bench's own databases on PostgreSQL: made, copied and dropped. Others are not touched."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

SERVER = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
PREFIX = "polyclinic_bench"


def name_of(pages: int) -> str:
    return f"{PREFIX}_{pages}"


def address_of(pages: int) -> str:
    return urlsplit(SERVER)._replace(path=f"/{name_of(pages)}").geturl()


def server_version() -> str:
    """Stops the bench, with what to type, when the server does not answer."""
    try:
        with psycopg.connect(SERVER, connect_timeout=3) as connection:
            return str(connection.info.server_version // 10_000)
    except psycopg.OperationalError as error:
        sys.exit(
            f"PostgreSQL at {urlsplit(SERVER).netloc} does not answer: {str(error).strip()}\n"
            "Another one: BENCH_DATABASE_URL=postgres://user:password@host:5432/postgres make bench"
        )


def create(pages: int, template: int | None = None) -> None:
    """A new database for so many pages, empty or a copy of another's."""
    _execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name_of(pages))))
    _execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name_of(pages)),
            sql.Identifier(name_of(template) if template else "template0"),
        )
    )


@contextmanager
def dropped_after(*sizes: int) -> Iterator[None]:
    try:
        yield
    finally:
        for pages in sizes:
            _execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                    sql.Identifier(name_of(pages))
                )
            )


def _execute(statement: sql.Composed) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)
