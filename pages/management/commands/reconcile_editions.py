"""manage.py reconcile_editions: make the edition log agree with what is live, everywhere."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.contention import until_stored
from pages.models import TreatmentPage
from pages.publishing.editions import reconcile


class Command(BaseCommand):
    help = (
        "Compile every page again and append an edition where bytes changed. Run it after an "
        "upgrade, a new BASE_URL or a new policy, and daily: it records expiries as events. "
        "Reads do not wait for it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", help="Only these pages.")

    def handle(self, *args: Any, slugs: list[str], **options: Any) -> None:
        pages = TreatmentPage.objects.filter(alias_of=None).order_by("pk")
        if slugs:
            pages = pages.filter(slug__in=slugs)
            if missing := set(slugs) - set(pages.values_list("slug", flat=True)):
                raise CommandError(f"No page is called {sorted(missing)[0]!r}.")
        appended = 0
        for page_id, slug in list(pages.values_list("pk", "slug")):
            new = until_stored(partial(reconcile, page_id))
            appended += len(new)
            for edition in new:
                self.stdout.write(f"{slug} {edition.language}: {edition.reason or edition.kind}")
        self.stdout.write(f"{appended} editions appended.")
