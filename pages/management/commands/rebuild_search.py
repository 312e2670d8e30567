"""manage.py rebuild_search: write every search entry anew from the documents that are served."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pages.searching.indexing import rebuild
from pages.searching.outside import outside_engine, rebuild_outside


class Command(BaseCommand):
    help = (
        "Write every search entry anew from the documents that are served, and the index of "
        "SEARCH_URL where there is one. Run it after an upgrade that says so, or when the log "
        "says that the search engine was not told of something. Searches go on meanwhile."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild()} entries written.")
        if outside_engine() is None:
            return
        try:
            count = rebuild_outside()
        except Exception as error:
            # Not its message, which may hold an address with a password.
            raise CommandError(
                f"The search engine of SEARCH_URL failed ({type(error).__name__}). "
                "The database answers searches until this command succeeds."
            ) from None
        self.stdout.write(f"{count} entries sent to the search engine.")
