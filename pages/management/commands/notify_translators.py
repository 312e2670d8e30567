"""manage.py notify_translators: mail about new work and finished hand-offs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.notices import tell_everyone


class Command(BaseCommand):
    help = (
        "Mail each translator and reviewer what is new in their languages since the last time, "
        "and each requester of a hand-off that it is done. Sends nothing where nothing is new. "
        "Exit status 1 if a mail could not be sent; the next run tries it again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Count, and send nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION and not settings.MAIL_HOST:
            # Mail would go nowhere, and be remembered as told.
            raise CommandError("There is no mail server. Set EMAIL_HOST.")
        sent = tell_everyone(dry_run=options["dry_run"])
        said = "would be sent" if options["dry_run"] else "sent"
        self.stdout.write(
            f"{sent.digests} digests and {sent.handoffs} notes of finished hand-offs {said}."
        )
        for recipient, reason in sent.failed:
            self.stderr.write(f"{recipient}: {reason}")
        if sent.failed:
            raise CommandError(
                f"{len(sent.failed)} mails were not sent; the lines above say why. "
                "Nothing is lost: the next run tells it."
            )
