"""Files out and files back: the catalogues of a whole site, and of one page."""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import CommandError, call_command

from bench import tico
from bench.content import draft, translated_into_all
from bench.fill import no_indexes
from pages.catalog.segments import page_segments
from pages.languages import source_language
from pages.models import (
    CatalogImport,
    CurrentEdition,
    Handoff,
    Target,
    TargetChange,
    TreatmentIndexPage,
    TreatmentPage,
)
from pages.models.target import TargetState

BLOCKS = 9  # and so some 40 segments
SECOND = "es"


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "catalogs"


def fill_untranslated(first: int, last: int) -> dict[str, Any]:
    """Pages first to last - 1, published in the source language, with TICO-19's words."""
    index = TreatmentIndexPage.objects.order_by("pk")[0]
    with no_indexes():
        for number in range(first, last):
            page = draft(f"page-{number:03}", BLOCKS, source_language(), tico.sentences())
            index.add_child(instance=page)
            page.save_revision().publish()
    return {"segments": statistics.mean(_segments(page) for page in TreatmentPage.objects.all())}


def _segments(page: TreatmentPage) -> int:
    return sum(1 for _ in page_segments(page))


def translate_all() -> None:
    """Approved targets for everything; what is published stays as it was."""
    for page in TreatmentPage.objects.all():
        translated_into_all(page, BLOCKS, tico.sentences())


def forget_translations() -> None:
    """With the kept files: what a file says as it was handed out is no translator's wish."""
    for model in (TargetChange, Target, CatalogImport, Handoff):
        model.objects.all().delete()


def export_all() -> dict[str, Any]:
    """Every catalogue as PO, in this process alone: seconds, and its largest size in MB."""
    seconds = _seconds(lambda: _quietly("export_catalogs", out=_folder()))
    files = list(_folder().rglob("treatments.po"))
    return {
        "seconds": seconds,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
    }


def import_all() -> dict[str, Any]:
    """All of them back into a site that has no translation yet, each approved, with the editions
    that follow."""
    before = CurrentEdition.objects.count()
    seconds = _seconds(
        lambda: _quietly(
            "import_catalogs",
            folder=_folder(),
            by="Translator",
            accept_approved=True,
            reviewer="Reviewer",
        )
    )
    return {
        "seconds": seconds,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "targets": Target.objects.count(),
        "approved": Target.objects.filter(state=TargetState.APPROVED).count(),
        "editions": CurrentEdition.objects.count() - before,
    }


def round_trip(times: int) -> dict[str, Any]:
    """One page in one language: out, one sentence mended, back, approved and published."""
    seconds = []
    for number in range(times):
        folder = _folder() / f"round-trip-{number}"
        started = time.perf_counter()
        _quietly("export_catalogs", page=["page-000"], languages=[SECOND], out=folder)
        (path,) = folder.rglob("*.po")
        catalog = polib.pofile(str(path))
        catalog[0].msgstr += " ¡"  # no digit: the check of numbers would hold it back
        catalog.save()
        _quietly(
            "import_catalogs",
            folder=folder,
            languages=[SECOND],
            by="Translator",
            accept_approved=True,
            reviewer="Reviewer",
        )
        seconds.append(time.perf_counter() - started)
    return {"seconds": statistics.median(seconds)}


def _quietly(command: str, *, languages: list[str] | None = None, **options: Any) -> None:
    given = [argument for code in languages or () for argument in ("--language", code)]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        try:
            call_command(command, *given, stdout=nowhere, **options)
        except CommandError as held_back:
            # Of human translations the checks keep some back, rightly, and the status says so.
            if held_back.returncode != 3:
                raise


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
