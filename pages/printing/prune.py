"""Takes PDFs out of the store that no current edition needs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pages.document.print_page import Paper
from pages.models import CurrentEdition
from pages.models.branding import print_branding
from pages.printing.printed import Printable, print_key
from pages.printing.store import store_folder

# What is younger is kept: somebody may publish while this looks, and a process that still runs
# the code of before an upgrade stores under other keys.
YOUNG_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Pruned:
    kept: int
    removed: int
    removed_bytes: int


def prune() -> Pruned:
    """Removes the PDFs of former editions, templates and brandings, and what a process that was
    killed left half written. Of current editions it keeps every paper, public now or not."""
    needed = set(_needed())
    before = time.time() - YOUNG_SECONDS
    kept = removed = removed_bytes = 0
    for path in _files():
        try:
            found = path.stat()
            if (path.stem in needed and path.suffix == ".pdf") or found.st_mtime > before:
                kept += 1
                continue
            path.unlink()
        except FileNotFoundError:
            continue  # two of this command at once
        removed += 1
        removed_bytes += found.st_size
    return Pruned(kept, removed, removed_bytes)


def _needed() -> Iterator[str]:
    branding = print_branding()
    rows = CurrentEdition.objects.values_list(
        "language", "edition__number", "edition__digest", "edition__created_at"
    )
    for language_code, number, digest, made_at in rows.iterator():
        # The body is not in the key: its digest is.
        edition = Printable(
            language_code=language_code, number=number, digest=digest, made_at=made_at, body=b""
        )
        for paper in Paper:
            yield print_key(edition, paper, branding)


def _files() -> Iterator[Path]:
    """Of the store alone: beside it are the worker's own."""
    for folder in store_folder().glob("[0-9a-f][0-9a-f]"):
        for path in folder.iterdir():
            if path.suffix in (".pdf", ".part"):
                yield path
