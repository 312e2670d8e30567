"""The Treatments menu: every treatment with the languages that it is public in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from wagtail import hooks
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import PageStatusColumn, PageTitleColumn
from wagtail.admin.viewsets.pages import PageListingViewSet

from pages.languages import Language, all_languages, get_language, source_language
from pages.models import CurrentEdition, TreatmentPage


@dataclass(frozen=True, slots=True)
class PublicLanguages:
    """complete: every block is in the language; partial: some are shown in the source language.

    Read from the editions that are being served, so drafts do not count.
    """

    complete: tuple[Language, ...]
    partial: tuple[Language, ...]

    @property
    def number(self) -> int:
        return len(self.complete) + len(self.partial)


def public_languages(page_ids: list[int]) -> dict[int, PublicLanguages]:
    """By page id, for pages that are public in some language. One query."""
    found: dict[int, tuple[list[Language], list[Language]]] = defaultdict(lambda: ([], []))
    rows = CurrentEdition.objects.filter(
        page_id__in=page_ids, language__in=[language.code for language in all_languages()]
    )
    for page_id, code, blocks, in_language in rows.values_list(
        "page_id", "language", "blocks", "blocks_in_language"
    ):
        complete, partial = found[page_id]
        (complete if blocks == in_language else partial).append(get_language(code))
    return {
        page_id: PublicLanguages(tuple(complete), tuple(partial))
        for page_id, (complete, partial) in found.items()
    }


class LanguagesColumn(Column):
    """How many languages a treatment is public in, and in which of them blocks fell back."""

    cell_template_name = "pages/admin/languages_cell.html"

    class Media:
        css = {"all": ["pages/admin.css"]}

    def get_cell_context_data(
        self, instance: TreatmentPage, parent_context: dict[str, Any]
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        table = parent_context["table"]
        if not hasattr(table, "public_languages"):
            # Once a table, not once a row.
            table.public_languages = public_languages([page.pk for page in table.data])
        context["value"] = table.public_languages.get(instance.pk)
        context["total"] = len(all_languages())
        context["source"] = source_language()
        return context

    def get_value(self, instance: TreatmentPage) -> None:
        """The value comes with the whole table."""


class TreatmentListingViewSet(PageListingViewSet):
    model = TreatmentPage
    name = "treatments"
    icon = "doc-full"
    menu_label = "Treatments"
    menu_order = 150
    add_to_admin_menu = True
    columns = (
        PageTitleColumn("title", label="Title", sort_key="title", classname="title"),
        LanguagesColumn("languages", label="Public in"),
        DateColumn(
            "latest_revision_created_at",
            label="Updated",
            sort_key="latest_revision_created_at",
            width="12%",
        ),
        PageStatusColumn("status", label="Status", sort_key="live", width="12%"),
    )


@hooks.register("register_admin_viewset")
def register_treatment_listing() -> TreatmentListingViewSet:
    return TreatmentListingViewSet()
