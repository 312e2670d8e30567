"""Compiles the interface catalogues without gettext's own tools."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.reloader import translation_file_changed


def interface_catalogs() -> Iterator[Path]:
    """Every django.po of the project's own locale folders, in a fixed order."""
    for folder in settings.LOCALE_PATHS:
        yield from sorted(Path(folder).glob("*/LC_MESSAGES/django.po"))


def compile_catalog(source: Path) -> bool:
    """Writes the .mo beside `source` when it is missing or older. Whether it was written.

    As msgfmt does, it leaves out fuzzy and empty entries. Raises OSError that names the file
    for a catalogue that is no PO file.
    """
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    # In place, a server that starts at this moment would read half a file.
    partial = source.with_suffix(f".{os.getpid()}.mo-partial")
    polib.pofile(str(source)).save_as_mofile(str(partial))
    partial.replace(compiled)
    # This process may have looked for the file already and remembered that there is none.
    translation_file_changed(sender=None, file_path=compiled)
    return True


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/django.po, where newer than its .mo, without gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        written = [source for source in interface_catalogs() if compile_catalog(source)]
        if options["verbosity"]:
            self.stdout.write(f"Compiled {len(written)} interface catalogues.")
