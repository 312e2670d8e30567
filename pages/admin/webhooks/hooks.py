"""What Wagtail is told of webhooks: addresses, permissions, what is logged, the dashboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry
from wagtail.permission_policies import ModelPermissionPolicy

from pages.admin.webhooks import deliveries, endpoints
from pages.models import WebhookDelivery, WebhookEndpoint


@hooks.register("register_admin_viewset")
def register_endpoints() -> endpoints.EndpointViewSet:
    return endpoints.EndpointViewSet()


@hooks.register("register_admin_urls")
def webhook_urls() -> list[URLPattern]:
    return [*deliveries.urls(), *endpoints.urls()]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        endpoints.SECRET_REPLACED, "Replace the secret", "The secret was replaced"
    )


class DeadLettersPanel(Component):
    name = "dead_letters"
    template_name = "pages/admin/webhooks/home.html"
    order = 60

    def __init__(self, count: int) -> None:
        self.count = count

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        url = f"{reverse('webhook_deliveries')}?state={WebhookDelivery.State.DEAD.value}"
        return {"count": self.count, "url": url}


@hooks.register("construct_homepage_panels")
def dead_letters_panel(request: HttpRequest, panels: list[Component]) -> None:
    """For those who can do something about it."""
    if ModelPermissionPolicy(WebhookEndpoint).user_has_permission(request.user, "change"):
        count = WebhookDelivery.objects.dead_letters().count()
        if count:
            panels.append(DeadLettersPanel(count))
