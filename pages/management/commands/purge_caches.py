"""manage.py purge_caches: what waits in the outbox of purges, or keys by hand."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.models import CachePurge
from pages.purging.outbox import purge_later
from pages.purging.sender import Sender


class Command(BaseCommand):
    help = "Ask the caches of CACHE_PURGE to forget what waits, and what has one of these keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("keys", nargs="*", metavar="KEY", help="Such as language-es.")

    def handle(self, *args: Any, keys: list[str], **options: Any) -> None:
        if not settings.CACHE_PURGE:
            raise CommandError("CACHE_PURGE names no cache. docs/reference/settings.md")
        for key in keys:
            if not re.fullmatch(r"[a-z0-9-]+", key):
                raise CommandError(
                    f"{key!r} is no key. Allowed: what Surrogate-Key says, such as language-es."
                )
        if keys:
            purge_later(keys)
        Sender().send_due()
        failed = dict(CachePurge.objects.exclude(error="").values_list("cache", "error"))
        if failed:
            said = "\n".join(f"{cache} was not purged: {error}" for cache, error in failed.items())
            raise CommandError(f"{said}\nIt is tried again with the next publish, and by this.")
        self.stdout.write("Purged. Once more when every process has heard: in some seconds.")
