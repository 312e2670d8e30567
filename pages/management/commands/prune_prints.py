"""manage.py prune_prints: room on the disk, from PDFs that nobody is given any more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pages.printing.prune import prune


class Command(BaseCommand):
    help = (
        "Remove the PDFs of editions that are current no more from the store. Run it daily; an "
        "hour old is what it looks at."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pruned = prune()
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        self.stdout.write(
            f"{pruned.removed} PDFs removed ({pruned.removed_bytes / 1e6:.1f} MB), "
            f"{pruned.kept} kept."
        )
