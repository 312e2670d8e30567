"""The one writer of the target columns (heading_es...): projections of approved targets."""

from __future__ import annotations

from pages.languages import target_languages
from pages.models import TreatmentPage
from pages.models.target import TargetState
from pages.publishing.load import LoadedPage


def write_projections(page: TreatmentPage, loaded: LoadedPage) -> None:
    """Set each target column to its approved, current text, or to NULL."""
    columns = projected_columns(loaded)
    changed = {name: value for name, value in columns.items() if getattr(page, name) != value}
    if changed:
        TreatmentPage.objects.filter(pk=page.pk).update(**changed)
        for name, value in changed.items():
            setattr(page, name, value)


def projected_columns(loaded: LoadedPage) -> dict[str, str | None]:
    """Of the languages that are loaded."""
    columns: dict[str, str | None] = {}
    for name in TreatmentPage.segment_fields:
        segment = loaded.segments.scalars.get(name)
        for language in target_languages():
            if language.code not in loaded.targets:
                continue
            row = None
            if segment is not None:
                row = loaded.targets[language.code].current.get((segment.key, segment.digest))
            approved = row is not None and row.state == TargetState.APPROVED and not row.blocked
            columns[f"{name}_{language.suffix}"] = row.text if row and approved else None
    return columns
