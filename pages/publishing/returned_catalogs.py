"""A catalogue that came back: stored, recorded and published in one transaction, and undone.

What the commands and the admin call.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial

from django.db import DatabaseError, IntegrityError, OperationalError, connection

from pages.catalog.bases import Base
from pages.catalog.codecs.codec import CatalogError, ReadUnit
from pages.catalog.exchange import import_units
from pages.catalog.export import Catalog
from pages.catalog.handoffs import find_base, handoff_of, kept_file
from pages.catalog.recognise import ReceivedFile
from pages.catalog.undo import Undone, UndoRefused, undo_targets
from pages.catalog.verdicts import Acceptance, Line, Report
from pages.catalog.vocabulary import import_vocabulary, undo_vocabulary
from pages.contention import lost_race, until_stored
from pages.languages import Language, all_languages, get_language
from pages.models import CatalogImport
from pages.publishing.batch import together
from pages.publishing.editions import PAGES_AT_ONCE, reconcile_pages
from pages.publishing.release import unrelease

# Of a report: the ids of pages that wait to be recompiled; and that the run was cut off (per_page).
_UNPUBLISHED, UNFINISHED = "unpublished", "unfinished"


class TooManyUnits(CatalogError):
    """The file has more units than the caller takes at once."""


@dataclass(frozen=True, slots=True)
class Imported:
    """record: the file as it is kept; None after a dry run. others: units that were not looked
    at, because they are of other pages than those asked for."""

    catalog: Catalog
    report: Report
    record: CatalogImport | None
    others: int = 0


def import_file(
    file: ReceivedFile,
    acceptance: Acceptance,
    *,
    handoff: str | None = None,
    uploaded_by: str = "",
    documents: Collection[str] = (),
    per_page: bool = False,
    publish: bool = True,
    dry_run: bool = False,
    most_units: int | None = None,
) -> Imported:
    """Store the units of the file, keep it, and publish what follows: all of it or nothing.

    handoff: the public id of the one that it belongs to, where somebody says so; documents: the
    ids of the only pages to look at, all without; per_page: a transaction for each page, so that
    a huge file holds no lock for long; publish: False for many files of the same pages, then call
    publish_imported(). A dry run gives the same report and keeps nothing. A file is kept once;
    the same bytes again are kept again only where they changed something.
    Raises UnknownHandoff, TooManyUnits for more than `most_units`, and CatalogError where nothing
    was stored of the file, or of the rest of it (per_page).
    """
    read = file.codec.read(file.data, file.language)
    if most_units is not None and len(read.units) > most_units:
        raise TooManyUnits(f"{len(read.units):,} units. Allowed here: at most {most_units:,}.")
    wanted = [unit for unit in read.units if not documents or _document(unit) in documents]
    catalog = catalog_of(read.units)
    named = handoff_of(handoff, file.language, catalog) if handoff else None
    base, known = find_base(read, file.language, catalog, named)
    record = CatalogImport(
        handoff=known,
        language=file.language.code,
        catalog=catalog.value,
        format=file.codec.name,
        by=acceptance.by,
        reviewer=acceptance.reviewer,
        uploaded_by=uploaded_by,
        **kept_file(file.name, file.data),
    )
    per_page = per_page and catalog == Catalog.TREATMENTS
    publish = publish or per_page
    storing = _Storing(
        catalog, file.language, acceptance, base, None if dry_run else record, publish
    )

    def store() -> tuple[Report, CatalogImport | None]:
        with nullcontext() if per_page else together():
            report = storing.store(wanted, per_page=per_page)
            return report, None if dry_run else _keep(record, report, published=publish)

    try:
        report, kept = store() if per_page else until_stored(store)
    except (IntegrityError, OperationalError) as error:
        if _begins_again_outside(error):
            raise
        raise CatalogError(_at_the_same_moment(error, record if per_page else None)) from error
    return Imported(catalog, report, kept, len(read.units) - len(wanted))


def _begins_again_outside(error: DatabaseError) -> bool:
    """Whether whoever holds the whole transaction had better run all of it again."""
    return connection.in_atomic_block and lost_race(error)


def _at_the_same_moment(error: DatabaseError, record: CatalogImport | None) -> str:
    """record: where the file is stored page by page, and some of it may be."""
    others = f"Somebody else was storing translations or publishing at the same moment ({error})."
    stored = record.changes.count() if record is not None and record.pk else 0
    if record is None or not stored:
        return f"{others} Nothing of the file was stored; run it again."
    return (
        f"{others} The pages before that are stored ({stored} changes, import {record.pk}), the "
        "rest is not. Run it again: what is stored already stays as it is."
    )


def catalog_of(units: Sequence[ReadUnit]) -> Catalog:
    """What the keys say: those of pages have a document id and a slash."""
    of_pages = sum("/" in unit.key for unit in units)
    return Catalog.TREATMENTS if of_pages * 2 >= len(units) else Catalog.VOCABULARY


def _document(unit: ReadUnit) -> str:
    return unit.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class _Storing:
    """record: None in a dry run."""

    catalog: Catalog
    language: Language
    acceptance: Acceptance
    base: Base
    record: CatalogImport | None
    publish: bool

    def store(self, units: Sequence[ReadUnit], *, per_page: bool) -> Report:
        if self.record is not None:
            self.record.report = {UNFINISHED: True} if per_page else {}
            self.record.save()  # so that changes can point to it
        return self._page_by_page(units) if per_page else self._part(units)

    def _page_by_page(self, units: Sequence[ReadUnit]) -> Report:
        places: dict[str, list[int]] = {}
        for place, unit in enumerate(units):
            places.setdefault(_document(unit), []).append(place)
        whole, lines = Report(), dict[int, Line]()
        try:
            for of_page in places.values():
                report = until_stored(partial(self._part, [units[place] for place in of_page]))
                lines.update(zip(of_page, report.lines, strict=True))
                whole.pages |= report.pages
                whole.changes += report.changes
        finally:  # also for the pages before the one that failed
            whole.lines = [lines[place] for place in sorted(lines)]
            if len(lines) < len(units):
                self._keep_unfinished(whole)
        return whole

    def _keep_unfinished(self, report: Report) -> None:
        if self.record is None or connection.needs_rollback:
            return
        # Where the database itself is gone, it says that it is unfinished, and no more.
        with suppress(DatabaseError):
            if report.changes:
                self.record.report = {**report.as_json(), UNFINISHED: True}
                self.record.save(update_fields=["report"])
            else:
                self.record.delete()

    def _part(self, units: Sequence[ReadUnit]) -> Report:
        users: set[int] = set()
        with together(None if self.publish else users):
            match self.catalog:
                case Catalog.VOCABULARY:
                    report = import_vocabulary(
                        units,
                        self.language,
                        self.acceptance,
                        base=self.base,
                        dry_run=self.record is None,
                        catalog_import=self.record,
                    )
                case Catalog.TREATMENTS:
                    report = import_units(
                        units,
                        self.language,
                        self.acceptance,
                        base=self.base,
                        dry_run=self.record is None,
                        catalog_import=self.record,
                    )
            if self.record is not None and self.publish:
                reconcile_pages(report.pages, [self.language])
        report.pages |= users
        return report


def _keep(record: CatalogImport, report: Report, *, published: bool) -> CatalogImport:
    """The record with its report; or an earlier one of the same bytes, if nothing changed."""
    if not report.changes:
        same = CatalogImport.objects.filter(language=record.language, sha256=record.sha256)
        if earlier := same.exclude(pk=record.pk).order_by("-at", "-pk").first():
            record.delete()
            return earlier
    record.report = report.as_json()
    if report.pages and not published:
        record.report[_UNPUBLISHED] = sorted(report.pages)
    record.save(update_fields=["report"])
    return record


def publish_imported() -> None:
    """Recompile each page once for every file that was stored with publish=False.

    What waits is written down with the file: where a run was cut off after it stored some, the
    next one publishes them.
    """
    waiting = CatalogImport.objects.filter(report__has_key=_UNPUBLISHED).defer("compressed")
    languages: dict[int, set[Language]] = {}
    for record in waiting:
        for page_id in record.report[_UNPUBLISHED]:
            # A term of the vocabulary is one row for all languages.
            whose = all_languages() if record.catalog == Catalog.VOCABULARY else ()
            languages.setdefault(page_id, set()).update(whose or [get_language(record.language)])
    alike: dict[frozenset[Language], list[int]] = {}
    for page_id in sorted(languages):
        alike.setdefault(frozenset(languages[page_id]), []).append(page_id)
    for chosen, ids in alike.items():
        # Not all in one transaction, which would hold all their locks.
        for start in range(0, len(ids), PAGES_AT_ONCE):
            until_stored(partial(reconcile_pages, ids[start : start + PAGES_AT_ONCE], chosen))
    for record in waiting:
        del record.report[_UNPUBLISHED]
        record.save(update_fields=["report"])


def undo_import(record: CatalogImport, *, by: str) -> Undone:
    """Everything that the import changed, and nobody since, as it was before; and published so.
    A language that only its approvals made public is not public any more.

    Raises UndoRefused where it was undone already, or others were in the way again and again.
    """
    try:
        return until_stored(partial(_undo, record, by=by))
    except OperationalError as error:
        if _begins_again_outside(error):
            raise
        raise UndoRefused(
            "Somebody else was storing translations or publishing at the same moment "
            f"({error}). Nothing was undone; try again."
        ) from error


def _undo(record: CatalogImport, *, by: str) -> Undone:
    with together():
        undone = undo_targets(record, by=by)
        if record.catalog == Catalog.VOCABULARY:
            undone.restored, undone.left = undo_vocabulary(record, by=by)
        language = get_language(record.language)
        for page_id in sorted(undone.pages):
            lost = undone.unapproved.get(page_id, set())
            unrelease(page_id, language, lost, since=record.at)
        reconcile_pages(undone.pages, [language])
    return undone
