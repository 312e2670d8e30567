"""The Vocabulary menu: listing, form and chooser of every snippet that pages share."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, ClassVar

import django_filters  # type: ignore[import-untyped]  # ships no annotations
from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TitleFieldPanel
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.admin.widgets.slug import SlugInput
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenView,
)
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from pages.admin.coverage import Coverage, coverage, text_columns
from pages.admin.side_by_side import SideBySidePanel
from pages.admin.vocabulary_form import VocabularyForm
from pages.languages import get_language, source_language, target_languages
from pages.models import (
    BodyRegion,
    Category,
    Clinic,
    GlossaryTerm,
    Practitioner,
    VocabularyTerm,
)

# Choosers


class TermSearchForm(BaseFilterForm):
    q = forms.CharField(
        label="Search",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Search in every language"}),
    )

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        query = self.cleaned_data["q"]
        if not query:
            return objects
        self.is_searching = True
        self.search_query = query
        conditions = [
            Q(**{f"{column}__icontains": query})
            for column in (*text_columns(objects.model), "slug")
        ]
        return objects.filter(reduce(or_, conditions))


class TermColumns:
    """A column with the definition, for the models that have one."""

    @property
    def columns(self) -> list[Any]:
        columns: list[Any] = super().columns  # type: ignore[misc]  # a mixin of Wagtail's views
        if "definition" in self.model.translated:  # type: ignore[attr-defined]
            columns.append(
                Column(
                    "definition",
                    label="Definition",
                    accessor=f"definition_{source_language().suffix}",
                )
            )
        return columns


class TermChooseView(TermColumns, ChooseView):
    filter_form_class = TermSearchForm


class TermChooseResultsView(TermColumns, ChooseResultsView):
    filter_form_class = TermSearchForm


class TermChosenView(SnippetChosenView):
    """Also sends the definition, which Draftail shows beside a glossary term."""

    def get_chosen_response_data(self, item: VocabularyTerm) -> dict[str, Any]:
        data: dict[str, Any] = super().get_chosen_response_data(item)
        if isinstance(item, GlossaryTerm):
            data["definition"] = item.text("definition", source_language()) or ""
        return data


class TermChooserViewSet(SnippetChooserViewSet):
    choose_view_class = TermChooseView
    choose_results_view_class = TermChooseResultsView
    chosen_view_class = TermChosenView


# Listing


class TranslationsColumn(Column):
    """How many languages are complete, and which are out of date or missing."""

    cell_template_name = "pages/admin/translations_cell.html"

    class Media:
        css = {"all": ["pages/admin.css"]}

    def get_value(self, instance: VocabularyTerm) -> Coverage:
        return coverage(instance)


class VocabularyFilterSet(WagtailFilterSet):
    translations = django_filters.ChoiceFilter(
        label="Translations",
        choices=[
            ("complete", "Complete in every language"),
            ("stale", "Out of date in some language"),
            ("missing", "Missing in some language"),
        ],
        method="filter_translations",
    )
    incomplete_in = django_filters.ChoiceFilter(
        label="Not complete in",
        choices=[(language.code, language.name) for language in target_languages()],
        method="filter_incomplete_in",
    )

    # Whether a text is stale is decided by comparing digests, in Python: a clinic's vocabulary
    # is some hundred rows.

    def filter_translations(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        def wanted(found: Coverage) -> bool:
            if value == "complete":
                return not found.stale and not found.missing
            return bool(found.stale if value == "stale" else found.missing)

        return queryset.filter(pk__in=[term.pk for term in queryset if wanted(coverage(term))])

    def filter_incomplete_in(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        language = get_language(value)
        return queryset.filter(
            pk__in=[term.pk for term in queryset if language not in coverage(term).complete]
        )


# Forms

SLUG_HELP = (
    "What apps filter by. Left empty, it is made from the name. It should not change afterwards."
)


class WarnsOfStaleTranslations:
    """After a save, says which translations the change put out of date."""

    def save_action(self) -> HttpResponse:
        response: HttpResponse = super().save_action()  # type: ignore[misc]  # a mixin
        stale = coverage(self.object).stale  # type: ignore[attr-defined]
        if stale and not self.expects_json_response:  # type: ignore[attr-defined]
            names = ", ".join(language.name for language in stale)
            messages.warning(
                self.request,  # type: ignore[attr-defined]
                f"The {source_language().name} changed after these translations were made: "
                f"{names}. Apps do not show them until you correct or confirm them.",
            )
        return response


class VocabularyCreateView(WarnsOfStaleTranslations, CreateView):
    pass


class VocabularyEditView(WarnsOfStaleTranslations, EditView):
    pass


class VocabularyViewSet(SnippetViewSet):
    """`shared`: the fields that are the same in every language, after the translated ones."""

    shared: ClassVar[tuple[str, ...]] = ()
    named_by_shared: ClassVar[str] = ""
    add_view_class = VocabularyCreateView
    edit_view_class = VocabularyEditView
    chooser_viewset_class = TermChooserViewSet
    # A copy would keep the slug, which is unique, and the digests of another text.
    copy_view_enabled = False
    list_per_page = 50
    ordering = ("slug",)

    @property
    def list_display(self) -> list[Any]:
        return [
            "__str__",
            Column("slug", label="Slug", sort_key="slug"),
            TranslationsColumn("translations", label="Translations"),
            UpdatedAtColumn(),
        ]

    @property
    def search_fields(self) -> list[str]:
        return [*text_columns(self.model), "slug"]

    @property
    def filterset_class(self) -> type[VocabularyFilterSet]:
        meta = type("Meta", (), {"model": self.model, "fields": []})
        return type(f"{self.model.__name__}FilterSet", (VocabularyFilterSet,), {"Meta": meta})

    def get_edit_handler(self) -> Any:
        first = (
            [
                TitleFieldPanel(
                    self.named_by_shared,
                    placeholder=False,
                    classname="",
                    help_text="The same in every language.",
                )
            ]
            if self.named_by_shared
            else []
        )
        shared = MultiFieldPanel(
            [
                FieldPanel("slug", widget=SlugInput, help_text=SLUG_HELP),
                *[FieldPanel(name) for name in self.shared],
            ],
            heading="The same in every language",
        )
        panels = [*first, SideBySidePanel(heading="In every language"), shared]
        return ObjectList(panels, base_form_class=VocabularyForm).bind_to_model(self.model)


class CategoryViewSet(VocabularyViewSet):
    model = Category
    icon = "folder-open-inverse"


class BodyRegionViewSet(VocabularyViewSet):
    model = BodyRegion
    icon = "crosshairs"


class PractitionerViewSet(VocabularyViewSet):
    model = Practitioner
    icon = "user"
    named_by_shared = "name"
    shared = ("is_demo",)


class ClinicViewSet(VocabularyViewSet):
    model = Clinic
    icon = "home"
    shared = ("address", "phone", "url")


class GlossaryTermViewSet(VocabularyViewSet):
    model = GlossaryTerm
    icon = "openquote"


class VocabularyViewSetGroup(SnippetViewSetGroup):
    items = (
        CategoryViewSet,
        BodyRegionViewSet,
        PractitionerViewSet,
        ClinicViewSet,
        GlossaryTermViewSet,
    )
    menu_label = "Vocabulary"
    menu_icon = "list-ul"
    menu_order = 210


register_snippet(VocabularyViewSetGroup)
