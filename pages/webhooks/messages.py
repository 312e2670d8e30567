"""What a message says: that something changed, and where to read it. Never what it says.

Thin, so that a retry three days later cannot carry words that were withdrawn meanwhile. The same
bytes in every attempt.
"""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
from django.conf import settings

from pages.models import Edition, WebhookDelivery
from pages.publishing.feed import public_reason
from pages.publishing.references import treatment_url


def message_body(delivery: WebhookDelivery) -> bytes:
    """UTF-8 JSON, below 1 kB."""
    edition = delivery.edition
    if edition is None:
        at = delivery.created_at
        data: dict[str, object] = {
            "message": f"A test from {settings.BASE_URL}. Nothing has changed."
        }
    else:
        at = edition.created_at
        data = _about(edition)
    return orjson.dumps({"type": delivery.type, "timestamp": _seconds(at), "data": data})


def _about(edition: Edition) -> dict[str, object]:
    common = {
        "id": str(edition.document_id),
        "language": edition.language,
        # Messages come in any order: of two about the same, the higher is the newer. The feed
        # counts by it too.
        "seq": edition.seq,
    }
    if edition.kind == Edition.Kind.TOMBSTONE:
        return {**common, "reason": public_reason(edition.reason)}
    # By id and not by slug: that is words of the page, and changes. No digest of its bytes
    # either: it may be gone when this is sent.
    return {**common, "url": treatment_url(edition.language, str(edition.document_id))}


def _seconds(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
