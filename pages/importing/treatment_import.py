"""The whole way: a file's bytes to a draft treatment page, or nothing at all."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.blocks import StreamValue
from wagtail.log_actions import log

from pages.blocks.normalise import normalise
from pages.importing.draft_blocks import Draft
from pages.importing.drafting import make_draft
from pages.importing.formats import read_outline
from pages.importing.refusal import ImportRefused, refuse_characters
from pages.importing.report import ImportReport, make_report
from pages.models import TreatmentIndexPage, TreatmentPage

_TITLE_LENGTH = 255  # wagtailcore.Page.title
_NAMED_MISSING = 20


def read_draft(data: bytes, name: str, title: str = "") -> tuple[Draft, ImportReport]:
    """name: the file's, with its ending. title: "" for the text's own.

    Raises ImportRefused for a file that cannot be read, and if a single word would be lost.
    """
    title = title.strip()
    refuse_characters(title, "the title")
    if len(title) > _TITLE_LENGTH:
        raise ImportRefused(f"The title has {len(title)} characters. Allowed: {_TITLE_LENGTH}.")
    outline = read_outline(data, name)
    draft = make_draft(outline, title, _spoken_name(name))
    report = make_report(outline, draft)
    missing = report.coverage.missing
    if missing:
        more = f" and {len(missing) - _NAMED_MISSING} more" if len(missing) > _NAMED_MISSING else ""
        raise ImportRefused(
            f"{name}: {report.coverage.percent:.1f} % of {report.coverage.wanted} words would be "
            f"in the draft; it must be 100 %. Missing: {', '.join(missing[:_NAMED_MISSING])}{more}."
        )
    return draft, report


def _spoken_name(name: str) -> str:
    """ "nerve-block.txt" as a title: "Nerve block"."""
    words = PurePath(name).stem.replace("-", " ").replace("_", " ").strip() or "Imported text"
    return words[:1].upper() + words[1:200]


def unsaved_page(draft: Draft) -> TreatmentPage:
    """The page as an editor would have it in the form, its body ready to publish.

    Raises ImportRefused if the body does not pass its own validation.
    """
    page = TreatmentPage(
        title=draft.title,
        heading_en=draft.heading,
        summary_en=draft.summary,
        seo_title=draft.seo_title,
        live=False,
        has_unpublished_changes=True,
    )
    stream_block = page.body.stream_block
    raw = [{"type": block.type, "value": block.value} for block in draft.blocks]
    page.body = normalise(StreamValue(stream_block, raw, is_lazy=True))
    try:
        stream_block.clean(page.body)
    except ValidationError as error:
        raise ImportRefused(f"The body does not pass its own checks: {error}") from error
    return page


@transaction.atomic
def save_draft(draft: Draft, parent: TreatmentIndexPage, user: Any = None) -> TreatmentPage:
    """A new page under `parent`, never live, with its first revision by `user` (None: nobody).

    Raises ImportRefused if the page does not pass its own validation.
    """
    page = unsaved_page(draft)
    page.owner = user
    try:
        parent.add_child(instance=page)
    except ValidationError as error:
        raise ImportRefused(f"The page cannot be saved: {'; '.join(error.messages)}") from error
    page.save_revision(user=user, log_action=False)
    log(instance=page, action="wagtail.create", user=user, content_changed=True)
    return page


def find_parent(wanted: str = "") -> TreatmentIndexPage:
    """The index with this slug or id; "" for the only one. Raises ImportRefused naming them."""
    found = TreatmentIndexPage.objects.all()
    if wanted:
        by = {"pk": int(wanted)} if wanted.isdecimal() else {"slug": wanted}
        index: TreatmentIndexPage | None = found.filter(**by).first()
    else:
        index = found.first() if found.count() == 1 else None
    if index is None:
        allowed = ", ".join(f"{page.slug} ({page.pk})" for page in found) or "none yet"
        raise ImportRefused(
            f"No treatment index {wanted!r}. Allowed: {allowed}."
            if wanted
            else f"Say under which index with --parent. There are: {allowed}."
        )
    return index
