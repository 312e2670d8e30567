"""Readers of environment variables that refuse a bad value by name."""

import os
from collections.abc import Sequence

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


def read_url(name: str, *, default: str) -> str:
    """The value of `name`: an http(s) origin without a trailing slash."""
    value = os.environ.get(name, default)
    if not value.startswith(("http://", "https://")) or value.endswith("/"):
        raise ImproperlyConfigured(
            f"{name}={value!r} is not understood. "
            "Allowed: an origin such as https://clinic.example.org, no slash at its end."
        )
    return value
