"""The vocabulary's catalogue: snippet fields as units, read and written like any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Field

from pages.catalog.checks import reject_reason
from pages.catalog.exchange import Line, Report, Verdict
from pages.catalog.po import ReadUnit
from pages.catalog.segments import Segment
from pages.catalog.units import Unit, UnitState
from pages.digest import text_digest
from pages.languages import Language, source_language
from pages.models import BodyRegion, Category, Clinic, GlossaryTerm, Practitioner, VocabularyTerm

MODELS: tuple[type[VocabularyTerm], ...] = (
    Category,
    BodyRegion,
    Clinic,
    Practitioner,
    GlossaryTerm,
)


def vocabulary_units(language: Language) -> Iterator[Unit]:
    for term, field, key in _fields():
        source = term.text(field, source_language())
        if source:
            yield _unit(term, field, key, source, language)


def _fields() -> Iterator[tuple[VocabularyTerm, str, str]]:
    for model in MODELS:
        for term in model._default_manager.order_by("slug"):
            for field in model.translated:
                yield term, field, f"{model._meta.model_name}.{term.slug}.{field}"


def _unit(term: VocabularyTerm, field: str, key: str, source: str, language: Language) -> Unit:
    stored = getattr(term, f"{field}_{language.suffix}") or ""
    if not stored:
        state = UnitState.MISSING
    else:
        state = UnitState.APPROVED if term.is_current(field, language) else UnitState.STALE
    model = term._meta
    return Unit(
        key=key,
        source=source,
        target=stored,
        state=state,
        crumbs=(str(model.verbose_name).capitalize(), str(term), field.replace("_", " ")),
        place=f"vocabulary/{model.model_name}/{term.slug}",
        max_length=_columns(type(term))[field].max_length,
    )


def _columns(model: type[VocabularyTerm]) -> dict[str, Field[Any, Any]]:
    return {column.name: column for column in model._meta.fields}


@transaction.atomic
def import_vocabulary(
    units: Iterable[ReadUnit], language: Language, *, dry_run: bool = False
) -> Report:
    """Store what is new. A translation of an older source text is a suggestion and not stored."""
    known = {key: (term, field) for term, field, key in _fields()}
    report = Report()
    changed: dict[tuple[str, int], VocabularyTerm] = {}
    for unit in units:
        if unit.key not in known:
            report.lines.append(Line(Verdict.QUARANTINED, unit, "No such term or field."))
            continue
        term, field = known[unit.key]
        term = changed.get((term._meta.label, term.pk), term)
        line = _take(term, field, unit, language)
        report.lines.append(line)
        if line.verdict == Verdict.APPLIED:
            setattr(term, f"{field}_{language.suffix}", unit.target)
            changed[term._meta.label, term.pk] = term
    if not dry_run:
        for term in changed.values():
            term.save()
    return report


def _take(term: VocabularyTerm, field: str, unit: ReadUnit, language: Language) -> Line:
    source = term.text(field, source_language()) or ""
    if not unit.target.strip() or unit.target == getattr(term, f"{field}_{language.suffix}"):
        return Line(Verdict.UNCHANGED, unit)
    if unit.fuzzy or text_digest(unit.source) != text_digest(source):
        return Line(Verdict.SUGGESTION, unit, "Unreviewed, or the source has changed since.")
    segment = Segment(unit.key, source, text_digest(source), ())
    if reason := reject_reason(segment, unit.target):
        return Line(Verdict.REJECTED, unit, reason)
    return Line(Verdict.APPLIED, unit)
