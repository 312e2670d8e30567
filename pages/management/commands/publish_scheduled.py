"""manage.py publish_scheduled: Wagtail's, and the last days that it does not know of."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models.functions import Now
from wagtail.management.commands.publish_scheduled import Command as PublishScheduled

from pages.contention import until_stored
from pages.models import CurrentEdition
from pages.publishing.editions import reconcile


class Command(PublishScheduled):
    """Also records each page whose valid_until has passed as expired, which takes its name out of
    the pages that link to it. Its own address is gone by the database's clock before that."""

    help = "Publish what is due and unpublish what has expired. Run it every few minutes."

    def handle(self, *args: Any, dryrun: bool = False, **options: Any) -> None:
        # Each page is a transaction; begun again, it finds those that are still due.
        until_stored(partial(super().handle, *args, dryrun=dryrun, **options))
        over = CurrentEdition.objects.filter(expires_at__lte=Now()).order_by("page_id")
        for page_id, slug in list(over.values_list("page_id", "slug").distinct()):
            if dryrun:
                self.stdout.write(f"{slug}: its last day is over.")
            else:
                until_stored(partial(reconcile, page_id))
