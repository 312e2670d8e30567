"""Thousands of new rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Field, ForeignKey, Model, TextField
from django.db.models.fields import AutoFieldMixin

_BATCH = 500


def insert_rows(rows: Sequence[Model]) -> None:
    """INSERT new rows of one model, and set their primary keys. No signals, like bulk_create.

    PostgreSQL reads them with COPY: bulk_create there spends most of its time on quoting texts
    into arrays, and half of an import would be that. The caller holds the transaction.
    """
    if not rows:
        return
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql" and len(rows) > 1:
        _copy(rows)
    else:
        type(rows[0])._base_manager.bulk_create(rows, batch_size=_BATCH)


def _copy(rows: Sequence[Model]) -> None:
    meta = type(rows[0])._meta
    connection = connections[DEFAULT_DB_ALIAS]  # itself: through the proxy each value costs a look
    fields, quoted = meta.concrete_fields, connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [meta.db_table, meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk, row._state.adding, row._state.db = key, False, connection.alias
        # The cursor's own copy raises psycopg's errors, which nobody who catches Django's expects.
        statement = f"COPY {quoted(meta.db_table)} ({columns}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            prepared = [(field, None if _is_plain(field) else connection) for field in fields]
            for row in rows:
                copy.write_row([_value(row, *each) for each in prepared])


def _is_plain(field: Field[Any, Any]) -> bool:
    """Whether the driver takes the attribute as it is: what most columns are."""
    return isinstance(field, CharField | TextField | AutoFieldMixin | ForeignKey)


def _value(row: Model, field: Field[Any, Any], connection: BaseDatabaseWrapper | None) -> Any:
    value = field.pre_save(row, True)
    return value if connection is None else field.get_db_prep_save(value, connection)
