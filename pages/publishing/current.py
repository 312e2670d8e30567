"""The projections of the edition log that reads and recompiling go through."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.conf import settings

from pages.document.bidi import isolate
from pages.document.nodes import Document
from pages.languages import Language, get_language, source_language
from pages.models import CurrentEdition, Dependency, Edition, Facet, TreatmentPage
from pages.publishing.load import LoadedPage
from pages.publishing.visibility import expires_at


def write_current(
    page: TreatmentPage,
    documents: Mapping[str, Document],
    gone: Collection[str],
    new: Sequence[Edition],
) -> None:
    """Point each language of the page at its newest edition, or at nothing."""
    changed = {edition.language: edition for edition in new if edition.language in documents}
    rows = CurrentEdition.objects.filter(page=page)
    rows.filter(language__in=[*gone, *changed]).delete()
    kept = list(rows.values_list("language", flat=True))
    shared = {
        "languages": " ".join(code for code, _ in settings.LANGUAGES if code in {*kept, *changed}),
        "expires_at": expires_at(page),
    }
    # An expiry or a new language changes other languages' rows without changing their bytes.
    rows.exclude(**shared).update(**shared)
    written = CurrentEdition.objects.bulk_create(
        [
            CurrentEdition(
                document_id=page.translation_key,
                language=code,
                slug=documents[code].slug,
                page=page,
                edition=edition,
                **link_heading(page, get_language(code)),
                blocks=documents[code].coverage.blocks,
                blocks_in_language=documents[code].coverage.in_language,
                changed_at=edition.created_at,
                **shared,
            )
            for code, edition in changed.items()
        ]
    )
    Facet.objects.bulk_create(
        [
            Facet(current=row, name=name, value=value)
            for row in written
            for name, value in facets(documents[row.language])
        ]
    )


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


def write_dependencies(page: TreatmentPage, loaded: LoadedPage) -> None:
    """Record what else the page's documents are made of."""
    wanted = set(_dependencies(page, loaded))
    stored = {(row.kind, row.object_id): row.pk for row in Dependency.objects.filter(page=page)}
    if lost := [pk for key, pk in stored.items() if key not in wanted]:
        Dependency.objects.filter(pk__in=lost).delete()
    if added := sorted(wanted - set(stored)):
        Dependency.objects.bulk_create(
            [Dependency(page=page, kind=kind, object_id=key) for kind, key in added]
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
