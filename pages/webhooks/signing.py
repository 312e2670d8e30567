"""Signatures of Standard Webhooks 1.0, symmetric (v1: HMAC with SHA-256)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the MAC of id, time of sending and body. secret: whsec_ and base64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def signed_headers(
    secrets: Iterable[str], message_id: str, timestamp: int, body: bytes
) -> Mapping[str, str]:
    """timestamp: seconds since 1970, of this attempt. While a secret is replaced, both sign."""
    signatures = (signature(secret, message_id, timestamp, body) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
