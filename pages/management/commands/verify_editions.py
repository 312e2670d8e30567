"""manage.py verify_editions: prove that the edition log was not altered and is what is served."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pages.publishing.verify import verify_editions


class Command(BaseCommand):
    help = "Check digests, numbers and the hash chain of every edition, and what reads find."

    def handle(self, *args: Any, **options: Any) -> None:
        checked, faults = verify_editions()
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in {checked} editions.")
        self.stdout.write(f"{checked} editions: every digest and every link of the chain holds.")
