"""Comments beside a segment, and words that wait beside a target: take them or let them go."""

from __future__ import annotations

from django.utils import timezone

from pages.admin.workspace.access import Worker
from pages.admin.workspace.rows import Row
from pages.admin.workspace.strays import Said
from pages.catalog.targets import stored_targets
from pages.document.vocabulary import Origin
from pages.models import Proposal, SegmentComment, TreatmentPage

COMMENT_LENGTH = 4000


class NotThere(ValueError):
    """No such comment or proposal beside this segment, or somebody dealt with it already."""


def add_comment(
    page: TreatmentPage, worker: Worker, key: str, text: str, *, about_source: bool
) -> None:
    """about_source: for everyone who translates the page, whatever their language.

    Raises ValueError for an empty text and one of more than COMMENT_LENGTH characters.
    """
    if not text.strip():
        raise ValueError("The comment is empty.")
    if len(text) > COMMENT_LENGTH:
        raise ValueError(f"{len(text)} characters. Allowed: {COMMENT_LENGTH}.")
    if "\x00" in text:
        raise ValueError("U+0000 is not allowed in a comment.")
    SegmentComment.objects.create(
        page_id=page.pk,
        key=key,
        language="" if about_source else worker.language.code,
        text=text.strip(),
        by=worker.name,
    )


def resolve_comment(page: TreatmentPage, worker: Worker, said: Said, comment_id: int) -> None:
    """A question about the source is closed by who asked it or who may edit the page."""
    found = [comment for comment in said.comments if comment.pk == comment_id]
    if not found or found[0].resolved_at is not None:
        raise NotThere("This comment is not open any more.")
    (comment,) = found
    if not may_resolve(page, worker, comment):
        raise NotThere("A question about the source is closed by who asked it, or by an editor.")
    comment.resolved_by, comment.resolved_at = worker.name, timezone.now()
    comment.save(update_fields=["resolved_by", "resolved_at"])


def may_resolve(page: TreatmentPage, worker: Worker, comment: SegmentComment) -> bool:
    if comment.language or comment.by == worker.name:
        return True
    return bool(page.permissions_for_user(worker.user).can_edit())


def take_proposal(page: TreatmentPage, worker: Worker, row: Row, proposal_id: int) -> None:
    """The proposed words become the target of the wording that they were proposed for.

    Raises TargetRejected and NotThere. The caller reconciles the page.
    """
    proposal = _open_proposal(row, proposal_id)
    ledger = stored_targets(worker.language, [page.pk])
    origin = Origin(proposal.origin)
    if proposal.target.text_digest == row.segment.digest:
        ledger.store(
            page.pk,
            row.segment,
            proposal.text,
            by=worker.name,
            author=proposal.by,
            origin=origin,
        )
    else:
        ledger.store_older(
            page.pk,
            row.segment,
            proposal.target.source,
            proposal.text,
            by=proposal.by,
            origin=origin,
        )
    ledger.save()
    _close(proposal, worker, Proposal.Resolution.TAKEN)


def dismiss_proposal(worker: Worker, said: Said, proposal_id: int) -> None:
    _close(_open_proposal(said, proposal_id), worker, Proposal.Resolution.DISMISSED)


def _open_proposal(beside: Row | Said, proposal_id: int) -> Proposal:
    for proposal in beside.proposals:
        if proposal.pk == proposal_id:
            return proposal
    raise NotThere("Somebody has dealt with these words already.")


def _close(proposal: Proposal, worker: Worker, resolution: Proposal.Resolution) -> None:
    proposal.resolution = resolution
    proposal.resolved_by, proposal.resolved_at = worker.name, timezone.now()
    proposal.save(update_fields=["resolution", "resolved_by", "resolved_at"])
