"""Page types, snippets, targets and editions: fields, named constraints, panels."""

from pages.models.edition import CurrentEdition, Dependency, Edition, Facet, FeedCounter
from pages.models.release import Release
from pages.models.target import Target, TargetChange
from pages.models.treatment import TreatmentCode, TreatmentIndexPage, TreatmentPage
from pages.models.vocabulary import (
    BodyRegion,
    Category,
    Clinic,
    GlossaryTerm,
    Practitioner,
    VocabularyTerm,
)

__all__ = [
    "BodyRegion",
    "Category",
    "Clinic",
    "CurrentEdition",
    "Dependency",
    "Edition",
    "Facet",
    "FeedCounter",
    "GlossaryTerm",
    "Practitioner",
    "Release",
    "Target",
    "TargetChange",
    "TreatmentCode",
    "TreatmentIndexPage",
    "TreatmentPage",
    "VocabularyTerm",
]
