"""manage.py merge_catalogs: git's merge driver for the PO files of locale/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.codecs.codec import CatalogError
from pages.catalog.codecs.po_merge import merge_po

# gitattributes(5), "merge": above 128 the driver failed, and git keeps the conflict to itself.
_REFUSED = 129


class Command(BaseCommand):
    help = (
        "Merge three versions of a PO file by its units, as git's merge driver: OURS is "
        "overwritten with the result. Exit status 0: merged; 1: both sides of a unit that both "
        "changed stand between git's marks; 129: a file is no sound PO, and nothing was written."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("base", type=Path, help="%%O of git: the common ancestor.")
        parser.add_argument("ours", type=Path, help="%%A of git: our version, and the result.")
        parser.add_argument("theirs", type=Path, help="%%B of git: the other version.")
        parser.add_argument("path", nargs="?", default="", help="%%P of git, for messages.")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["path"] or str(options["ours"])
        try:
            merged = merge_po(*(options[side].read_bytes() for side in ("base", "ours", "theirs")))
            options["ours"].write_bytes(merged.data)
        except OSError as error:
            raise CommandError(f"{name}: {error}", returncode=_REFUSED) from error
        except CatalogError as error:
            raise CommandError(f"{name}: not merged: {error}", returncode=_REFUSED) from None
        if merged.conflicts:
            raise CommandError(f"{name}: both sides changed {', '.join(merged.conflicts)}.")
