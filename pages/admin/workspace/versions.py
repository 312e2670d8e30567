"""Which version of a page is translated: what is live, or the newest draft."""

from __future__ import annotations

from enum import StrEnum

from pages.languages import source_language
from pages.models import TreatmentPage
from pages.publishing.load import live_page


class Version(StrEnum):
    LIVE = "live"
    DRAFT = "draft"


def versions(page: TreatmentPage) -> tuple[Version, ...]:
    """Those that there are of `page`, the one to work on first."""
    if not page.live:
        return (Version.DRAFT,)
    return (Version.LIVE, Version.DRAFT) if page.has_unpublished_changes else (Version.LIVE,)


def chosen_version(page: TreatmentPage, asked: str | None) -> Version:
    """The one that was asked for if there is one, else the one to work on."""
    there = versions(page)
    return Version(asked) if asked in there else there[0]


def read_page(page_id: int) -> TreatmentPage | None:
    """For a look. Aliases show the original's content, and are translated there."""
    page: TreatmentPage | None = TreatmentPage.objects.filter(pk=page_id, alias_of=None).first()
    return page


def locked_page(page_id: int) -> TreatmentPage | None:
    """For an act: the row is locked until the transaction ends, so that a publish waits."""
    page = live_page(page_id)
    return page if page is not None and page.alias_of_id is None else None


def in_version(page: TreatmentPage, version: Version) -> TreatmentPage:
    if version is Version.LIVE:
        return page
    draft: TreatmentPage = page.get_latest_revision_as_object()
    return draft


def with_draft_texts(page: TreatmentPage) -> TreatmentPage:
    """`page` with the texts of its newest draft, for counting: no query where `latest_revision`
    was loaded with it, and a draft as Wagtail makes one takes several."""
    content = page.latest_revision.content
    for field in page.segment_fields:
        name = f"{field}_{source_language().suffix}"
        setattr(page, name, content.get(name) or "")
    page.body = content["body"]
    return page
