"""The vocabulary's catalogue: snippet fields as units, read and written like any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.db.models import Field
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from pages.catalog.bases import NO_BASE, Base
from pages.catalog.checks import failed_checks, fitted, reject_reason
from pages.catalog.codecs.codec import ReadUnit
from pages.catalog.segments import Segment
from pages.catalog.units import Unit, UnitState
from pages.catalog.verdicts import COMMENT_STAYS, Acceptance, Line, Report, Verdict
from pages.digest import text_digest
from pages.languages import Language, get_language, source_language
from pages.models import (
    BodyRegion,
    CatalogImport,
    Category,
    Clinic,
    GlossaryTerm,
    Practitioner,
    VocabularyTerm,
)

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


def _fields(*, locked: bool = False) -> Iterator[tuple[VocabularyTerm, str, str]]:
    """locked: their rows, until the transaction ends; pages may still refer to them."""
    for model in MODELS:
        terms = model._default_manager.order_by("slug")
        if locked and connection.features.has_select_for_no_key_update:
            terms = terms.select_for_update(no_key=True)
        for term in terms:
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
    units: Iterable[ReadUnit],
    language: Language,
    acceptance: Acceptance,
    *,
    base: Base = NO_BASE,
    dry_run: bool = False,
    catalog_import: CatalogImport | None = None,
) -> Report:
    """Store reviewed words; every change is in Wagtail's log. A dry run keeps nothing.

    The vocabulary has one column a language and no state beside it: what stands there is
    served. So it takes from a file only units without the fuzzy flag, of the current source,
    that a named reviewer answers for; all else is reported, and stays in the file. So does what
    somebody has changed since it went out, as `base` tells.
    """
    # A term is one row for all languages: two files at once would undo each other's.
    known = {key: (term, field) for term, field, key in _fields(locked=not dry_run)}
    terms = {(term._meta.label, term.pk): term for term, _ in known.values()}
    report = Report()
    changed: dict[tuple[str, int], dict[str, dict[str, str]]] = {}
    for unit in units:
        if unit.key not in known:
            verdict = Verdict.QUARANTINED if unit.target.strip() else Verdict.UNCHANGED
            message = "No such term or field." if unit.target.strip() else ""
            report.lines.append(_with_comment(Line(verdict, unit, message)))
            continue
        found, field = known[unit.key]
        term = terms[found._meta.label, found.pk]  # one object a term, whichever field
        line = _take(term, field, unit, language, acceptance, base)
        report.lines.append(_with_comment(line))
        if line.verdict == Verdict.APPLIED:
            changes = changed.setdefault((term._meta.label, term.pk), {})
            changes[field] = _apply(term, field, unit, language)
            report.changes += 1
    if not dry_run:
        for key, changes in changed.items():
            terms[key].save()
            _log(terms[key], changes, language, acceptance, catalog_import)
    return report


def _with_comment(line: Line) -> Line:
    """A term has no place for a translator's comment: that is said where there is one."""
    if not line.unit.comment:
        return line
    return replace(line, message=f"{line.message} {COMMENT_STAYS}".strip())


def _take(
    term: VocabularyTerm,
    field: str,
    unit: ReadUnit,
    language: Language,
    acceptance: Acceptance,
    base: Base,
) -> Line:
    source = term.text(field, source_language()) or ""
    stored = getattr(term, f"{field}_{language.suffix}") or ""
    text = fitted(source, unit.target)
    if not unit.target.strip():
        return Line(Verdict.UNCHANGED, unit)
    if text == stored and (unit.fuzzy or term.is_current(field, language)):
        return Line(Verdict.UNCHANGED, unit)
    if line := _changed_since(unit, source, text, stored, base):
        return line
    if unit.fuzzy:
        return Line(Verdict.REJECTED, unit, "Fuzzy: the vocabulary takes reviewed words only.")
    if text_digest(unit.source) != text_digest(source):
        return Line(Verdict.REJECTED, unit, f"The source has changed since: {source!r} now.")
    segment = Segment(
        unit.key, source, text_digest(source), (), max_length=_columns(type(term))[field].max_length
    )
    if reason := reject_reason(segment, text):
        return Line(Verdict.REJECTED, unit, reason)
    if failed := failed_checks(segment, text):
        return Line(Verdict.REJECTED, unit, f"Checks fail: {', '.join(failed)}.")
    if not acceptance.reviewer:
        message = "The vocabulary takes reviewed words only: --accept-approved --reviewer NAME."
        return Line(Verdict.REJECTED, unit, message)
    return Line(Verdict.APPLIED, unit)


def _changed_since(unit: ReadUnit, source: str, text: str, stored: str, base: Base) -> Line | None:
    """The line of a unit whose term has other words now than when it went out, if so."""
    held = base.of(unit.key, text_digest(unit.source))
    if held is None or not stored or stored == text:
        return None
    before = fitted(source, held.target) if held.target.strip() else ""
    if before == stored:
        return None
    if before == text:
        return Line(Verdict.UNCHANGED, unit, f"An earlier wording; it is {stored!r} now.")
    return Line(
        Verdict.CONFLICT, unit, f"Somebody made it {stored!r} since; it stays, and is served."
    )


def _apply(term: VocabularyTerm, field: str, unit: ReadUnit, language: Language) -> dict[str, str]:
    """Write the unit into the term, current even where its words stay; what the log says."""
    column = f"{field}_{language.suffix}"
    source = term.text(field, source_language()) or ""
    digests = term.source_digests.setdefault(field, {})
    said = {"before": getattr(term, column) or "", "digest": digests.get(language.code, "")}
    setattr(term, column, fitted(source, unit.target))
    digests[language.code] = text_digest(source)
    return {**said, "after": getattr(term, column)}


def _log(
    term: VocabularyTerm,
    changes: Mapping[str, Mapping[str, str]],
    language: Language,
    acceptance: Acceptance,
    catalog_import: CatalogImport | None,
) -> None:
    log(
        instance=term,
        action="wagtail.edit",
        content_changed=True,
        data={
            "language": language.code,
            "by": acceptance.by,
            "reviewer": acceptance.reviewer,
            "qualification": acceptance.qualification,
            "import": catalog_import.pk if catalog_import else None,
            "fields": changes,
        },
    )


def undo_vocabulary(record: CatalogImport, *, by: str) -> tuple[int, list[str]]:
    """(how many fields have their words of before the import again, the keys of those that
    somebody changed since). Terms that were deleted since are left out.

    The caller holds pages back (publishing.batch.together) until the digests are right too.
    """
    restored, left = 0, []
    language = get_language(record.language)
    for entry in ModelLogEntry.objects.filter(data__import=record.pk, action="wagtail.edit"):
        model = entry.content_type.model_class()
        term = model._default_manager.filter(pk=entry.object_id).first()
        if term is None:
            continue
        taken_back = {}
        for field, said in entry.data["fields"].items():
            if getattr(term, f"{field}_{language.suffix}") == said["after"]:
                taken_back[field] = said
            else:
                left.append(f"{model._meta.model_name}.{term.slug}.{field}")
        _take_back(term, taken_back, language, by)
        restored += len(taken_back)
    return restored, left


def _take_back(
    term: VocabularyTerm,
    taken_back: Mapping[str, Mapping[str, str]],
    language: Language,
    by: str,
) -> None:
    for field, said in taken_back.items():
        setattr(term, f"{field}_{language.suffix}", said["before"] or None)
    term.save()
    for field, said in taken_back.items():
        # Saving took the words for new ones, of this source; they may have been stale before.
        digests = term.source_digests.setdefault(field, {})
        digests.pop(language.code, None)
        if said["before"] and said["digest"]:
            digests[language.code] = said["digest"]
    type(term)._default_manager.filter(pk=term.pk).update(source_digests=term.source_digests)
    changes = {
        field: {"before": said["after"], "after": said["before"]}
        for field, said in taken_back.items()
    }
    if changes:
        data = {"language": language.code, "by": by, "fields": changes, "undone": True}
        log(instance=term, action="wagtail.edit", content_changed=True, data=data)
