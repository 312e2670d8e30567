"""manage.py pretranslate: what memory has for segments that nobody translated yet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from pages.catalog.memory.pretranslate import Fill, pretranslate
from pages.contention import until_stored
from pages.languages import Language, target_languages
from pages.management.arguments import pages_by_slug, target_language
from pages.publishing.editions import reconcile
from pages.publishing.load import live_page


class Command(BaseCommand):
    help = (
        "Fill segments without a translation from exact translation memory. What is filled in "
        "waits for a review; nothing that exists is replaced. Publishing does the same, where "
        "PRETRANSLATE_FROM_MEMORY is yes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", type=target_language, action="append", help="Only this; repeatable."
        )
        parser.add_argument(
            "--page", action="append", metavar="SLUG", help="Only this page; repeatable."
        )
        parser.add_argument("--dry-run", action="store_true", help="Say it, and store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        languages = options["language"] or list(target_languages())
        total = 0
        for listed in pages_by_slug(options["page"]):
            fills = until_stored(partial(_filled, listed.pk, languages, dry_run=options["dry_run"]))
            for fill in fills:
                self._say(listed.slug, fill)
            total += len(fills)
        done = "would be filled (--dry-run)" if options["dry_run"] else "filled"
        self.stdout.write(f"{total} segments {done} from memory; each waits for a review.")

    def _say(self, slug: str, fill: Fill) -> None:
        self.stdout.write(f"{slug} {fill.language.code} {fill.segment.key}")
        self.stdout.write(f"  source: {fill.segment.text}")
        self.stdout.write(f"  target: {fill.text}")
        self.stdout.write(f"  {fill.note}")


@transaction.atomic
def _filled(page_id: int, languages: Sequence[Language], *, dry_run: bool) -> Sequence[Fill]:
    page = live_page(page_id)  # locked, and read after the lock
    if page is None:
        return []  # deleted meanwhile
    fills = pretranslate(page, languages, dry_run=dry_run)
    if fills and not dry_run:
        reconcile(page.pk, {fill.language for fill in fills})
    return fills
