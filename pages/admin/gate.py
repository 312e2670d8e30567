"""Who may only translate sees of the admin only what translating needs.

Wagtail lets everyone who enters its admin list pages, pictures and snippets in choosers, in the
admin's API and in its search, whatever their permissions. A freelance translator of one language
is not meant to read drafts that way. So those who hold nothing but language permissions pass to
a short list of addresses, and each new view of Wagtail's is closed to them until listed here.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.auth import permission_denied
from wagtail.admin.menu import MenuItem
from wagtail.models import GroupApprovalTask, GroupCollectionPermission, GroupPagePermission

from pages.catalog.permissions import language_permissions

# The workspace and the hand-offs: their views ask for the language's permission themselves.
TRANSLATIONS = "translations/"
# Signing in and out, one's own account, and what every page of the admin loads.
_OPEN = (
    "wagtailadmin_home",
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_account",
    "wagtailadmin_dismissibles",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
)
_MENU = ("translations", "help")


def only_translates(user: User | AnonymousUser) -> bool:
    """Whether the user holds no permission but to enter the admin and to work in languages."""
    if not user.is_authenticated or user.is_superuser:
        return False
    working = {f"pages.{code}" for code, _ in language_permissions()}
    if user.get_all_permissions() - working - {"wagtailadmin.access_admin"}:
        return False
    return not (
        GroupPagePermission.objects.filter(group__user=user).exists()
        or GroupCollectionPermission.objects.filter(group__user=user).exists()
        # Who decides in a workflow may do so without any permission on the page.
        or GroupApprovalTask.objects.filter(groups__user=user, active=True).exists()
    )


def is_open(path: str) -> bool:
    """Whether who only translates may go there. path: with that of the site, as reverse() gives."""
    home = reverse("wagtailadmin_home")
    if not path.startswith(home) or path in {reverse(name) for name in _OPEN}:
        return True
    return path.startswith((f"{home}{TRANSLATIONS}", f"{home}password_reset/"))


class TranslatorsGate:
    """Middleware, after the one that says who the user is and the one for messages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_open(request.path) and only_translates(request.user):
            # As Wagtail refuses: a message on the dashboard, or 403 to a script.
            refusal: HttpResponseBase = permission_denied(request)
            return refusal
        return self.get_response(request)


@hooks.register("construct_main_menu")
def menu_of_translators(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """No item that leads to a closed door."""
    if only_translates(request.user):
        menu_items[:] = [item for item in menu_items if item.name in _MENU]
