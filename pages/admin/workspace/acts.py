"""What can be done with one segment: each act by its name, and what to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import assert_never

from pages.admin.workspace.access import Worker
from pages.admin.workspace.reviewing import ChangedSinceRead, approve, confirm, read_row, reopen
from pages.admin.workspace.rows import Row, row_of
from pages.admin.workspace.saving import Conflict, Refused, Saved, Written, save
from pages.admin.workspace.strays import Said, said_beside
from pages.admin.workspace.talk import (
    NotThere,
    add_comment,
    dismiss_proposal,
    resolve_comment,
    take_proposal,
)
from pages.catalog.ledger import ReviewRefused, TargetRejected
from pages.catalog.permissions import Act
from pages.models import TreatmentPage
from pages.publishing.editions import reconcile


@dataclass(frozen=True, slots=True)
class Answer:
    """row: as it is now, None where the text is gone. typed: words in the editor that are not
    stored as the target, and must not be lost."""

    status: HTTPStatus
    message: str
    row: Row | None
    typed: str | None = None
    conflict: Conflict | None = None

    @property
    def ok(self) -> bool:
        return self.status == HTTPStatus.OK


@dataclass(frozen=True, slots=True)
class Request:
    """An act on a segment. number: of the comment or proposal that it is about."""

    page: TreatmentPage
    worker: Worker
    form: Mapping[str, str]
    number: int = 0

    @property
    def key(self) -> str:
        return self.form.get("key", "")

    @property
    def typed(self) -> str:
        return lines(self.form.get("text", ""))

    def row(self) -> Row | None:
        return row_of(self.page, self.key, self.worker.language)

    def unsaved(self, row: Row | None) -> str | None:
        """What stands in the editor and is not the stored text."""
        stored = row.text if row else ""
        return self.typed if self.typed.strip() and self.typed.strip() != stored.strip() else None

    def answer(self, status: HTTPStatus, message: str) -> Answer:
        row = self.row()
        return Answer(status, message, row, typed=self.unsaved(row))


def lines(text: str) -> str:
    """As typed: browsers send a line end as two characters."""
    return text.replace("\r\n", "\n")


def act_save(asked: Request) -> Answer:
    asked.worker.require(Act.TRANSLATE)
    source = lines(asked.form.get("source", ""))
    written = Written(asked.key, asked.typed, asked.form.get("base", ""), source)
    outcome = save(asked.page, asked.worker, written)
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


def act_approve(asked: Request) -> Answer:
    asked.worker.require(Act.REVIEW)
    waiver = asked.form.get("waiver", "")
    return _review(asked, "Approved.", lambda row: approve(asked.worker, row, waiver=waiver))


def act_reopen(asked: Request) -> Answer:
    asked.worker.require(Act.REVIEW)
    return _review(asked, "Open again.", lambda row: reopen(asked.worker, row))


def act_confirm(asked: Request) -> Answer:
    asked.worker.require(Act.TRANSLATE)
    return _review(asked, "Confirmed.", lambda row: confirm(asked.worker, row))


def _review(asked: Request, done: str, decide: Callable[[Row], None]) -> Answer:
    """An act on a target as it was read."""
    try:
        row = read_row(asked.page, asked.worker, asked.key, asked.form.get("base", ""))
        if asked.unsaved(row) is not None:
            raise ReviewRefused("You changed the text. Save it first.")
        decide(row)
    except ChangedSinceRead as error:
        return asked.answer(HTTPStatus.CONFLICT, str(error))
    except ReviewRefused as error:
        return asked.answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    reconcile(asked.page.pk, [asked.worker.language])
    return asked.answer(HTTPStatus.OK, done)


def act_take(asked: Request) -> Answer:
    """Read and taken: the base says beside which target the proposal stood."""
    asked.worker.require(Act.TRANSLATE)
    try:
        row = read_row(asked.page, asked.worker, asked.key, asked.form.get("base", ""))
        typed = asked.unsaved(row)
        take_proposal(asked.page, asked.worker, row, asked.number)
    except (ChangedSinceRead, NotThere) as error:
        return asked.answer(HTTPStatus.CONFLICT, str(error))
    except TargetRejected as error:
        return asked.answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    reconcile(asked.page.pk, [asked.worker.language])
    return Answer(HTTPStatus.OK, "Taken. It waits for a review.", asked.row(), typed=typed)


def act_dismiss(asked: Request) -> Answer:
    return _settle(
        asked, "Kept as it is.", lambda said: dismiss_proposal(asked.worker, said, asked.number)
    )


def act_comment(asked: Request) -> Answer:
    about_source = bool(asked.form.get("about_source"))
    text = lines(asked.form.get("comment", ""))

    if asked.row() is None:
        return Answer(
            HTTPStatus.CONFLICT, "This text is not on the page any more.", None, asked.typed
        )
    try:
        add_comment(asked.page, asked.worker, asked.key, text, about_source=about_source)
    except ValueError as error:
        return asked.answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    return asked.answer(HTTPStatus.OK, "Comment added.")


def act_resolve(asked: Request) -> Answer:
    return _settle(
        asked,
        "Comment closed.",
        lambda said: resolve_comment(asked.page, asked.worker, said, asked.number),
    )


def _settle(asked: Request, done: str, act: Callable[[Said], None]) -> Answer:
    """What changes no target, so that nothing needs to have been read, and the page need not have
    the text any more."""
    try:
        act(said_beside(asked.page, asked.key, asked.worker.language))
    except NotThere as error:
        return asked.answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    return asked.answer(HTTPStatus.OK, done)


ACTS: Mapping[str, Callable[[Request], Answer]] = {
    "save": act_save,
    "approve": act_approve,
    "reopen": act_reopen,
    "confirm": act_confirm,
    "take": act_take,
    "dismiss": act_dismiss,
    "comment": act_comment,
    "resolve": act_resolve,
}


def act_on(page: TreatmentPage, worker: Worker, form: Mapping[str, str]) -> Answer | None:
    """What `act` in the form asks for, such as "save" or "take:12"; None for what there is not."""
    name, _, number = form.get("act", "").partition(":")
    act = ACTS.get(name)
    if act is None or (number and not (number.isascii() and number.isdigit())):
        return None
    return act(Request(page, worker, form, int(number or 0)))
