"""manage.py verify_translations: prove that what is served is what segments and policy say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pages.publishing.verify_translations import verify_translations


class Command(BaseCommand):
    help = (
        "Compute anew, for every page and language, digests, target columns, the edition and what "
        "lists read, and compare. Writes nothing. Exit status 1 if anything differs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        verified = verify_translations()
        for fault in verified.faults:
            self.stdout.write(fault)
        if verified.faults:
            raise CommandError(f"{len(verified.faults)} faults.")
        self.stdout.write(
            f"{verified.targets} targets, {verified.pages} pages, {verified.editions} editions: "
            "all is what segments and policy say."
        )
