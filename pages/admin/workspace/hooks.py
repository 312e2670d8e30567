"""What Wagtail is told of the workspace: addresses, the menu, buttons on pages, its log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, register_converter, reverse
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from pages.admin.workspace.access import works_somewhere
from pages.admin.workspace.authorship import REVIEWED, WROTE
from pages.admin.workspace.language_views import LanguagesView, QueueView
from pages.admin.workspace.page_views import WorkspaceView
from pages.admin.workspace.part_views import AsideView, ChecksView, PreviewView
from pages.admin.workspace.remembered import FILLED
from pages.catalog.permissions import languages_of
from pages.models import TreatmentPage


class LanguageCode:
    """A BCP 47 tag in an address, so that `translations/hand-offs/` can be something else."""

    regex = "[a-z]{2,3}(?:-[a-z0-9]{2,8})*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageCode, "language_code")


@hooks.register("register_admin_urls")
def workspace_urls() -> list[URLPattern]:
    page = "translations/<language_code:code>/<int:page_id>/"
    return [
        path("translations/", LanguagesView.as_view(), name="workspace_languages"),
        path(
            "translations/of-page/<int:page_id>/",
            LanguagesView.as_view(),
            name="workspace_page_languages",
        ),
        path(
            "translations/<language_code:code>/",
            QueueView.as_view(),
            name="workspace_queue",
        ),
        path(page, WorkspaceView.as_view(), name="workspace"),
        path(f"{page}preview/", PreviewView.as_view(), name="workspace_preview"),
        path(f"{page}aside/", AsideView.as_view(), name="workspace_aside"),
        path(f"{page}checks/", ChecksView.as_view(), name="workspace_checks"),
    ]


class TranslationsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return works_somewhere(request.user)


@hooks.register("register_admin_menu_item")
def translations_menu() -> MenuItem:
    """Shown while it has an item: hand-offs add theirs with the same hook."""
    menu = Menu(register_hook_name="register_translations_menu_item")
    return SubmenuMenuItem("Translations", menu, icon_name="globe", order=160)


@hooks.register("register_translations_menu_item")
def translations_menu_item() -> MenuItem:
    return TranslationsMenuItem(
        "Workspace", reverse("workspace_languages"), icon_name="edit", order=10
    )


@hooks.register("register_page_header_buttons")
def translate_header_buttons(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    yield from translate_buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def translate_listing_buttons(
    page: Page, user: Any, next_url: str | None = None
) -> Iterator[Button]:
    yield from translate_buttons(page, user)


def translate_buttons(page: Page, user: Any) -> Iterator[Button]:
    """To the one language that the user works in, or to the choice of several. An alias is
    translated where its original is."""
    languages = languages_of(user)
    if not languages or page.specific_class is not TreatmentPage or page.alias_of_id is not None:
        return
    if len(languages) == 1:
        address = reverse("workspace", args=[languages[0].code, page.pk])
    else:
        address = reverse("workspace_page_languages", args=[page.pk])
    yield Button("Translate", address, icon_name="globe", priority=12)


@hooks.register("register_log_actions")
def workspace_log_actions(actions: Any) -> None:
    actions.register_action(WROTE, "Translate", "Translation written")
    actions.register_action(FILLED, "Fill from memory", "Translations filled from memory")
    actions.register_action(REVIEWED, "Review a translation", "Translation reviewed")
