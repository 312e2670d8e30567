"""The vocabulary in a language: what filters take and apps show as headings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from api.parameters import read_parameters
from api.views import PublicView, collection_response, known_language
from pages.languages import Language, source_language
from pages.models import BodyRegion, Category, Clinic, GlossaryTerm, Practitioner, VocabularyTerm
from pages.purging.keys import VOCABULARY


class VocabularyList(PublicView):
    """All terms of one kind. `shared` are the fields that are the same in every language."""

    model: ClassVar[type[VocabularyTerm]]
    shared: ClassVar[tuple[str, ...]] = ()
    key: ClassVar[str]

    def get(self, request: Request, language: str) -> HttpResponseBase:
        read_parameters(request.query_params, {})
        wanted = known_language(language)
        terms = self.model._default_manager.order_by("slug")
        items = [self.item(term, wanted) for term in terms]
        return collection_response(request, items, wanted.code, self.key)

    def item(self, term: VocabularyTerm, wanted: Language) -> dict[str, Any]:
        """One language for the whole term: all of it translated and current, or the source."""
        source = source_language()
        translated = all(
            term.text(field, wanted) for field in term.translated if term.text(field, source)
        )
        language = wanted if translated else source
        return {
            "slug": term.slug,
            **{field: term.text(field, language) or "" for field in term.translated},
            **{field: getattr(term, field) for field in self.shared},
            "lang": language.code,
            "dir": language.dir,
        }


class CategoryList(VocabularyList):
    model, key = Category, VOCABULARY[Category]


class BodyRegionList(VocabularyList):
    model, key = BodyRegion, VOCABULARY[BodyRegion]


class ClinicList(VocabularyList):
    model, key = Clinic, VOCABULARY[Clinic]
    shared = ("address", "phone", "url")


class PractitionerList(VocabularyList):
    model, key = Practitioner, VOCABULARY[Practitioner]
    shared = ("name", "is_demo")


class GlossaryList(VocabularyList):
    model, key = GlossaryTerm, VOCABULARY[GlossaryTerm]
