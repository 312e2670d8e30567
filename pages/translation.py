"""Registrations with django-modeltranslation, nothing else."""

from __future__ import annotations

from typing import Any

from modeltranslation.translator import TranslationOptions, register, translator

from pages.languages import source_language
from pages.models import (
    BodyRegion,
    Category,
    Clinic,
    GlossaryTerm,
    Practitioner,
    TreatmentPage,
    VocabularyTerm,
)


def _register_vocabulary(model: type[VocabularyTerm]) -> None:
    fields = {field.name: field for field in model._meta.fields}
    required = tuple(name for name in model.translated if not fields[name].blank)
    options = type(
        f"{model.__name__}Options",
        (TranslationOptions,),
        {"fields": model.translated, "required_languages": {source_language().code: required}},
    )
    translator.register(model, options)


for vocabulary in (BodyRegion, Category, Clinic, GlossaryTerm, Practitioner):
    _register_vocabulary(vocabulary)


@register(TreatmentPage)
class TreatmentPageOptions(TranslationOptions):
    fields = TreatmentPage.segment_fields
    required_languages = {source_language().code: ("summary",)}


def _keep_projections_out_of_forms_and_revisions(model: type[Any]) -> None:
    """Only the source columns are edited and versioned; the rest is derived (ARCHITECTURE.md 6)."""
    # Any: modeltranslation's columns take the attributes of their field at run time.
    registered: Any = translator.get_options_for_model(model).all_fields
    for name, columns in registered.items():
        base = model._meta.get_field(name)
        base.serialize = False
        base.editable = False
        for column in columns:
            if column.language != source_language().code:
                column.serialize = False
                column.editable = False


_keep_projections_out_of_forms_and_revisions(TreatmentPage)
