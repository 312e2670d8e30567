"""Endpoints: the list, the form, the secret that is shown once, the test."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import (
    CreateView,
    EditView,
    IndexView,
    PermissionCheckedMixin,
    WagtailAdminTemplateMixin,
)
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import Button, HeaderButton
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from pages.admin.webhooks.forms import EVENTS, EndpointForm, ReplaceForm
from pages.models import WebhookDelivery, WebhookEndpoint
from pages.webhooks.outbox import send_test

SECRET_REPLACED = "webhooks.replace_secret"  # noqa: S105  the name of what is logged
# Of the session: the endpoint whose secret its reader may see once. Never the secret itself.
_SHOW_ONCE = "webhook_secret_of"


def _told(endpoint: WebhookEndpoint) -> str:
    languages = ", ".join(endpoint.languages) or "all languages"
    events = [event.partition(".")[2] for event, _ in EVENTS if event in endpoint.events]
    return f"{', '.join(events)} in {languages}"


def _state(endpoint: WebhookEndpoint) -> str:
    if endpoint.is_active:
        return "on"
    return f"off: {endpoint.switched_off_because}" if endpoint.switched_off_because else "off"


class EndpointsView(IndexView):
    def get_base_queryset(self) -> QuerySet[WebhookEndpoint]:
        state = WebhookDelivery.State
        dead = Q(deliveries__state=state.DEAD) & ~Q(deliveries__type="webhook.test")
        return WebhookEndpoint.objects.annotate(
            waiting=Count("deliveries", filter=Q(deliveries__state=state.WAITING)),
            dead=Count("deliveries", filter=dead),
        )

    def get_list_more_buttons(self, instance: WebhookEndpoint) -> list[Any]:
        buttons: list[Any] = super().get_list_more_buttons(instance)
        ways = ways_on(instance, may_change=self.user_has_permission("change"))
        return [
            *buttons,
            *(
                MenuItem(label, url=url, icon_name=icon, priority=12 + number)
                for number, (label, url, icon) in enumerate(ways)
            ),
        ]

    @property
    def header_buttons(self) -> list[Any]:
        log_of_all = HeaderButton(
            "Deliveries", url=reverse("webhook_deliveries"), icon_name="list-ul"
        )
        return [*super().header_buttons, log_of_all]


def ways_on(endpoint: WebhookEndpoint, *, may_change: bool) -> list[tuple[str, str, str]]:
    """(label, address, icon) of what there is about an endpoint besides its form."""
    deliveries = f"{reverse('webhook_deliveries')}?endpoint={endpoint.pk}"
    ways = [("Deliveries", deliveries, "list-ul")]
    if may_change:
        ways += [
            ("Send a test", reverse("webhook_test", args=[endpoint.pk]), "mail"),
            ("Replace the secret", reverse("webhook_secret", args=[endpoint.pk]), "key"),
        ]
    return ways


class CreateEndpointView(CreateView):
    def get_success_url(self) -> str:
        self.request.session[_SHOW_ONCE] = self.object.pk
        return reverse("webhook_secret", args=[self.object.pk])


class EditEndpointView(EditView):
    @property
    def header_more_buttons(self) -> list[Any]:
        ways = [
            Button(label, url=url, icon_name=icon, priority=number)
            for number, (label, url, icon) in enumerate(ways_on(self.object, may_change=True))
        ]
        return [*super().header_more_buttons, *ways]


class EndpointViewSet(ModelViewSet):
    model = WebhookEndpoint
    name = "webhooks"
    icon = "link"
    menu_label = "Webhooks"
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = EndpointsView
    add_view_class = CreateEndpointView
    edit_view_class = EditEndpointView
    list_display = (
        "name",
        Column("url", label="Address"),
        Column("told", label="Is told of", accessor=_told),
        Column("state", label="State", accessor=_state),
        Column("waiting", label="Waiting", accessor="waiting"),
        Column("dead", label="Given up", accessor="dead"),
    )

    def get_form_class(self, for_update: bool = False) -> type[EndpointForm]:
        return EndpointForm

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """Also the one to look, which Wagtail leaves out where there is no page to look at."""
        content_type = ContentType.objects.get_for_model(WebhookEndpoint)
        return Permission.objects.filter(content_type=content_type)


class EndpointPage(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """About one endpoint, for who may change it."""

    permission_policy = ModelPermissionPolicy(WebhookEndpoint)
    permission_required = "change"
    header_icon = "link"

    @cached_property
    def endpoint(self) -> WebhookEndpoint:
        return get_object_or_404(WebhookEndpoint, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.endpoint.name

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            {"label": "Webhook endpoints", "url": reverse("webhooks:index")},
            {"label": self.endpoint.name, "url": reverse("webhooks:edit", args=[self.endpoint.pk])},
            # The heading; what is before it is folded up.
            {"label": self.page_title, "sublabel": self.endpoint.name, "url": ""},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "endpoint": self.endpoint}


class SecretView(EndpointPage):
    """The secret, once after it was made, and the way to another one."""

    template_name = "pages/admin/webhooks/secret.html"
    page_title = "Secret"
    header_icon = "key"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shown = request.session.pop(_SHOW_ONCE, None) == self.endpoint.pk
        return self._page(ReplaceForm(), secret=self.endpoint.secret if shown else "")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ReplaceForm(request.POST)
        if not form.is_valid():
            return self._page(form)
        self.endpoint.replace_secret(timezone.now(), form.kept_for)
        log(instance=self.endpoint, action=SECRET_REPLACED)
        request.session[_SHOW_ONCE] = self.endpoint.pk
        return redirect("webhook_secret", self.endpoint.pk)

    def _page(self, form: ReplaceForm, secret: str = "") -> HttpResponse:
        two = len(self.endpoint.secrets_at(timezone.now())) > 1
        context = self.get_context_data(form=form, secret=secret, both_sign=two)
        response = self.render_to_response(context)
        add_never_cache_headers(response)
        return response


class SendTestView(EndpointPage):
    template_name = "pages/admin/webhooks/test.html"
    page_title = "Send a test"
    header_icon = "mail"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.endpoint.is_active:
            messages.error(request, "The endpoint is switched off, so nothing was sent.")
            return redirect("webhook_test", self.endpoint.pk)
        return redirect("webhook_delivery", send_test(self.endpoint).public_id)


def urls() -> list[URLPattern]:
    return [
        path("webhooks/<int:pk>/secret/", SecretView.as_view(), name="webhook_secret"),
        path("webhooks/<int:pk>/test/", SendTestView.as_view(), name="webhook_test"),
    ]
