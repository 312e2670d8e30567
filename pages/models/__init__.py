"""Page types, snippets, targets and editions: fields, named constraints, panels."""

from pages.models.branding import ClinicBranding
from pages.models.bundle import Bundle
from pages.models.edition import CurrentEdition, Dependency, Edition, Facet, FeedCounter, FeedEpoch
from pages.models.handoff import (
    CatalogImport,
    Handoff,
    Proposal,
    SegmentComment,
    WorkNotice,
)
from pages.models.notice import NoticePreference
from pages.models.purge import CachePurge
from pages.models.release import Release
from pages.models.search import Passage, SearchEntry, SearchWord
from pages.models.target import Target, TargetChange
from pages.models.treatment import TreatmentCode, TreatmentIndexPage, TreatmentPage
from pages.models.upload import CatalogUpload
from pages.models.vocabulary import (
    BodyRegion,
    Category,
    Clinic,
    GlossaryTerm,
    Practitioner,
    VocabularyTerm,
)
from pages.models.webhook import EventType, WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "BodyRegion",
    "Bundle",
    "CachePurge",
    "CatalogImport",
    "CatalogUpload",
    "Category",
    "Clinic",
    "ClinicBranding",
    "CurrentEdition",
    "Dependency",
    "Edition",
    "EventType",
    "Facet",
    "FeedCounter",
    "FeedEpoch",
    "GlossaryTerm",
    "Handoff",
    "NoticePreference",
    "Passage",
    "Practitioner",
    "Proposal",
    "Release",
    "SearchEntry",
    "SearchWord",
    "SegmentComment",
    "Target",
    "TargetChange",
    "TreatmentCode",
    "TreatmentIndexPage",
    "TreatmentPage",
    "VocabularyTerm",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WorkNotice",
]
