"""The panel that shows the source of a snippet beside all its translations, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import cached_property
from django.utils.text import capfirst
from wagtail.admin.panels import FieldPanel, PanelGroup, TitleFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput

from pages.admin.coverage import TextState, text_state
from pages.languages import Language, all_languages, source_language
from pages.models import VocabularyTerm

CONFIRM_FIELD = "translations_hold"
# Characters that a column of the table shows without scrolling. Longer fields grow.
SEEN_IN_ONE_LINE = 160


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands once above the column of a field."""

    label: str
    help_text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One text in one language. `panel` is Wagtail's bound field panel."""

    label: str
    panel: Any  # wagtail's classes carry no annotations
    state: TextState


@dataclass(frozen=True, slots=True)
class Row:
    language: Language
    is_source: bool
    cells: tuple[Cell, ...]

    @property
    def state(self) -> TextState:
        """The worst of its cells: what the mark beside the language says."""
        states = [cell.state for cell in self.cells]
        for state in (TextState.STALE, TextState.MISSING):
            if state in states:
                return state
        return TextState.SOURCE if self.is_source else TextState.CURRENT


class SideBySidePanel(PanelGroup):
    """One row a language, the source first; one column a translated field.

    The languages are settings.LANGUAGES and the fields are the model's `translated`: nothing
    here is listed a second time.
    """

    def on_model_bound(self) -> None:
        self.children = [
            self._field_panel(field, language)
            for language in all_languages()
            for field in self.model.translated
        ]
        self.children.append(FieldPanel(CONFIRM_FIELD, disable_comments=True))
        super().on_model_bound()

    def _field_panel(self, field: str, language: Language) -> FieldPanel:
        heading = f"{self.field_label(field)} ({language.name})"
        column = f"{field}_{language.suffix}"
        options = {
            "heading": heading,
            "widget": _widget(self.model._meta.get_field(field), language),
            "disable_comments": True,
        }
        if column == naming_column(self.model):
            return TitleFieldPanel(column, placeholder=False, classname="", **options)
        return FieldPanel(column, **options)

    def field_label(self, field: str) -> str:
        return capfirst(str(self.model._meta.get_field(field).verbose_name))

    class BoundPanel(PanelGroup.BoundPanel):
        template_name = "pages/admin/side_by_side.html"

        @cached_property
        def headings(self) -> list[Heading]:
            return [
                Heading(
                    label=self.panel.field_label(field),
                    help_text=str(self.panel.model._meta.get_field(field).help_text),
                )
                for field in self.panel.model.translated
            ]

        @cached_property
        def rows(self) -> list[Row]:
            panels = iter(self.children)
            return [
                Row(
                    language=language,
                    is_source=language == source_language(),
                    cells=tuple(
                        Cell(
                            label=self.panel.field_label(field),
                            panel=next(panels),
                            state=text_state(self.instance, field, language),
                        )
                        for field in self.panel.model.translated
                    ),
                )
                for language in all_languages()
            ]

        @property
        def source(self) -> Language:
            return source_language()

        @property
        def confirmation(self) -> Any:
            """The panel of the checkbox, or None where there is nothing to confirm."""
            panel = self.children[-1]
            return panel if panel.is_shown() else None

        @property
        def has_stale(self) -> bool:
            return any(row.state is TextState.STALE for row in self.rows)

        @property
        def media(self) -> forms.Media:
            media: forms.Media = super().media
            return media + forms.Media(css={"all": ["pages/admin.css"]})


def naming_column(model: type[VocabularyTerm]) -> str:
    """The column that a term's slug is made from: its name in the source language."""
    fields = {field.name for field in model._meta.get_fields()}
    field = "name" if "name" in fields else model.translated[0]
    return f"{field}_{source_language().suffix}" if field in model.translated else field


def _widget(field: models.Field[Any, Any], language: Language) -> forms.Widget:
    attributes = {"lang": language.code, "dir": language.dir}
    if isinstance(field, models.TextField) or (field.max_length or 0) > SEEN_IN_ONE_LINE:
        textarea: forms.Widget = AdminAutoHeightTextInput(attrs=attributes)
        return textarea
    return forms.TextInput(attrs=attributes)
