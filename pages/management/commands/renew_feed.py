"""manage.py renew_feed: after a restore, no cursor of before counts any more."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand

from pages.models import FeedEpoch


class Command(BaseCommand):
    help = "Make every app begin its sync anew. Run it once after restoring a backup."

    def handle(self, *args: Any, **options: Any) -> None:
        epoch = secrets.token_hex(8)
        FeedEpoch.objects.update_or_create(pk=1, defaults={"epoch": epoch})
        self.stdout.write(f"The feed begins anew as {epoch}: older cursors are answered 410.")
