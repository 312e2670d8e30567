"""Querysets whose SQL is made once in a process, and not once for each read.

Building and compiling the queryset of a document takes Django longer than everything else that
a read does, the database included; and the SQL is the same each time but for its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from pages.reading import reading_alias


class Argument(Expression):
    """Stands in a queryset for a value of `field` that is given when the query runs."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        return "%s", [self]

    def prepared(self, value: object) -> Any:
        return self.output_field.get_db_prep_value(value, connection)


class CompiledQuery:
    """The rows of `queryset`, a values_list() with Arguments, for any values of those."""

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self._sql, self._parameters = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select]
        self._converters: dict[int, tuple[Sequence[Callable[..., Any]], Any]] = (
            compiler.get_converters(columns)
        )

    def first(self, **values: object) -> tuple[Any, ...] | None:
        with _cursor() as cursor:
            self._execute(cursor, values)
            row = cursor.fetchone()
        return None if row is None else self._converted(row)

    def all(self, **values: object) -> list[tuple[Any, ...]]:
        with _cursor() as cursor:
            self._execute(cursor, values)
            return [self._converted(row) for row in cursor.fetchall()]

    def _execute(self, cursor: CursorWrapper, values: Mapping[str, object]) -> None:
        cursor.execute(
            self._sql,
            [
                each.prepared(values[each.name]) if isinstance(each, Argument) else each
                for each in self._parameters
            ],
        )

    def _converted(self, row: Sequence[Any]) -> tuple[Any, ...]:
        converted = list(row)
        for position, (converters, column) in self._converters.items():
            for converter in converters:
                converted[position] = converter(converted[position], column, connection)
        return tuple(converted)


def _cursor() -> CursorWrapper:
    """The one for repeated statements, where the database's backend has it (cms.postgresql)."""
    connection = connections[reading_alias()]
    cursor: CursorWrapper = getattr(connection, "repeated_cursor", connection.cursor)()
    return cursor


def argument(model: type[Model], field: str, name: str = "") -> Argument:
    """One that is written like values of `field` of `model`; called `name`, or like the field."""
    found = model._meta.get_field(field)
    assert isinstance(found, Field)  # noqa: S101  no relation is asked for
    return Argument(name or field, found)
