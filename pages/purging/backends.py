"""How each kind of cache is asked to forget. A kind of your own: a dotted path in CACHE_PURGE."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import requests
from django.utils.module_loading import import_string

# Seconds to connect, and between two parts of the answer.
PATIENCE = (2, 5)
# Of one request. Cloudflare takes 100, and long ago took 30; of a header, Varnish takes 8 kB.
MOST_KEYS = 30

# (address, keys, secret): raises PurgeRefused or requests.RequestException.
Purge = Callable[[str, Sequence[str], str], None]


class PurgeRefused(Exception):
    """The cache answered, and did not do it."""


def purge(cache: str, keys: Sequence[str], secret: str) -> None:
    """cache: kind+address, of CACHE_PURGE. Raises PurgeRefused, requests.RequestException."""
    kind, _, address = cache.partition("+")
    act: Purge = KINDS.get(kind) or import_string(kind)
    for start in range(0, len(keys), MOST_KEYS):
        act(address, keys[start : start + MOST_KEYS], secret)


def varnish(address: str, keys: Sequence[str], secret: str) -> None:
    """PURGE with the keys in Surrogate-Key: deploy/varnish.vcl. Its list of addresses is the
    secret."""
    _need_ok(_ask("PURGE", address, headers={"Surrogate-Key": " ".join(keys)}))


def fastly(address: str, keys: Sequence[str], secret: str) -> None:
    """POST https://api.fastly.com/service/{id}/purge with the keys in Surrogate-Key."""
    headers = {"Surrogate-Key": " ".join(keys), "Fastly-Key": secret}
    _need_ok(_ask("POST", address, headers=headers))


def cloudflare(address: str, keys: Sequence[str], secret: str) -> None:
    """POST https://api.cloudflare.com/client/v4/zones/{id}/purge_cache with the keys as tags."""
    headers = {"Authorization": f"Bearer {secret}"}
    answer = _ask("POST", address, headers=headers, json={"tags": list(keys)})
    _need_ok(answer)
    if '"success":true' not in answer.text.replace(" ", ""):
        raise PurgeRefused(f"It answered {answer.text[:200]}")


KINDS: Mapping[str, Purge] = {"varnish": varnish, "fastly": fastly, "cloudflare": cloudflare}


def _ask(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str],
    json: dict[str, list[str]] | None = None,
) -> requests.Response:
    # A redirect would take the secret somewhere else.
    return requests.request(
        method, address, headers=headers, json=json, timeout=PATIENCE, allow_redirects=False
    )


def _need_ok(answer: requests.Response) -> None:
    if answer.status_code != requests.codes.ok:
        raise PurgeRefused(f"It answered {answer.status_code}: {answer.text[:200]}")
