"""manage.py recheck_targets: what today's checks say of targets that were stored before them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from pages.catalog.segments import Segment, page_segments
from pages.catalog.targets import stored_targets
from pages.contention import until_stored
from pages.languages import Language, target_languages
from pages.management.arguments import pages_by_slug, person, target_language
from pages.models import Target, TreatmentPage
from pages.models.target import TargetState
from pages.publishing.editions import reconcile
from pages.publishing.load import live_page


@dataclass(frozen=True, slots=True)
class Change:
    """A target of which the checks say something else now; before: names that had failed;
    was_served: approved, and nothing stood against it."""

    page: TreatmentPage
    segment: Segment
    target: Target
    before: tuple[str, ...]
    was_served: bool

    @property
    def falls_back(self) -> bool:
        """Whether it is served now, and its block will be the source's."""
        return self.was_served and bool(self.target.failed_checks and not self.target.waiver)


class Command(BaseCommand):
    help = (
        "Check every current target again: which checks fail is on record from the day that it "
        "was stored or approved, and checks become better. Lists what changes, approved targets "
        "that would no longer be served first. Nothing is stored without --apply --by NAME; then "
        "each change is in the log, and what is no longer served is the source from that moment."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", type=target_language, help="Only this one.")
        parser.add_argument(
            "--page", action="append", metavar="SLUG", help="Only this page; repeatable."
        )
        parser.add_argument("--apply", action="store_true", help="Store what is listed.")
        parser.add_argument("--by", type=person, metavar="NAME", help="Who answers for it.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["apply"] and not options["by"]:
            raise CommandError("--apply needs --by NAME: the log says who.")
        languages = [options["language"]] if options["language"] else target_languages()
        changes: list[Change] = []
        for listed in pages_by_slug(options["page"]):
            for language in languages:
                changes += until_stored(partial(self._page, listed.pk, language, options))
        for change in sorted(changes, key=lambda change: not change.falls_back):
            self._show(change)
        falling = sum(change.falls_back for change in changes)
        done = "stored" if options["apply"] else "nothing was stored (--apply --by NAME stores it)"
        self.stdout.write(
            f"{len(changes)} targets change, {falling} of them approved and served now; {done}"
        )

    @transaction.atomic
    def _page(self, page_id: int, language: Language, options: dict[str, Any]) -> list[Change]:
        page = live_page(page_id)  # locked: an import waits, or was read
        if page is None:
            return []  # deleted meanwhile
        ledger = stored_targets(language, [page.pk])
        found = []
        for segment in page_segments(page):
            target = ledger.get(page.pk, segment.key, segment.digest)
            if target is None:
                continue
            before = tuple(target.failed_checks)
            was_served = target.state == TargetState.APPROVED and not (before and not target.waiver)
            if ledger.recheck(target, segment, by=options["by"] or "nobody yet"):
                found.append(Change(page, segment, target, before, was_served))
        if options["apply"] and found:
            ledger.save()
            reconcile(page.pk, [language])
        return found

    def _show(self, change: Change) -> None:
        target = change.target
        self.stdout.write(f"{change.page.slug} {target.language} {change.segment.key}")
        self.stdout.write(f"  source: {change.segment.text}")
        self.stdout.write(f"  target: {target.text}")
        now = ", ".join(target.failed_checks) or "none"
        self.stdout.write(f"  failing: {now} (before: {', '.join(change.before) or 'none'})")
        if change.falls_back:
            self.stdout.write(f"  {target.reviewer} approved it: its block would be the source")
