"""Validators and cache headers (RFC 9110 section 8.8 and 13, RFC 9111, RFC 5861)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_etags

from pages.publishing.references import treatment_url

# Seconds. Short: a recalled sentence must leave browsers within a minute and shared caches,
# which are purged by key on publish, within five. Stale-if-error: an hour of an outage.
MAX_AGE = 60
SHARED_MAX_AGE = 300
STALE_WHILE_REVALIDATE = 60
STALE_IF_ERROR = 3600

# Of cached_response: what a 304 leaves out (RFC 9110, section 15.4.5).
ONLY_WITH_BODY = frozenset(
    ("Content-Type", "Content-Language", "Link", "Surrogate-Key", "Cache-Tag", "Cache-Groups")
)

_OURS = re.compile(r'(?:W/)?"([0-9a-f]{64})(?:-([0-9a-f]{16}))?"')


class EditionAnswer(HttpResponse):
    """200 with bytes that the current editions and the request alone decide, until they expire:
    what api/kept.py may hand out again."""

    expires_at: datetime | None = None


def cache_control(expires_at: datetime | None = None) -> str:
    """No cache may outlive `expires_at`, neither fresh nor stale."""
    if expires_at is None:
        return _cache_control(SHARED_MAX_AGE + STALE_IF_ERROR)
    left = int((expires_at - timezone.now()).total_seconds())
    return _cache_control(max(0, min(left, SHARED_MAX_AGE + STALE_IF_ERROR)))


@cache
def _cache_control(left: int) -> str:
    age, shared = min(MAX_AGE, left), min(SHARED_MAX_AGE, left)
    revalidate = min(STALE_WHILE_REVALIDATE, left - shared)
    on_error = min(STALE_IF_ERROR, left - shared)
    return (
        f"public, max-age={age}, s-maxage={shared}, "
        f"stale-while-revalidate={revalidate}, stale-if-error={on_error}"
    )


def offered_digests(request: HttpRequest, variant: str | None = None) -> list[str]:
    """The digests of editions in If-None-Match, so that the database need not send a body nobody
    wants. variant: which form of the edition the client must hold; None for the stored bytes."""
    offered = parse_etags(request.headers.get("If-None-Match", ""))
    # Exactly ours: for what Django then does not take for a match, there must be a body.
    found = (_OURS.fullmatch(etag) for etag in offered)
    return [match[1] for match in found if match and match[2] == variant]


def cached_response(
    request: HttpRequest,
    body: bytes,
    *,
    digest: str,
    language_code: str,
    content_type: str = "application/json",
    keys: Iterable[str],
    changed_at: datetime | None = None,
    expires_at: datetime | None = None,
    link: str = "",
    location: str = "",
    vary: str = "",
    of_editions: bool = False,
) -> HttpResponseBase:
    """200 with the bytes, or 304 where the client has them.

    digest: changes with the bytes; keys: of pages/purging/keys.py, what a purge names; link: the
    value of the Link header; location: the canonical address, where it is another.
    of_editions: whether nothing else decides the answer than current editions and the address,
    the query and Accept.
    """
    response = (EditionAnswer if of_editions else HttpResponse)(body, content_type=content_type)
    if isinstance(response, EditionAnswer):
        response.expires_at = expires_at
    etag = f'"{digest}"'
    headers = response.headers
    headers["ETag"] = etag
    headers["Content-Language"] = language_code
    headers["Cache-Control"] = cache_control(expires_at)
    for name, value in key_headers(*keys):
        headers[name] = value
    if link:
        headers["Link"] = link
    if location:
        headers["Content-Location"] = location
    if vary:
        headers["Vary"] = vary
    last_modified = None
    if changed_at is not None:
        last_modified = int(changed_at.timestamp())
        headers["Last-Modified"] = http_date(last_modified)
    conditional = get_conditional_response(
        request, etag=etag, last_modified=last_modified, response=response
    )
    return conditional or response


@lru_cache(maxsize=4096)
def key_headers(*keys: str) -> tuple[tuple[str, str], ...]:
    """Each family of caches reads one: Fastly and Varnish; Cloudflare and Akamai, which take a
    blank for a part of a key; and any cache that follows RFC 9875, a list of strings."""
    return (
        ("Surrogate-Key", " ".join(keys)),
        ("Cache-Tag", ",".join(keys)),
        ("Cache-Groups", ", ".join(f'"{key}"' for key in keys)),
    )


@lru_cache(maxsize=4096)
def alternates(slug: str, languages: str, suffix: str = "") -> str:
    """The Link header of a treatment that is public in `languages` (RFC 8288, hreflang)."""
    return ", ".join(
        f'<{format_url(code, slug, suffix)}>; rel="alternate"; hreflang="{code}"'
        for code in languages.split()
    )


def format_url(language_code: str, slug: str, suffix: str) -> str:
    """The address of one format; without a suffix the one where clients negotiate."""
    address = treatment_url(language_code, slug)
    return f"{address.removesuffix('/')}.{suffix}" if suffix else address
