"""The ledger: some targets in memory, what happens to them, and one way to write both down.

Nothing of a target changes without an entry in the log: who, when, from what, to what. Loading
once and writing together is what makes a file of ten thousand units a matter of seconds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models.fields.json import KT
from django.utils import timezone

from pages.bulk import append_values, insert_rows
from pages.catalog.checks import (
    CheckContext,
    failed_checks,
    fitted,
    load_context,
    reject_reason,
    reject_reason_of_older,
)
from pages.catalog.segments import Segment
from pages.digest import text_digest
from pages.document.vocabulary import Origin
from pages.languages import Language
from pages.models import CatalogImport, Proposal, Target, TargetChange
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
    "failed_checks",
    "waiver",
    "note",
)
_logged_values = attrgetter(*_LOGGED)
_WRITTEN = (*_LOGGED, "source", "updated_at")
_COLUMNS = {column.name: column for column in Target._meta.concrete_fields}


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
    """Targets of `language` by page, key and digest; `save` writes. rows: oldest first.

    A retracted target is not there for who asks; what is stored in its place revives its row.
    """

    def __init__(self, language: Language, rows: Iterable[Target]) -> None:
        self.language = language
        self._by_key: dict[tuple[int | None, str], dict[str, Target]] = {}
        self._touched: dict[int, Target] = {}
        self._changes: list[_Change] = []
        self._proposals: list[Proposal] = []
        self._checked: set[int] = set()  # what was stored here needs no second check
        for row in rows:
            self._by_key.setdefault((row.page_id, row.key), {})[row.text_digest] = row

    def get(self, page_id: int | None, key: str, digest: str) -> Target | None:
        found = self._by_key.get((page_id, key), {}).get(digest)
        return found if found is not None and _stands(found) else None

    def was_retracted(self, page_id: int | None, key: str, digest: str) -> bool:
        found = self._by_key.get((page_id, key), {}).get(digest)
        return found is not None and not _stands(found)

    def of_segment(self, page_id: int | None, key: str) -> Iterable[Target]:
        """The targets of every wording that the segment has had."""
        return [row for row in self._by_key.get((page_id, key), {}).values() if _stands(row)]

    def had(self, target: Target, text: str) -> bool:
        """Whether `text` was this target once, before what it is now."""
        return (target.pk, text) in self._earlier

    @cached_property
    def _earlier(self) -> set[tuple[int | None, str | None]]:
        """(target id, text) of all that was ever replaced: one query, where anybody asks."""
        changes = TargetChange.objects.filter(
            target__language=self.language.code,
            target__page__in={page_id for page_id, _ in self._by_key},
            before__isnull=False,
        )
        return set(changes.values_list("target_id", KT("before__text")))

    def echoed(self, page_id: int | None, segment: Segment, text: str) -> Target | None:
        """The target of another wording of the segment that has the same words, if any."""
        for older in self.of_segment(page_id, segment.key):
            if older.text_digest != segment.digest and older.text.strip() == text.strip():
                return older
        return None

    def failed_checks(self, page_id: int | None, segment: Segment, text: str) -> tuple[str, ...]:
        """The blocking checks that fail, with that of the stale echo: the old target came back
        unchanged for a source that says something else (TRANSLATION.md, "Checks")."""
        older = (
            (row.source, row.text)
            for row in self.of_segment(page_id, segment.key)
            if row.text_digest != segment.digest
        )
        return failed_checks(segment, text, self.language, self._context.of_segment(older))

    @cached_property
    def _context(self) -> CheckContext:
        """One query, where anything is checked."""
        return load_context(self.language)

    def store(
        self,
        page_id: int | None,
        segment: Segment,
        text: str,
        *,
        by: str,
        origin: Origin,
        state: TargetState = TargetState.NEEDS_REVIEW,
        engine: str = "",
        author: str = "",
        note: str = "",
    ) -> Target:
        """The target with `text`; an approval that it had goes with the old text.

        page_id: None for words that belong to no page: a memory from outside.
        author: who wrote the words, where `by` only put them there: who wrote cannot review.
        Raises TargetRejected for text that no target may have, ValueError for state "approved".
        """
        if state == TargetState.APPROVED:
            raise ValueError("A target is stored as machine or needs_review; approving is an act.")
        if not text.strip():
            raise TargetRejected("An empty text is not a translation.")
        if reason := reject_reason(segment, text):
            raise TargetRejected(reason)
        return self._store(page_id, segment, text, by, origin, state, engine, author, note)

    def store_older(
        self, page_id: int, segment: Segment, source: str, text: str, *, by: str, origin: Origin
    ) -> Target:
        """The same against an older wording, `source`, of the segment: it needs review."""
        coded = segment.paragraph is not None
        if reason := reject_reason_of_older(source, text, coded=coded):
            raise TargetRejected(reason)
        older = Segment(segment.key, source, text_digest(source), segment.crumbs)
        target = self._store(page_id, older, text, by, origin, TargetState.NEEDS_REVIEW, "")
        self._checked.discard(id(target))  # without the segment that it may come to stand for
        return target

    def _store(
        self,
        page_id: int | None,
        segment: Segment,
        text: str,
        by: str,
        origin: Origin,
        state: TargetState,
        engine: str,
        author: str = "",
        note: str = "",
    ) -> Target:
        text = fitted(segment.text, text)
        target = self._by_key.get((page_id, segment.key), {}).get(segment.digest)
        standing = target if target is not None and _stands(target) else None
        if standing and standing.text == text and standing.state != TargetState.MACHINE:
            return standing
        if standing and state == TargetState.MACHINE != standing.state:
            raise TargetRejected(
                f"{standing.reviewer or standing.author} wrote or approved {standing.text!r}; a "
                "machine does not replace it."
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
        target.author, target.note = author or by, note
        target.reviewer, target.qualification, target.reviewed_at = "", "", None
        target.failed_checks = list(self.failed_checks(page_id, segment, text))
        target.waiver = ""
        self._checked.add(id(target))
        self._log(target, by=by, action="stored", before=before)
        return target

    def recheck(self, target: Target, segment: Segment, *, by: str) -> bool:
        """Record what today's checks say of a target; whether that is something else.

        A waiver passes what failed when it was given, and nothing that is found later.
        """
        failed = list(self.failed_checks(target.page_id, segment, target.text))
        if failed == target.failed_checks:
            return False
        before = _snapshot(target)
        if set(failed) - set(target.failed_checks):
            target.waiver = ""
        target.failed_checks = failed
        self._log(target, by=by, action="rechecked", before=before)
        return True

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
        if not _stands(target):
            raise ReviewRefused("It was retracted with the import that it came with.")
        if not by.strip():
            raise ReviewRefused("A review needs the name of its reviewer.")
        if four_eyes and same_person(by, target.author):
            raise ReviewRefused(f"{by} translated this and cannot review it: four eyes see more.")
        before = _snapshot(target)
        # It may have been stored when no page had this wording.
        if segment is not None and id(target) not in self._checked:
            if reason := reject_reason(segment, target.text):
                raise ReviewRefused(reason)
            failed = self.failed_checks(target.page_id, segment, target.text)
            target.failed_checks = list(failed)
        if target.failed_checks and not waiver:
            raise ReviewRefused(
                f"Checks fail: {', '.join(target.failed_checks)}. "
                "Mend the text, or let a reviewer give a reason (review_targets --waiver)."
            )
        target.state, target.reviewer = TargetState.APPROVED, by
        target.qualification = qualification
        # A reason for nothing would pass whatever is found later.
        target.reviewed_at, target.waiver = timezone.now(), waiver if target.failed_checks else ""
        self._log(target, by=by, action="approved", before=before)

    def reopen(self, target: Target, *, by: str) -> None:
        """Take an approval back: the target waits for a review again, as its author left it."""
        before = _snapshot(target)
        target.state = TargetState.NEEDS_REVIEW
        target.reviewer, target.qualification, target.reviewed_at = "", "", None
        target.waiver = ""
        self._log(target, by=by, action="reopened", before=before)

    def propose(self, target: Target, text: str, *, by: str, origin: Origin) -> None:
        """Keep what a file says beside a target that stands, once."""
        if (target.pk, text) in self._proposed:
            return
        self._proposed.add((target.pk, text))
        proposal = Proposal(target=target, text=text, origin=origin.value, by=by)
        self._proposals.append(proposal)

    @cached_property
    def _proposed(self) -> set[tuple[int | None, str]]:
        known = Proposal.objects.filter(
            target__language=self.language.code,
            target__page__in={page_id for page_id, _ in self._by_key},
        ).exclude(resolution=Proposal.Resolution.UNDONE)
        return set(known.values_list("target_id", "text"))

    def restore(
        self, target: Target, before: Mapping[str, Any] | None, *, by: str, action: str
    ) -> None:
        """Make the target again what the log says that it was; without `before`, retracted."""
        now = _snapshot(target)
        if before is None:
            target.state = TargetState.RETRACTED
        else:
            for name, value in before.items():
                setattr(target, name, _COLUMNS[name].to_python(value))
        self._log(target, by=by, action=action, before=now)

    def _log(
        self, target: Target, *, by: str, action: str, before: Mapping[str, Any] | None
    ) -> None:
        self._touched[id(target)] = target
        self._changes.append(_Change(target, by, action, before, _snapshot(target)))

    @property
    def pending(self) -> int:
        """How many targets and proposals `save` would write."""
        return len(self._touched) + len(self._proposals)

    def save(self, catalog_import: CatalogImport | None = None) -> None:
        """Write what changed, as brought by `catalog_import`. The caller holds the transaction."""
        new = [target for target in self._touched.values() if target.pk is None]
        known = [target for target in self._touched.values() if target.pk is not None]
        now = timezone.now()
        for target in known:
            target.updated_at = now
        for proposal in self._proposals:
            proposal.catalog_import = catalog_import
        insert_rows(new)
        Target.objects.bulk_update(known, _WRITTEN, batch_size=_BATCH)
        brought_by = catalog_import.pk if catalog_import else None
        append_values(
            TargetChange,
            ("target_id", "by", "action", "before", "after", "catalog_import_id"),
            [(each.target.pk, *each[1:], brought_by) for each in self._changes],
        )
        Proposal.objects.bulk_create(self._proposals, batch_size=_BATCH)
        self._touched, self._changes, self._proposals = {}, [], []


class _Change(NamedTuple):
    """A TargetChange to be: of a target that has no key yet."""

    target: Target
    by: str
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


def _stands(target: Target) -> bool:
    return target.state != TargetState.RETRACTED


def _snapshot(target: Target) -> Mapping[str, Any]:
    return dict(zip(_LOGGED, _logged_values(target), strict=True))
