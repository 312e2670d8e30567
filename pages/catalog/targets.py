"""Reading and writing targets. Every change appends to the log, with who and from what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from pages.catalog.ledger import ReviewRefused, TargetLedger
from pages.catalog.segments import Segment
from pages.document.vocabulary import Origin
from pages.languages import Language, get_language
from pages.models import Target
from pages.models.target import TargetState


class TargetRow(NamedTuple):
    """What compile needs of a target, without the cost of a model instance."""

    text: str
    state: str
    origin: str
    engine: str
    reviewer: str
    reviewed_at: datetime | None
    blocked: bool


@dataclass(slots=True)
class LanguageTargets:
    """A page's targets in one language. current: by (key, digest); keys: with any digest."""

    current: dict[tuple[str, str], TargetRow] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)


_COLUMNS = (
    "page_id",
    "language",
    "key",
    "text_digest",
    "text",
    "state",
    "origin",
    "engine",
    "reviewer",
    "reviewed_at",
    "failed",
    "waiver",
)


def load_targets(page_id: int | None, languages: Iterable[Language]) -> dict[str, LanguageTargets]:
    """The targets of a page by language code, in one query."""
    return load_targets_of([page_id], languages)[page_id]


def load_targets_of(
    page_ids: Iterable[int | None], languages: Iterable[Language]
) -> dict[int | None, dict[str, LanguageTargets]]:
    """The same for many pages, by page id, in one query. A page that is not stored has none."""
    codes = [language.code for language in languages]
    found: dict[int | None, dict[str, LanguageTargets]] = {
        page_id: {code: LanguageTargets() for code in codes} for page_id in page_ids
    }
    stored = [page_id for page_id in found if page_id is not None]
    if not stored:
        return found
    rows = (
        Target.objects.standing()
        .filter(page_id__in=stored, language__in=codes)
        # As text: thousands of rows, and all that is asked of it is whether it is empty.
        .annotate(failed=Cast("failed_checks", TextField()))
        .values_list(*_COLUMNS)
    )
    for page_id, language, key, digest, *said, failed, waiver in rows:
        targets = found[page_id][language]
        targets.keys.add(key)
        targets.current[key, digest] = TargetRow._make((*said, failed != "[]" and not waiver))
    return found


def stored_targets(language: Language, page_ids: Iterable[int]) -> TargetLedger:
    """Everything that is stored for these pages in `language`, in one query."""
    rows = Target.objects.filter(language=language.code, page_id__in=list(page_ids))
    return TargetLedger(language, rows.order_by("updated_at", "pk"))


@transaction.atomic
def store_target(
    page_id: int,
    language: Language,
    segment: Segment,
    text: str,
    *,
    by: str,
    origin: Origin,
    state: TargetState = TargetState.NEEDS_REVIEW,
    engine: str = "",
) -> Target:
    """Store `text` as the target of `segment`: TargetLedger.store, for one."""
    rows = Target.objects.filter(page_id=page_id, language=language.code, key=segment.key)
    ledger = TargetLedger(language, rows)
    target = ledger.store(page_id, segment, text, by=by, origin=origin, state=state, engine=engine)
    ledger.save()
    return target


@transaction.atomic
def approve_target(
    target: Target, *, by: str, qualification: str = "", waiver: str = "", four_eyes: bool = True
) -> None:
    """Record a review: TargetLedger.approve, for one. Raises ReviewRefused, also where what is
    stored is no longer what the reviewer read."""
    stored = Target.objects.filter(pk=target.pk)
    if connection.features.has_select_for_update:
        stored = stored.select_for_update(of=("self",))
    if stored.values_list("text", "author").first() != (target.text, target.author):
        raise ReviewRefused(f"{target} was changed after it was read. Read it again.")
    ledger = TargetLedger(get_language(target.language), [target])
    ledger.approve(target, by=by, qualification=qualification, waiver=waiver, four_eyes=four_eyes)
    ledger.save()
