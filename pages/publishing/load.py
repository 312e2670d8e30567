"""What compile needs of a page, read from the database in a few queries for all languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from pages.blocks.normalise import normalise
from pages.catalog.segments import PageSegments, page_segments
from pages.catalog.targets import LanguageTargets, load_targets
from pages.document.nodes import Code, Document
from pages.document.vocabulary import CodingSystem
from pages.languages import Language, all_languages, source_language
from pages.models import TreatmentPage
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
    if connection.features.has_select_for_update:
        # A query of its own, before the read: after waiting for a lock PostgreSQL reads joined
        # rows as they were before the wait, and half of a page is in Wagtail's table. A page
        # that was unpublished meanwhile would be published again.
        lock = TreatmentPage._base_manager.select_for_update().order_by()
        list(lock.filter(pk=page_id).values_list("pk"))
    pages = TreatmentPage.objects.select_related("category", "body_region", "reviewed_by")
    page: TreatmentPage | None = pages.filter(pk=page_id).first()
    return page


def load_page(page: TreatmentPage, languages: Iterable[Language] | None = None) -> LoadedPage:
    segments = page_segments(page)
    uses = collect_uses(segments)
    return LoadedPage(
        facts=page_facts(page),
        segments=segments,
        uses=uses,
        gathered=gather(uses, page_image=page.image_id),
        targets=load_targets(page.alias_of_id or page.pk, languages or all_languages()),
    )


def page_facts(page: TreatmentPage) -> PageFacts:
    return PageFacts(
        document_id=str(page.translation_key),
        slug=page.slug,
        specialty=page.specialty,
        codes=tuple(
            Code(system=CodingSystem(code.system), code=code.code) for code in page.codes.all()
        ),
        image=page.image_id,
        category=page.category,
        body_region=page.body_region,
        clinics=tuple(sorted(page.clinics.all(), key=lambda clinic: clinic.slug)),
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
