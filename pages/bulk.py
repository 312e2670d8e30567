"""Thousands of new rows at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    AutoField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    JSONField,
    Model,
    TextField,
)
from django.utils import timezone

_BATCH = 500
# What a text may not hold as it is in a row of COPY (PostgreSQL's manual, COPY, "Text Format").
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]")
_PIECE = 1 << 16  # characters; what is sent to PostgreSQL at once


def insert_rows(rows: Sequence[Model]) -> None:
    """INSERT new rows of one model, and set their primary keys. No signals, like bulk_create.

    PostgreSQL reads them with COPY: bulk_create there spends most of its time on quoting texts
    into arrays, and half of an import would be that. The caller holds the transaction.
    """
    if not rows:
        return
    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql" or len(rows) == 1:
        type(rows[0])._base_manager.bulk_create(rows, batch_size=_BATCH)
        return
    meta = type(rows[0])._meta
    connection = connections[DEFAULT_DB_ALIAS]  # itself: through the proxy each value costs a look
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [meta.db_table, meta.pk.column, len(rows)],
        )
        keys = cursor.fetchall()
    moments = [field.attname for field in meta.concrete_fields if _is_set_when_stored(field)]
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, connection.alias
        for name in moments:
            setattr(row, name, timezone.now())
    names = [field.attname for field in meta.concrete_fields]
    _copy(connection, type(rows[0]), names, map(attrgetter(*names), rows))


def append_values(
    model: type[Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """INSERT rows that nobody needs as instances: the values of the attributes `names`, in their
    order. What a model sets when it stores a row is set; what is not named has its default."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        instances = [model(**dict(zip(names, row, strict=True))) for row in rows]
        model._base_manager.bulk_create(instances, batch_size=_BATCH)
        return
    moments = [field.attname for field in model._meta.concrete_fields if _is_set_when_stored(field)]
    now = (timezone.now(),) * len(moments)
    _copy(connection, model, [*names, *moments], ((*row, *now) for row in rows))


def _is_set_when_stored(field: Field[Any, Any]) -> bool:
    return isinstance(field, DateTimeField) and (field.auto_now or field.auto_now_add)


def _copy(
    connection: BaseDatabaseWrapper,
    model: type[Model],
    names: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    written = [_writer(field) for field in fields]
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    with connection.cursor() as cursor:
        # The cursor's own copy raises psycopg's errors, which nobody who catches Django's expects.
        statement = f"COPY {quoted(model._meta.db_table)} ({columns}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for piece in _pieces(rows, written):
                copy.write(piece)


def _pieces(
    rows: Iterable[tuple[Any, ...]], written: Sequence[Callable[[Any], str]]
) -> Iterable[str]:
    lines: list[str] = []
    length = 0
    for row in rows:
        line = "\t".join(
            [
                "\\N" if value is None else write(value)
                for write, value in zip(written, row, strict=True)
            ]
        )
        lines.append(line)
        length += len(line)
        if length > _PIECE:
            yield "\n".join((*lines, ""))
            lines, length = [], 0
    if lines:
        yield "\n".join((*lines, ""))


def _writer(field: Field[Any, Any]) -> Callable[[Any], str]:
    """How a value of the field, not None, stands in a row of COPY."""
    match field:
        case CharField() | TextField():
            return _text
        case AutoField() | ForeignKey():
            return str
        case DateTimeField():
            # Rows that are written together share most of their moments.
            return lru_cache(maxsize=64)(datetime.isoformat)
        case JSONField():
            return _json_writer((field.encoder or json.JSONEncoder)())
        case _:
            raise NotImplementedError(f"No rule says how COPY reads {type(field).__name__}.")


def _json_writer(encoder: json.JSONEncoder) -> Callable[[Any], str]:
    """What the encoder writes, in less than half of its time."""

    def default(value: Any) -> Any:
        return list(value) if isinstance(value, tuple) else encoder.default(value)

    encode = partial(orjson.dumps, default=default, option=orjson.OPT_PASSTHROUGH_DATETIME)
    return lambda value: _text(encode(value).decode())


def _text(value: str) -> str:
    return value.translate(_ESCAPED) if _SPECIAL.search(value) else value
