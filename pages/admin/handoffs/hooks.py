"""What Wagtail is told of hand-offs: addresses, below those of the workspace."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from pages.admin.handoffs.coming_back import (
    DryRunView,
    ImportFileView,
    ImportListView,
    ImportView,
    UndoView,
    UploadView,
)
from pages.admin.handoffs.going_out import DownloadView, ExportView, HandoffListView
from pages.catalog.permissions import languages_of

_AT = "translations/hand-offs/"


@hooks.register("register_admin_urls")
def handoff_urls() -> list[URLPattern]:
    return [
        path(_AT, HandoffListView.as_view(), name="handoffs"),
        path(f"{_AT}new/", ExportView.as_view(), name="handoff_export"),
        path(f"{_AT}download/", DownloadView.as_view(), name="handoff_download"),
        path(f"{_AT}upload/", UploadView.as_view(), name="handoff_upload"),
        path(f"{_AT}upload/<uuid:public_id>/", DryRunView.as_view(), name="handoff_dry_run"),
        path(f"{_AT}imports/", ImportListView.as_view(), name="handoff_imports"),
        path(f"{_AT}imports/<int:pk>/", ImportView.as_view(), name="handoff_import"),
        path(f"{_AT}imports/<int:pk>/file/", ImportFileView.as_view(), name="handoff_import_file"),
        path(f"{_AT}imports/<int:pk>/undo/", UndoView.as_view(), name="handoff_undo"),
    ]


class HandoffsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(languages_of(request.user))


@hooks.register("register_translations_menu_item")
def handoffs_menu_item() -> MenuItem:
    return HandoffsMenuItem("Hand-offs", reverse("handoffs"), icon_name="download", order=20)
