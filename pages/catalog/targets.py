"""Reading and writing targets. Every change appends to the log, with who and from what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from pages.catalog.checks import failed_checks, reject_reason
from pages.catalog.segments import Segment
from pages.document.vocabulary import Origin
from pages.languages import Language
from pages.models import Target, TargetChange
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
    "language",
    "key",
    "text_digest",
    "text",
    "state",
    "origin",
    "engine",
    "reviewer",
    "reviewed_at",
    "failed_checks",
    "waiver",
)


def load_targets(page_id: int | None, languages: Iterable[Language]) -> dict[str, LanguageTargets]:
    """The targets of a page by language code, in one query."""
    found = {language.code: LanguageTargets() for language in languages}
    if page_id is None:
        return found
    rows = Target.objects.filter(page_id=page_id, language__in=list(found)).values_list(*_COLUMNS)
    for language, key, digest, text, state, origin, engine, reviewer, at, failed, waiver in rows:
        targets = found[language]
        targets.keys.add(key)
        targets.current[key, digest] = TargetRow(
            text, state, origin, engine, reviewer, at, bool(failed) and not waiver
        )
    return found


class TargetRejected(ValueError):
    """The text may not be stored as a target. The message says why."""


class ReviewRefused(ValueError):
    """The target may not be approved. The message says why."""


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
    """Store `text` as the target of `segment`; an approval that it had goes with the old text.

    Raises TargetRejected for text that no target may have, ValueError for state "approved":
    approving is `approve_target`, by somebody.
    """
    if state == TargetState.APPROVED:
        raise ValueError("A target is stored as machine or needs_review; approving is an act.")
    if not text.strip():
        raise TargetRejected("An empty text is not a translation.")
    if reason := reject_reason(segment, text):
        raise TargetRejected(reason)
    target = Target.objects.filter(
        page_id=page_id, language=language.code, key=segment.key, text_digest=segment.digest
    ).first()
    if target is not None and target.text == text and target.state != TargetState.MACHINE:
        return target
    before = _snapshot(target) if target else None
    target = target or Target(
        page_id=page_id, language=language.code, key=segment.key, text_digest=segment.digest
    )
    target.source, target.text = segment.text, text
    target.state, target.origin, target.engine = state, origin.value, engine
    target.author = by
    target.reviewer, target.qualification, target.reviewed_at = "", "", None
    target.failed_checks, target.waiver = list(failed_checks(segment, text)), ""
    target.save()
    _log(target, by=by, action="stored", before=before)
    return target


@transaction.atomic
def approve_target(
    target: Target, *, by: str, qualification: str = "", waiver: str = "", four_eyes: bool = True
) -> None:
    """Record that `by` reviewed the target and says that it holds.

    Raises ReviewRefused where `by` translated it (four_eyes), or where a blocking check fails
    and no `waiver` says why that may pass.
    """
    if four_eyes and by == target.author:
        raise ReviewRefused(f"{by} translated this and cannot review it: four eyes see more.")
    if target.failed_checks and not waiver:
        raise ReviewRefused(
            f"Checks fail: {', '.join(target.failed_checks)}. Mend the text or give a reason."
        )
    before = _snapshot(target)
    target.state, target.reviewer, target.qualification = TargetState.APPROVED, by, qualification
    target.reviewed_at, target.waiver = timezone.now(), waiver
    target.save()
    _log(target, by=by, action="approved", before=before)


def _snapshot(target: Target) -> Mapping[str, Any]:
    names = ("text", "state", "origin", "engine", "author", "reviewer", "reviewed_at", "waiver")
    return {name: getattr(target, name) for name in names}


def _log(target: Target, *, by: str, action: str, before: Mapping[str, Any] | None) -> None:
    TargetChange.objects.create(
        target=target, by=by, action=action, before=before, after=_snapshot(target)
    )
