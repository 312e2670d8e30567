"""The form of every vocabulary term."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminModelForm

from pages.admin.coverage import text_columns
from pages.admin.side_by_side import CONFIRM_FIELD, naming_column
from pages.languages import source_language, target_languages


class VocabularyForm(WagtailAdminModelForm):
    """Makes the slug from the source name, and confirms translations when an editor says so."""

    translations_hold = forms.BooleanField(
        required=False,
        label=f"These translations still say the same as the {source_language().name}",
        help_text=(
            f"Tick this after you changed only the wording of the {source_language().name} and "
            "read every translation beside it. Until then a translation of the earlier wording "
            "is out of date and apps do not show it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self._has_translations():
            del self.fields[CONFIRM_FIELD]
        self.fields["slug"].required = False
        for column in text_columns(type(self.instance)):
            # The table says it once, above the column, instead of beside each language.
            self.fields[column].help_text = ""

    def _has_translations(self) -> bool:
        return any(
            getattr(self.instance, f"{field}_{language.suffix}")
            for field in self.instance.translated
            for language in target_languages()
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for column in text_columns(type(self.instance)):
            field = self.instance._meta.get_field(column)
            if cleaned.get(column) and not isinstance(field.translated_field, models.TextField):
                # Long ones are edited in a text area, where Enter makes a line break.
                cleaned[column] = " ".join(cleaned[column].split())
        if not cleaned.get("slug") and "slug" not in self.errors:
            name = cleaned.get(naming_column(type(self.instance))) or ""
            cleaned["slug"] = slugify(name)[:80]
            if name and not cleaned["slug"]:
                self.add_error("slug", f"No address can be made from {name!r}. Write one.")
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get(CONFIRM_FIELD):
            self.instance.confirm_translations()
        return super().save(commit=commit)
