"""What compile needs of a page, read from the database in a few queries for all languages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from pages.blocks.normalise import normalise
from pages.catalog.segments import PageSegments, page_segments
from pages.catalog.targets import LanguageTargets, load_targets_of
from pages.document.nodes import Code, Document
from pages.document.vocabulary import CodingSystem
from pages.languages import Language, all_languages, source_language
from pages.models import Clinic, TreatmentCode, TreatmentPage
from pages.publishing.compile import PageFacts, compile_document, site_policy
from pages.publishing.references import Gathered, Uses, collect_uses, gather
from pages.publishing.visibility import expires_at


@dataclass(frozen=True, slots=True)
class LoadedPage:
    facts: PageFacts
    segments: PageSegments
    uses: Uses
    gathered: Gathered
    targets: dict[str, LanguageTargets]


def live_page(page_id: int) -> TreatmentPage | None:
    """The page as its database row has it (what is live, not a draft), its row locked."""
    return next(iter(live_pages([page_id])), None)


def live_pages(page_ids: Collection[int]) -> list[TreatmentPage]:
    """The same for many, in the order of their ids; those that there are."""
    if connection.features.has_select_for_update:
        # A query of its own, before the read: after waiting for a lock PostgreSQL reads joined
        # rows as they were before the wait, and half of a page is in Wagtail's table. A page
        # that was unpublished meanwhile would be published again.
        lock = TreatmentPage._base_manager.select_for_update().order_by("pk")
        list(lock.filter(pk__in=page_ids).values_list("pk"))
    pages = TreatmentPage.objects.select_related("category", "body_region", "reviewed_by")
    return list(pages.filter(pk__in=page_ids).order_by("pk"))


@dataclass(frozen=True, slots=True)
class _ToLoad:
    """A page with what its row does not hold."""

    page: TreatmentPage
    languages: Collection[Language]
    codes: Iterable[TreatmentCode]
    clinics: Iterable[Clinic]

    @property
    def targets_of(self) -> int | None:
        key: int | None = self.page.alias_of_id or self.page.pk
        return key


def load_page(page: TreatmentPage, languages: Iterable[Language] | None = None) -> LoadedPage:
    """Of a page in memory: live, or a draft."""
    chosen = tuple(languages or all_languages())
    (loaded,) = _loaded([_ToLoad(page, chosen, page.codes.all(), page.clinics.all())])
    return loaded


def load_pages(
    languages: Mapping[TreatmentPage, Collection[Language]],
) -> dict[int, LoadedPage]:
    """Of live pages, each in its languages, with the queries of one; by page id."""
    codes: dict[int, list[TreatmentCode]] = {page.pk: [] for page in languages}
    for code in TreatmentCode.objects.filter(page__in=codes).order_by("sort_order", "pk"):
        codes[code.page_id].append(code)
    clinics: dict[int, list[Clinic]] = {page.pk: [] for page in languages}
    chosen = TreatmentPage.clinics.through.objects.filter(treatmentpage__in=clinics)
    for row in chosen.select_related("clinic"):
        clinics[row.treatmentpage_id].append(row.clinic)
    found = _loaded(
        [
            _ToLoad(page, of_page, codes[page.pk], clinics[page.pk])
            for page, of_page in languages.items()
        ]
    )
    return {page.pk: loaded for page, loaded in zip(languages, found, strict=True)}


def _loaded(wanted: Sequence[_ToLoad]) -> list[LoadedPage]:
    segments = [page_segments(each.page) for each in wanted]
    uses = [
        collect_uses(found, page_image=each.page.image_id)
        for each, found in zip(wanted, segments, strict=True)
    ]
    gathered = gather(uses)
    languages = {language for each in wanted for language in each.languages}
    targets = load_targets_of([each.targets_of for each in wanted], languages)
    return [
        LoadedPage(
            facts=page_facts(each.page, each.codes, each.clinics),
            segments=found,
            uses=used,
            gathered=gathered.only(used),
            # Not those that another page asks for: what is loaded may be released.
            targets={
                language.code: targets[each.targets_of][language.code]
                for language in each.languages
            },
        )
        for each, found, used in zip(wanted, segments, uses, strict=True)
    ]


def page_facts(
    page: TreatmentPage, codes: Iterable[TreatmentCode], clinics: Iterable[Clinic]
) -> PageFacts:
    return PageFacts(
        document_id=str(page.translation_key),
        slug=page.slug,
        specialty=page.specialty,
        codes=tuple(Code(system=CodingSystem(code.system), code=code.code) for code in codes),
        image=page.image_id,
        category=page.category,
        body_region=page.body_region,
        clinics=tuple(sorted(clinics, key=lambda clinic: clinic.slug)),
        reviewed_by=page.reviewed_by,
        last_reviewed=page.last_reviewed,
        review_due=page.review_due,
        valid_until=page.valid_until,
        expires_at=expires_at(page),
    )


def compile_draft(page: TreatmentPage, language: Language) -> Document:
    """The page as it is in memory, saved or not, as an app would get it in `language`.

    Translators' approved targets count, whether or not the language is released.
    """
    page.body = normalise(page.body)  # an unsaved paragraph has no key yet
    loaded = load_page(page, {source_language(), language})
    return compile_document(
        loaded.facts,
        loaded.segments,
        loaded.gathered,
        loaded.targets[language.code],
        language,
        site_policy(),
    )
