"""The addresses of the public API. The language is in the canonical path."""

from __future__ import annotations

from django.urls import path, re_path

from api import bundles, search, sync, views, vocabulary
from api.cache_version import cache_version
from api.openapi.views import DocsView, DocumentSchemaView, OpenApiView

app_name = "api"
urlpatterns = [
    path("v1/languages/", views.LanguageList.as_view(), name="languages"),
    path("v1/treatments/", views.NegotiatedTreatmentList.as_view(), name="any-treatments"),
    path(
        "v1/treatments/<str:reference>/",
        views.NegotiatedTreatmentDetail.as_view(),
        name="any-treatment",
    ),
    path("v1/<str:language>/treatments/", views.TreatmentList.as_view(), name="treatments"),
    path(
        "v1/<str:language>/treatments/<str:reference>/",
        views.TreatmentDetail.as_view(),
        name="treatment",
    ),
    path(
        "v1/<str:language>/treatments/<str:reference>.<str:suffix>",
        views.TreatmentFile.as_view(),
        name="treatment-file",
    ),
    path("v1/<str:language>/sync/", sync.Sync.as_view(), name="sync"),
    path("v1/<str:language>/bundle.zip", bundles.BundleZip.as_view(), name="bundle-zip"),
    path(
        "v1/<str:language>/bundle.ndjson.zst",
        bundles.BundleNdjson.as_view(),
        name="bundle-ndjson",
    ),
    path("v1/<str:language>/search/", search.Search.as_view(), name="search"),
    path("v1/<str:language>/categories/", vocabulary.CategoryList.as_view(), name="categories"),
    path(
        "v1/<str:language>/body-regions/", vocabulary.BodyRegionList.as_view(), name="body-regions"
    ),
    path("v1/<str:language>/clinics/", vocabulary.ClinicList.as_view(), name="clinics"),
    path(
        "v1/<str:language>/practitioners/",
        vocabulary.PractitionerList.as_view(),
        name="practitioners",
    ),
    path("v1/<str:language>/glossary/", vocabulary.GlossaryList.as_view(), name="glossary"),
    path("cache-version/", cache_version, name="cache-version"),
    path("schema/", OpenApiView.as_view(), name="openapi"),
    path("schema/document.json", DocumentSchemaView.as_view(), name="document-schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path(r"^(?P<rest>.*)$", views.UnknownAddress.as_view(), name="unknown"),
]
