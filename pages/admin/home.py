"""The dashboard of who translates: the way to their languages, before anything else."""

from __future__ import annotations

from typing import Any

from django.forms import Media
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from pages.admin.gate import only_translates
from pages.catalog.permissions import languages_of


class LanguagesPanel(Component):
    name = "languages"
    template_name = "pages/admin/home_languages.html"
    order = 50

    def __init__(self, request: HttpRequest) -> None:
        self.languages = languages_of(request.user)
        # Wagtail's search of all pages leads those who only translate to a closed door.
        self.hides_search = only_translates(request.user)

    @property
    def media(self) -> Media:
        css = ["pages/home_of_translators.css"] if self.hides_search else []
        return Media(css={"all": css})

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"languages": self.languages}


@hooks.register("construct_homepage_panels")
def languages_panel(request: HttpRequest, panels: list[Component]) -> None:
    panel = LanguagesPanel(request)
    if panel.languages:
        panels.append(panel)
