"""manage.py review_targets: what waits for a review, and a named person's word that it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from pages.catalog.ledger import ReviewRefused, TargetLedger
from pages.catalog.segments import Segment, page_segments
from pages.catalog.targets import stored_targets
from pages.contention import until_stored
from pages.languages import Language
from pages.management.arguments import pages_by_slug, person, target_language
from pages.models import Target, TreatmentPage
from pages.models.target import TargetState
from pages.publishing.editions import reconcile
from pages.publishing.load import live_page


@dataclass(slots=True)
class _Reviewed:
    """Of one page. lines: said once the transaction stands, which may run more than once."""

    waiting: int = 0
    refused: int = 0
    lines: list[str] = field(default_factory=list)


class Command(BaseCommand):
    help = (
        "List the targets that wait for a review, each beside its source. With --reviewer NAME, "
        "approve those listed: run it without first, and read them. Machine translations wait "
        "until a person has been through them. Exit status 1 if any was not approved."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", type=target_language, required=True)
        parser.add_argument(
            "--page", action="append", metavar="SLUG", help="Only this page; repeatable."
        )
        parser.add_argument(
            "--key-prefix", default="", help="Only segments whose key begins so: body.<block id>"
        )
        parser.add_argument("--reviewer", type=person, metavar="NAME", help="Who read them.")
        parser.add_argument("--qualification", type=person, help="Of the reviewer: MD, PT...")
        parser.add_argument(
            "--waiver",
            default="",
            metavar="REASON",
            help="Why failing checks may pass. Dies with either text.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["waiver"] and not (options["reviewer"] and options["key_prefix"]):
            raise CommandError(
                "--waiver needs --reviewer and --key-prefix: a reason is given for one place."
            )
        language: Language = options["language"]
        waiting = refused = 0
        for listed in pages_by_slug(options["page"]):
            reviewed = until_stored(partial(self._page, listed.pk, language, options))
            for line in reviewed.lines:
                self.stdout.write(line)
            waiting, refused = waiting + reviewed.waiting, refused + reviewed.refused
        done = f", {waiting - refused} approved" if options["reviewer"] else ""
        self.stdout.write(f"{language.name}: {waiting} targets wait for a review{done}")
        if refused:
            raise CommandError(f"{refused} were not approved; the lines above say which and why.")

    @transaction.atomic
    def _page(self, page_id: int, language: Language, options: dict[str, Any]) -> _Reviewed:
        found = _Reviewed()
        page = live_page(page_id)  # locked: an import waits, or was read
        if page is None:
            return found  # deleted meanwhile
        ledger = stored_targets(language, [page.pk])
        for segment in page_segments(page):
            target = ledger.get(page.pk, segment.key, segment.digest)
            if target is None or target.state != TargetState.NEEDS_REVIEW:
                continue
            if not segment.key.startswith(options["key_prefix"]):
                continue
            found.waiting += 1
            found.lines += _said(page, segment, target, ledger)
            if options["reviewer"] and (error := _refusal(ledger, segment, target, options)):
                found.refused += 1
                found.lines.append(f"  not approved: {error}")
        ledger.save()
        if found.waiting and options["reviewer"]:
            reconcile(page.pk, [language])
        return found


def _said(
    page: TreatmentPage, segment: Segment, target: Target, ledger: TargetLedger
) -> Iterator[str]:
    yield f"{page.slug} {segment.key}"
    yield f"  source: {segment.text}"
    for older in ledger.of_segment(page.pk, segment.key):
        if older is not target and older.text == target.text:
            yield f"  made for: {older.source}"
    yield f"  target: {target.text}"
    if target.failed_checks:
        yield f"  checks fail: {', '.join(target.failed_checks)}"


def _refusal(
    ledger: TargetLedger, segment: Segment, target: Target, options: dict[str, Any]
) -> ReviewRefused | None:
    """Why the target was not approved; None: it is."""
    try:
        ledger.approve(
            target,
            by=options["reviewer"],
            qualification=options["qualification"] or "",
            waiver=options["waiver"],
            segment=segment,
        )
    except ReviewRefused as error:
        return error
    return None
