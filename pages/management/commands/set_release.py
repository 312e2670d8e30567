"""manage.py set_release: withdraw a language version of a page, or release it again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from pages.contention import until_stored
from pages.languages import UnknownLanguage, read_language
from pages.models import Release, TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release


class Command(BaseCommand):
    help = "Withdraw SLUG in LANGUAGE at once (a tombstone tells apps), or release it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("language")
        parser.add_argument("state", choices=Release.State.values)
        parser.add_argument("--by", required=True, help="Who decided it.")
        parser.add_argument("--reason", default="")

    def handle(
        self,
        *args: Any,
        slug: str,
        language: str,
        state: str,
        by: str,
        reason: str,
        **options: Any,
    ) -> None:
        page = TreatmentPage.objects.filter(slug=slug, alias_of=None).first()
        if page is None:
            known = ", ".join(TreatmentPage.objects.values_list("slug", flat=True).order_by("slug"))
            raise CommandError(f"No page is called {slug!r}. Allowed: {known or 'none yet'}.")
        try:
            chosen = read_language(language)
        except UnknownLanguage as error:
            raise CommandError(str(error)) from None
        if state != Release.State.RELEASED and not reason.strip():
            raise CommandError(f"{state} needs a --reason: it is kept with the page.")
        page_id = page.pk

        def store() -> None:
            with transaction.atomic():
                set_release(page_id, chosen, state, by=by, reason=reason)
                reconcile(page_id)

        until_stored(store)
        self.stdout.write(f"{slug} {chosen.code}: {state}.")
