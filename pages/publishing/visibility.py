"""Whether a page may be public at all, in any language, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from pages.models import Edition, TreatmentPage


def hidden_reason(page: TreatmentPage) -> str:
    """Why no language of the page is public (a member of Edition.Reason), or ""."""
    if not page.live:
        return Edition.Reason.EXPIRED if page.expired else Edition.Reason.UNPUBLISHED
    if (expires := expires_at(page)) and expires <= timezone.now():
        return Edition.Reason.EXPIRED
    return Edition.Reason.PRIVATE if page.get_view_restrictions().exists() else ""


def expires_at(page: TreatmentPage) -> datetime | None:
    """The earlier of the page's expiry and the end of its valid_until day, in UTC."""
    ends = [page.expire_at] if page.expire_at else []
    if page.valid_until:
        ends.append(datetime.combine(page.valid_until, time(), tzinfo=UTC) + timedelta(days=1))
    return min(ends, default=None)
