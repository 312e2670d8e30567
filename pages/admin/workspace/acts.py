"""What can be done with one segment: each act by its name, and what to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import assert_never

from pages.admin.workspace.access import Worker
from pages.admin.workspace.reviewing import (
    ChangedSinceRead,
    approve,
    confirm,
    read_row,
    reopen,
)
from pages.admin.workspace.rows import Row, row_of
from pages.admin.workspace.saving import Conflict, Refused, Saved, Written, save
from pages.catalog.ledger import ReviewRefused
from pages.catalog.permissions import Act
from pages.models import TreatmentPage
from pages.publishing.editions import reconcile


@dataclass(frozen=True, slots=True)
class Answer:
    """row: as it is now, None where the text is gone. typed: what must not be lost, where it was
    not stored as the target. conflict: what was typed was written over something not read."""

    status: HTTPStatus
    message: str
    row: Row | None
    typed: str | None = None
    conflict: Conflict | None = None

    @property
    def ok(self) -> bool:
        return self.status == HTTPStatus.OK


Form = Mapping[str, str]


def act_save(page: TreatmentPage, worker: Worker, form: Form) -> Answer:
    worker.require(Act.TRANSLATE)
    written = Written(
        key=form.get("key", ""),
        text=lines(form.get("text", "")),
        base=form.get("base", ""),
        source=lines(form.get("source", "")),
    )
    outcome = save(page, worker, written)
    match outcome:
        case Saved(row):
            return Answer(HTTPStatus.OK, "Saved.", row)
        case Refused(row, reason):
            return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, reason, row, typed=written.text)
        case Conflict(row):
            message = _conflict_message(outcome)
            return Answer(HTTPStatus.CONFLICT, message, row, written.text, outcome)
        case _:
            assert_never(outcome)


def _conflict_message(conflict: Conflict) -> str:
    kept = " What you typed is kept." if conflict.kept else " What you typed is below; copy it."
    if conflict.row is None:
        return f"This text is not on the page any more.{kept}"
    if conflict.source_changed:
        return f"The source changed while you were writing.{kept}"
    return f"Somebody else changed this translation while you were writing.{kept}"


def act_approve(page: TreatmentPage, worker: Worker, form: Form) -> Answer:
    worker.require(Act.REVIEW)
    waiver = form.get("waiver", "")
    return _review(page, worker, form, "Approved.", lambda row: approve(worker, row, waiver=waiver))


def act_reopen(page: TreatmentPage, worker: Worker, form: Form) -> Answer:
    worker.require(Act.REVIEW)
    return _review(page, worker, form, "Opened again.", lambda row: reopen(worker, row))


def act_confirm(page: TreatmentPage, worker: Worker, form: Form) -> Answer:
    worker.require(Act.TRANSLATE)
    return _review(page, worker, form, "Confirmed.", lambda row: confirm(worker, row))


def _review(
    page: TreatmentPage, worker: Worker, form: Form, done: str, decide: Callable[[Row], None]
) -> Answer:
    """An act on a target as it was read; text that was typed and not saved is given back."""
    key, typed = form.get("key", ""), lines(form.get("text", ""))
    try:
        row = read_row(page, worker, key, form.get("base", ""))
        _refuse_unsaved(row, typed)
        decide(row)
    except ReviewRefused as error:
        changed = isinstance(error, ChangedSinceRead)
        status = HTTPStatus.CONFLICT if changed else HTTPStatus.UNPROCESSABLE_ENTITY
        row_now = row_of(page, key, worker.language)
        return Answer(status, str(error), row_now, typed=typed or None)
    reconcile(page.pk, [worker.language])
    return Answer(HTTPStatus.OK, done, row_of(page, key, worker.language))


def _refuse_unsaved(row: Row, typed: str) -> None:
    if typed and typed.strip() != row.text.strip():
        raise ReviewRefused("You changed the text. Save it first; somebody else reviews it then.")


def lines(text: str) -> str:
    """As typed: browsers send a line end as two characters."""
    return text.replace("\r\n", "\n")


ACTS: Mapping[str, Callable[[TreatmentPage, Worker, Form], Answer]] = {
    "save": act_save,
    "approve": act_approve,
    "reopen": act_reopen,
    "confirm": act_confirm,
}
