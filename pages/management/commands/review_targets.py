"""manage.py review_targets: what waits for a review, and a named person's word that it holds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from pages.catalog.ledger import ReviewRefused, TargetLedger
from pages.catalog.segments import Segment, page_segments
from pages.catalog.targets import stored_targets
from pages.languages import Language
from pages.management.arguments import pages_by_slug, person, target_language
from pages.models import Target, TreatmentPage
from pages.models.target import TargetState
from pages.publishing.editions import reconcile
from pages.publishing.load import live_page


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
            with transaction.atomic():
                page = live_page(listed.pk)  # locked: an import waits, or was read
                if page is None:
                    continue  # deleted meanwhile
                found, failed = self._page(page, language, options)
                if found and options["reviewer"]:
                    reconcile(page.pk, [language])
            waiting, refused = waiting + found, refused + failed
        done = f", {waiting - refused} approved" if options["reviewer"] else ""
        self.stdout.write(f"{language.name}: {waiting} targets wait for a review{done}")
        if refused:
            raise CommandError(f"{refused} were not approved; the lines above say which and why.")

    def _page(
        self, page: TreatmentPage, language: Language, options: dict[str, Any]
    ) -> tuple[int, int]:
        """(how many wait, how many of them were refused)."""
        ledger = stored_targets(language, [page.pk])
        waiting = refused = 0
        for segment in page_segments(page):
            target = ledger.get(page.pk, segment.key, segment.digest)
            if target is None or target.state != TargetState.NEEDS_REVIEW:
                continue
            if not segment.key.startswith(options["key_prefix"]):
                continue
            waiting += 1
            self._show(page, segment, target, ledger)
            if options["reviewer"]:
                refused += not self._approve(ledger, segment, target, options)
        ledger.save()
        return waiting, refused

    def _show(
        self, page: TreatmentPage, segment: Segment, target: Target, ledger: TargetLedger
    ) -> None:
        self.stdout.write(f"{page.slug} {segment.key}")
        self.stdout.write(f"  source: {segment.text}")
        for older in ledger.of_segment(page.pk, segment.key):
            if older is not target and older.text == target.text:
                self.stdout.write(f"  made for: {older.source}")
        self.stdout.write(f"  target: {target.text}")
        if target.failed_checks:
            self.stdout.write(f"  checks fail: {', '.join(target.failed_checks)}")

    def _approve(
        self, ledger: TargetLedger, segment: Segment, target: Target, options: dict[str, Any]
    ) -> bool:
        try:
            ledger.approve(
                target,
                by=options["reviewer"],
                qualification=options["qualification"] or "",
                waiver=options["waiver"],
                segment=segment,
            )
        except ReviewRefused as error:
            self.stdout.write(f"  not approved: {error}")
            return False
        return True
