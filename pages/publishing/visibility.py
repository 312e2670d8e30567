"""Whether a page may be public at all, in any language, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from pages.models import Edition, TreatmentPage


def hidden_reason(page: TreatmentPage) -> str:
    """Why no language of the page is public (a member of Edition.Reason), or ""."""
    return hidden_reasons([page]).get(page.pk, "")


def hidden_reasons(pages: Sequence[TreatmentPage]) -> dict[int, str]:
    """The same for many, by page id, with the queries of one; those that are not hidden are left
    out."""
    now, sites = timezone.now(), site_paths()
    restricted = PageViewRestriction.objects.exists()
    found: dict[int, str] = {}
    for page in pages:
        ends = expires_at(page)
        if not page.live:
            found[page.pk] = Edition.Reason.EXPIRED if page.expired else Edition.Reason.UNPUBLISHED
        elif ends and ends <= now:
            found[page.pk] = Edition.Reason.EXPIRED
        elif not page.path.startswith(sites):
            found[page.pk] = Edition.Reason.MOVED
        elif restricted and page.get_view_restrictions().exists():
            found[page.pk] = Edition.Reason.PRIVATE
    return found


def site_paths() -> tuple[str, ...]:
    """Where the trees of the sites begin. Wagtail gives a page in none of them no address."""
    return tuple(Site.objects.values_list("root_page__path", flat=True))


def expires_at(page: TreatmentPage) -> datetime | None:
    """The earlier of the page's expiry and the end of its valid_until day, where the clinic is
    (settings.TIME_ZONE)."""
    ends = [page.expire_at] if page.expire_at else []
    if page.valid_until and page.valid_until < date.max:  # 9999-12-31 is how forever is written
        day_after = page.valid_until + timedelta(days=1)
        ends.append(datetime.combine(day_after, time(), tzinfo=timezone.get_default_timezone()))
    return min(ends, default=None)
