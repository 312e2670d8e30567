"""What the pages of hand-offs share: who may see them, and where the reader is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from pages.admin.handoffs.access import member
from pages.catalog.permissions import Act, languages_of


class HandoffsPage(WagtailAdminTemplateMixin, TemplateView):
    """For everybody who works in a language; each view keeps to the languages of its reader."""

    header_icon = "download"
    page_title = "Hand-offs"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user = member(request.user)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items = [
            {"label": "Translations", "url": reverse("workspace_languages")},
            {"label": "Hand-offs", "url": reverse("handoffs")},
        ]
        if self.page_title == "Hand-offs":
            return [items[0], {"label": "Hand-offs", "url": ""}]
        return [*items, {"label": self.page_title, "url": ""}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "languages": languages_of(self.user),
            "may_upload": bool(languages_of(self.user, Act.TRANSLATE)),
        }
