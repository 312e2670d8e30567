"""The projections of the edition log that reads and recompiling go through."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.conf import settings

from pages.document.bidi import isolate
from pages.document.nodes import Document
from pages.languages import Language, get_language, source_language
from pages.models import CurrentEdition, Dependency, Edition, Facet, TreatmentPage
from pages.publishing.load import LoadedPage
from pages.publishing.visibility import expires_at

_KEY = ("language", "document_id")
_SAID = [
    field.name
    for field in CurrentEdition._meta.concrete_fields
    if not field.primary_key and field.name not in _KEY
]


def current_rows(pages: Iterable[TreatmentPage]) -> dict[int, list[CurrentEdition]]:
    """What the pages have, by page id, in one query."""
    rows: dict[int, list[CurrentEdition]] = {page.pk: [] for page in pages}
    for row in CurrentEdition.objects.filter(page__in=rows).order_by("page_id", "language"):
        rows[row.page_id].append(row)
    return rows


def links(rows: Iterable[CurrentEdition]) -> set[tuple[str, str, str, str]]:
    """What other pages' documents say of a page: where it is public, and its headings."""
    return {(row.language, row.slug, row.heading, row.heading_lang) for row in rows}


def write_current(
    pages: Sequence[TreatmentPage],
    documents: Mapping[int, Mapping[str, Document]],
    gone: Mapping[int, Collection[str]],
    new: Mapping[int, Sequence[Edition]],
    rows: dict[int, list[CurrentEdition]],
) -> list[CurrentEdition]:
    """Point each language of the pages at its newest edition, or at nothing. Returns the new rows.

    All by page id. rows: what the pages have; afterwards, what they have then.
    """
    lost_rows: list[int] = []
    renewed_rows: list[int] = []
    changed: list[CurrentEdition] = []
    written: list[CurrentEdition] = []
    for page in pages:
        mine = documents[page.pk]
        renewed = {each.language: each for each in new[page.pk] if each.language in mine}
        lost = {*gone[page.pk], *renewed}
        kept = [row for row in rows[page.pk] if row.language not in lost]
        for row in rows[page.pk]:
            if row.language in renewed and row.slug == mine[row.language].slug:
                renewed_rows.append(row.pk)
            elif row.language in lost:
                lost_rows.append(row.pk)
        public = {*renewed, *(row.language for row in kept)}
        languages = " ".join(code for code, _ in settings.LANGUAGES if code in public)
        ends = expires_at(page)
        for row in kept:
            # An expiry or a new language changes other languages' rows without their bytes.
            if (row.languages, row.expires_at) != (languages, ends):
                row.languages, row.expires_at = languages, ends
                changed.append(row)
        fresh = [
            CurrentEdition(
                document_id=page.translation_key,
                language=code,
                slug=mine[code].slug,
                page=page,
                edition=edition,
                **link_heading(page, get_language(code)),
                blocks=mine[code].coverage.blocks,
                blocks_in_language=mine[code].coverage.in_language,
                changed_at=edition.created_at,
                languages=languages,
                expires_at=ends,
            )
            for code, edition in renewed.items()
        ]
        written += fresh
        rows[page.pk] = [*kept, *fresh]
    if lost_rows:
        CurrentEdition.objects.filter(pk__in=lost_rows).delete()
    if renewed_rows:
        Facet.objects.filter(current__in=renewed_rows).delete()
    if changed:
        CurrentEdition.objects.bulk_update(changed, ["languages", "expires_at"])
    # A row stays the same row while its page is public at one address: its search entry hangs on
    # it. With another slug it is a new one, or two pages could not change theirs for each other's.
    CurrentEdition.objects.bulk_create(
        written, update_conflicts=True, unique_fields=_KEY, update_fields=_SAID
    )
    Facet.objects.bulk_create(
        [
            Facet(current=row, name=name, value=value)
            for row in written
            for name, value in facets(documents[row.page_id][row.language])
        ]
    )
    return written


def link_heading(page: TreatmentPage, language: Language) -> dict[str, str]:
    """The heading that other pages show, from the columns of approved targets alone: a link has
    no place to say that its words were not reviewed."""
    written = language if getattr(page, f"heading_{language.suffix}") else source_language()
    heading = getattr(page, f"heading_{written.suffix}") or ""
    return {
        "heading": isolate(heading) if written.dir == "rtl" else heading,
        "heading_lang": written.code,
    }


def facets(document: Document) -> Iterator[tuple[str, str]]:
    """(name, value) of everything that a list can be filtered by."""
    yield "specialty", document.specialty
    if document.category:
        yield "category", document.category.slug
    if document.body_region:
        yield "body_region", document.body_region.slug
    for clinic in document.clinics:
        yield "clinic", clinic.slug
    # A code is found with or without its system: M54.50 and icd-10-cm:M54.50.
    for code in sorted({code.code for code in document.codes}):
        yield "code", code
    for code_with_system in document.codes:
        yield "code", f"{code_with_system.system}:{code_with_system.code}"


def write_dependencies(pages: Sequence[TreatmentPage], loaded: Mapping[int, LoadedPage]) -> None:
    """Record what else the pages' documents are made of. loaded: by page id."""
    wanted = {
        (page.pk, kind, key) for page in pages for kind, key in _dependencies(page, loaded[page.pk])
    }
    stored = {
        (row.page_id, row.kind, row.object_id): row.pk
        for row in Dependency.objects.filter(page__in=loaded)
    }
    if lost := [pk for said, pk in stored.items() if said not in wanted]:
        Dependency.objects.filter(pk__in=lost).delete()
    if added := sorted(wanted - set(stored)):
        Dependency.objects.bulk_create(
            [Dependency(page_id=page_id, kind=kind, object_id=key) for page_id, kind, key in added]
        )


def _dependencies(page: TreatmentPage, loaded: LoadedPage) -> Iterator[tuple[str, int]]:
    single = {
        "image": page.image_id,
        "category": page.category_id,
        "bodyregion": page.body_region_id,
        "practitioner": page.reviewed_by_id,
    }
    yield from ((kind, key) for kind, key in single.items() if key)
    yield from (("clinic", clinic.pk) for clinic in loaded.facts.clinics)
    yield from (("image", key) for key in loaded.uses.images)
    yield from (("treatment", key) for key in loaded.uses.treatments)
    yield from (("glossaryterm", key) for key in loaded.uses.glossary)
