"""manage.py undo_import: take back what one imported file changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.undo import UndoRefused
from pages.management.arguments import person
from pages.models import CatalogImport
from pages.publishing.returned_catalogs import UNFINISHED, undo_import

_LISTED = 20


class Command(BaseCommand):
    help = (
        "Without an ID, list the newest imports. With one, everything that this import changed, "
        "and nobody since, is as it was before it; what it brought new is retracted. Exit status 1 "
        "if anything was left because somebody changed it since."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", nargs="?", type=int, help="Of the import, as it is listed.")
        parser.add_argument("--by", type=person, metavar="NAME", help="Who undoes it.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["id"] is None:
            self._list()
            return
        if not options["by"]:
            raise CommandError("--by NAME is missing: the log says who undid it.")
        record = CatalogImport.objects.filter(pk=options["id"]).first()
        if record is None:
            raise CommandError(f"No import {options['id']}. undo_import without an ID lists them.")
        try:
            undone = undo_import(record, by=options["by"])
        except UndoRefused as error:
            raise CommandError(f"Import {record.pk}: {error}") from None
        self.stdout.write(f"{record}: {undone.restored} as before")
        for key in undone.left:
            self.stdout.write(f"  changed since, and left: {key}")
        if undone.left:
            raise CommandError(f"{len(undone.left)} were left: somebody changed them since.")

    def _list(self) -> None:
        for record in CatalogImport.objects.defer("compressed").order_by("-at", "-pk")[:_LISTED]:
            counts = record.report.get("counts", {})
            said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
            undone = f"; undone by {record.undone_by}" if record.undone_at else ""
            cut_off = "; cut off: the rest is not stored" if record.report.get(UNFINISHED) else ""
            self.stdout.write(
                f"{record.pk}: {record.at:%Y-%m-%d %H:%M} {record} by {record.by}: "
                f"{said or 'nothing'}{cut_off}{undone}"
            )
