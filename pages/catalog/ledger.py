"""The ledger: some targets in memory, what happens to them, and one way to write both down.

Nothing of a target changes without an entry in the log: who, when, from what, to what. Loading
once and writing together is what makes a file of ten thousand units a matter of seconds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from pages.catalog.checks import failed_checks, fitted, reject_reason, reject_reason_of_older
from pages.catalog.segments import Segment
from pages.digest import text_digest
from pages.document.vocabulary import Origin
from pages.languages import Language
from pages.models import Target, TargetChange
from pages.models.target import TargetState

_BATCH = 500
_LOGGED = (
    "text",
    "state",
    "origin",
    "engine",
    "author",
    "reviewer",
    "qualification",
    "reviewed_at",
    "waiver",
)


class TargetRejected(ValueError):
    """The text may not be stored as a target. The message says why."""


class ReviewRefused(ValueError):
    """The target may not be approved. The message says why."""


def same_person(one: str, other: str) -> bool:
    """Names are compared as people read them: Ana  Luz is ana luz, however é is encoded."""
    return _as_read(one) == _as_read(other)


def _as_read(name: str) -> list[str]:
    return unicodedata.normalize("NFKC", name).casefold().split()


class TargetLedger:
    """Targets of `language` by page, key and digest; `save` writes. rows: oldest first."""

    def __init__(self, language: Language, rows: Iterable[Target]) -> None:
        self.language = language
        self._by_key: dict[tuple[int | None, str], dict[str, Target]] = {}
        self._touched: dict[int, Target] = {}
        self._changes: list[TargetChange] = []
        for row in rows:
            self._by_key.setdefault((row.page_id, row.key), {})[row.text_digest] = row

    def get(self, page_id: int, key: str, digest: str) -> Target | None:
        return self._by_key.get((page_id, key), {}).get(digest)

    def of_segment(self, page_id: int, key: str) -> Iterable[Target]:
        """The targets of every wording that the segment has had."""
        return self._by_key.get((page_id, key), {}).values()

    def had(self, target: Target, text: str) -> bool:
        """Whether `text` was this target once, before what it is now."""
        unsaved = (change for change in self._changes if change.target is target)
        if any((change.before or {}).get("text") == text for change in unsaved):
            return True
        return target.pk is not None and target.changes.filter(before__text=text).exists()

    def store(
        self,
        page_id: int,
        segment: Segment,
        text: str,
        *,
        by: str,
        origin: Origin,
        state: TargetState = TargetState.NEEDS_REVIEW,
        engine: str = "",
    ) -> Target:
        """The target with `text`; an approval that it had goes with the old text.

        Raises TargetRejected for text that no target may have, ValueError for state "approved".
        """
        if state == TargetState.APPROVED:
            raise ValueError("A target is stored as machine or needs_review; approving is an act.")
        if not text.strip():
            raise TargetRejected("An empty text is not a translation.")
        if reason := reject_reason(segment, text):
            raise TargetRejected(reason)
        return self._store(page_id, segment, text, by, origin, state, engine)

    def store_older(
        self, page_id: int, segment: Segment, source: str, text: str, *, by: str, origin: Origin
    ) -> Target:
        """The same against an older wording, `source`, of the segment: it needs review."""
        coded = segment.paragraph is not None
        if reason := reject_reason_of_older(source, text, coded=coded):
            raise TargetRejected(reason)
        older = Segment(segment.key, source, text_digest(source), segment.crumbs)
        return self._store(page_id, older, text, by, origin, TargetState.NEEDS_REVIEW, "")

    def _store(
        self,
        page_id: int,
        segment: Segment,
        text: str,
        by: str,
        origin: Origin,
        state: TargetState,
        engine: str,
    ) -> Target:
        text = fitted(segment.text, text)
        target = self.get(page_id, segment.key, segment.digest)
        if target is not None and target.text == text and target.state != TargetState.MACHINE:
            return target
        if target is not None and state == TargetState.MACHINE != target.state:
            raise TargetRejected(
                f"{target.reviewer or target.author} wrote or approved {target.text!r}; a machine "
                "does not replace it."
            )
        before = _snapshot(target) if target else None
        if target is None:
            target = Target(
                page_id=page_id,
                language=self.language.code,
                key=segment.key,
                text_digest=segment.digest,
            )
            self._by_key.setdefault((page_id, segment.key), {})[segment.digest] = target
        target.source, target.text = segment.text, text
        target.state, target.origin, target.engine = state, origin.value, engine
        target.author = by
        target.reviewer, target.qualification, target.reviewed_at = "", "", None
        target.failed_checks, target.waiver = list(failed_checks(segment, text)), ""
        self._log(target, by=by, action="stored", before=before)
        return target

    def confirm(self, target: Target, *, by: str) -> None:
        """A person read the machine's words and lets them stand; they still need review."""
        before = _snapshot(target)
        target.state, target.author = TargetState.NEEDS_REVIEW, by
        self._log(target, by=by, action="confirmed", before=before)

    def approve(
        self,
        target: Target,
        *,
        by: str,
        qualification: str = "",
        waiver: str = "",
        four_eyes: bool = True,
        segment: Segment | None = None,
    ) -> None:
        """Record that `by` reviewed the target and says that it holds.

        segment: what it translates now, where the caller has it, to check it against once more.
        Raises ReviewRefused where `by` translated it (four_eyes), or where a blocking check
        fails and no `waiver` says why that may pass.
        """
        waiver = waiver.strip()
        if not by.strip():
            raise ReviewRefused("A review needs the name of its reviewer.")
        if four_eyes and same_person(by, target.author):
            raise ReviewRefused(f"{by} translated this and cannot review it: four eyes see more.")
        if segment is not None:  # it may have been stored when no page had this wording
            if reason := reject_reason(segment, target.text):
                raise ReviewRefused(reason)
            target.failed_checks = list(failed_checks(segment, target.text))
        if target.failed_checks and not waiver:
            raise ReviewRefused(
                f"Checks fail: {', '.join(target.failed_checks)}. "
                "Mend the text, or let a reviewer give a reason (review_targets --waiver)."
            )
        before = _snapshot(target)
        target.state, target.reviewer, target.qualification = (
            TargetState.APPROVED,
            by,
            qualification,
        )
        target.reviewed_at, target.waiver = timezone.now(), waiver
        self._log(target, by=by, action="approved", before=before)

    def reopen(self, target: Target, *, by: str) -> None:
        """Take an approval back: the target waits for a review again, as its author left it."""
        before = _snapshot(target)
        target.state = TargetState.NEEDS_REVIEW
        target.reviewer, target.qualification, target.reviewed_at = "", "", None
        target.waiver = ""
        self._log(target, by=by, action="reopened", before=before)

    def keep_conflict(self, target: Target, text: str, *, by: str) -> None:
        """Put what a file says instead of an approved target into the log, once."""
        proposed = {"text": text}
        if (
            target.pk is not None
            and target.changes.filter(action="conflict", after=proposed).exists()
        ):
            return
        self._changes.append(
            TargetChange(
                target=target, by=by, action="conflict", before=_snapshot(target), after=proposed
            )
        )

    def _log(
        self, target: Target, *, by: str, action: str, before: Mapping[str, Any] | None
    ) -> None:
        self._touched[id(target)] = target
        self._changes.append(
            TargetChange(
                target=target, by=by, action=action, before=before, after=_snapshot(target)
            )
        )

    def save(self) -> None:
        """Write what changed. The caller holds the transaction."""
        new = [target for target in self._touched.values() if target.pk is None]
        known = [target for target in self._touched.values() if target.pk is not None]
        Target.objects.bulk_create(new, batch_size=_BATCH)
        for target in known:
            target.save()
        TargetChange.objects.bulk_create(self._changes, batch_size=_BATCH)
        self._touched, self._changes = {}, []


def _snapshot(target: Target) -> Mapping[str, Any]:
    return {name: getattr(target, name) for name in _LOGGED}
