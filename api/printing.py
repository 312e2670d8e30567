"""PDF over HTTP: what stops a page from being printed, as a problem that says what to do."""

from __future__ import annotations

from http import HTTPStatus

from api.problems import Problem
from api.reads import Found
from pages.document.branding import Branding
from pages.document.print_page import Paper
from pages.printing.pool import REMEMBERED, PrintBusy, PrintError, PrintFailed, PrintUnavailable
from pages.printing.printed import Printable, printed

# A page takes a second or two, and those that are waited for are few.
SOON = 3


def printable(found: Found, language_code: str) -> Printable:
    return Printable(
        language_code=language_code,
        number=found.number,
        digest=found.digest,
        made_at=found.changed_at,
        body=found.body,
    )


def printed_or_problem(edition: Printable, paper: Paper, branding: Branding | None) -> bytes:
    """Raises Problem (503)."""
    try:
        return printed(edition, paper, branding)
    except PrintError as error:
        raise _problem(error) from None


def _problem(error: PrintError) -> Problem:
    unavailable = HTTPStatus.SERVICE_UNAVAILABLE
    match error:
        case PrintBusy():
            detail = f"Too many pages are being printed. {error} Ask again in {SOON} s."
            return Problem("print-busy", unavailable, detail, retry_after=SOON)
        case PrintUnavailable():
            return Problem("print-unavailable", unavailable, str(error))
        case PrintFailed():
            detail = f"{error} Its HTML can be printed from a browser."
            return Problem("print-failed", unavailable, detail, retry_after=int(REMEMBERED))
        case _:
            raise error
