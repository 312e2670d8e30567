"""Closed lists of query parameters: what is unknown, repeated or malformed is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from api.problems import Problem, bad_parameter

Reader = Callable[[str, str], Any]
Term = TypeVar("Term", bound=StrEnum)

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_CODE = re.compile(r"(?:(?:icd-10-cm|snomed-ct|cpt):)?[A-Z0-9.]{3,18}")


def read_parameters(query: QueryDict, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The parameters that are there, read. Raises Problem (400) for anything else."""
    found = {}
    for name, values in query.lists():
        if name not in readers:
            raise Problem(
                "unknown-parameter",
                HTTPStatus.BAD_REQUEST,
                f"There is no parameter {name!r} here. Allowed: {', '.join(readers) or 'none'}.",
                parameter=name,
                allowed=readers,
            )
        if len(values) != 1:
            raise Problem(
                "repeated-parameter",
                HTTPStatus.BAD_REQUEST,
                f"{name} stands {len(values)} times. Allowed: once.",
                parameter=name,
            )
        found[name] = readers[name](name, values[0])
    return found


def one_of(allowed: Iterable[str]) -> Reader:
    values = tuple(allowed)

    def read(name: str, value: str) -> str:
        if value not in values:
            raise bad_parameter(name, value, values)
        return value

    return read


def several_of(allowed: Iterable[str]) -> Reader:
    """A comma-separated list, as a frozenset."""
    values = tuple(allowed)

    def read(name: str, value: str) -> frozenset[str]:
        parts = value.split(",")
        for part in parts:
            if part not in values:
                raise bad_parameter(name, part, values)
        return frozenset(parts)

    return read


def slug(name: str, value: str) -> str:
    if not _SLUG.fullmatch(value) or len(value) > 80:
        raise bad_parameter(name, value, ["lower-case letters, digits and hyphens"])
    return value


def medical_code(name: str, value: str) -> str:
    if not _CODE.fullmatch(value):
        raise bad_parameter(
            name, value, ["a code such as M54.50 or 97140", "system:code, such as icd-10-cm:M54.50"]
        )
    return value


def whole_number(minimum: int, maximum: int) -> Reader:
    def read(name: str, value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) < 9):
            raise bad_parameter(name, value, [f"{minimum} to {maximum}"])
        number = int(value)
        if not minimum <= number <= maximum:
            raise bad_parameter(name, value, [f"{minimum} to {maximum}"])
        return number

    return read


def moment(name: str, value: str) -> datetime:
    """RFC 3339 date and time with an offset."""
    allowed = ["a date and time with an offset, such as 2026-11-24T09:00:00Z"]
    try:
        # A query string turns + into a space.
        found = parse_datetime(value.replace(" ", "+"))
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):  # no such day, or in UTC beyond the years 1 to 9999
        pass
    raise bad_parameter(name, value, allowed)
