"""Whether a page may be public at all, in any language, and until when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

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
    """The earlier of the page's expiry and the end of its valid_until day, where the clinic is
    (settings.TIME_ZONE)."""
    ends = [page.expire_at] if page.expire_at else []
    if page.valid_until and page.valid_until < date.max:  # 9999-12-31 is how forever is written
        day_after = page.valid_until + timedelta(days=1)
        ends.append(datetime.combine(day_after, time(), tzinfo=timezone.get_default_timezone()))
    return min(ends, default=None)
