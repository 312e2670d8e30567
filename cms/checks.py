"""System checks that refuse production settings under which nobody should serve patients.

They run with every `manage.py` command that checks, and when the WSGI application is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

# Django's own rule for a key that cannot be guessed (security.W009), here an error.
SECRET_KEY_LENGTH = 50
SECRET_KEY_DISTINCT = 5


@register(Tags.security)
def check_production_settings(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Every fault of the settings as an error with a hint; none outside production."""
    return list(production_errors()) if settings.PRODUCTION else []


@register(Tags.security)
def check_mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A warning where production has no mail server: a site may do without one."""
    if not settings.PRODUCTION or settings.MAIL_HOST:
        return []
    return [
        Warning(
            "EMAIL_HOST is missing: nobody is told of translation work, and no password is reset.",
            hint="Set EMAIL_HOST to the name of a mail server, such as mail.example.org.",
            id="cms.W001",
        )
    ]


def refuse_unsafe_production() -> None:
    """Raises ImproperlyConfigured that lists every fault. A web server runs no system checks."""
    errors = check_production_settings(None)
    if errors:
        raise ImproperlyConfigured("\n" + "\n".join(str(error) for error in errors))


def production_errors() -> Iterator[Error]:
    yield from _secret_key_errors(settings.SECRET_KEY)
    yield from _host_errors(settings.ALLOWED_HOSTS, settings.BASE_URL)
    if settings.DEBUG:
        yield Error(
            "DEBUG is on in production: error pages would show settings and data.",
            hint="Leave DEBUG to POLYCLINIC_ENV.",
            id="cms.E003",
        )
    if "PROXY_COUNT" not in os.environ:
        yield Error(
            "PROXY_COUNT is missing: who sent a request and over which scheme cannot be known.",
            hint="Set PROXY_COUNT to the number of proxies in front, such as 1 for one nginx "
            "or Caddy; 0 if readers connect to this server itself.",
            id="cms.E006",
        )
    if settings.WEBHOOK_ALLOW_PRIVATE:
        yield Error(
            "WEBHOOK_ALLOW_PRIVATE is on in production: webhooks would reach the clinic's own "
            "network and this machine.",
            hint="Leave WEBHOOK_ALLOW_PRIVATE to development.",
            id="cms.E008",
        )


def _secret_key_errors(key: str) -> Iterator[Error]:
    hint = (
        "Set SECRET_KEY to what this prints: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )
    if key == settings.DEVELOPMENT_SECRET_KEY:
        yield Error("SECRET_KEY is the development key.", hint=hint, id="cms.E001")
    elif len(key) < SECRET_KEY_LENGTH or len(set(key)) < SECRET_KEY_DISTINCT:
        yield Error(
            f"SECRET_KEY is too easy to guess: {len(key)} characters, {len(set(key))} different. "
            f"Allowed: at least {SECRET_KEY_LENGTH}, {SECRET_KEY_DISTINCT} different.",
            hint=hint,
            id="cms.E002",
        )


def _host_errors(hosts: Sequence[str], base_url: str) -> Iterator[Error]:
    if not hosts or "*" in hosts:
        yield Error(
            f"ALLOWED_HOSTS is {','.join(hosts)!r}: it must name the hosts that are served.",
            hint="Set ALLOWED_HOSTS to names with commas between, such as clinic.example.org.",
            id="cms.E004",
        )
    elif not validate_host(urlsplit(base_url).hostname or "", hosts):
        yield Error(
            f"BASE_URL {base_url!r} is on a host that ALLOWED_HOSTS {','.join(hosts)!r} refuses.",
            hint="Add its host to ALLOWED_HOSTS, or correct BASE_URL.",
            id="cms.E007",
        )
    if not base_url.startswith("https://"):
        yield Error(
            f"BASE_URL is {base_url!r}: patients' apps would be sent to an unprotected address.",
            hint="Set BASE_URL to the public origin, such as https://clinic.example.org.",
            id="cms.E005",
        )
