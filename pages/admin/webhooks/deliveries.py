"""The log of deliveries: every message, what became of it, and sending it again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

import django_filters  # type: ignore[import-untyped]  # ships no annotations
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.generic import TemplateView
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import (
    BaseListingView,
    PermissionCheckedMixin,
    WagtailAdminTemplateMixin,
)
from wagtail.admin.widgets import HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy

from pages.languages import all_languages
from pages.models import EventType, WebhookDelivery, WebhookEndpoint
from pages.webhooks.messages import message_body
from pages.webhooks.outbox import send_again
from pages.webhooks.schedule import MOST_ATTEMPTS

State = WebhookDelivery.State
MAY_LOOK = ("add", "change", "delete", "view")


class DeliveryFilters(WagtailFilterSet):
    """By what identifies a message, and by what became of it."""

    endpoint = django_filters.ModelChoiceFilter(
        queryset=WebhookEndpoint.objects.all(), label="Endpoint"
    )
    state = django_filters.MultipleChoiceFilter(
        choices=State.choices, label="State", widget=forms.CheckboxSelectMultiple
    )
    type = django_filters.MultipleChoiceFilter(
        choices=[(event.value, event.value) for event in EventType],
        label="Event",
        widget=forms.CheckboxSelectMultiple,
    )
    language = django_filters.ChoiceFilter(
        field_name="edition__language",
        choices=[(language.code, language.name) for language in all_languages()],
        label="Language",
    )
    created_at = django_filters.DateFromToRangeFilter(
        label="Recorded", widget=DateRangePickerWidget
    )
    message = django_filters.CharFilter(label="webhook-id", method="filter_message")
    document = django_filters.UUIDFilter(field_name="edition__document_id", label="Treatment's id")

    class Meta:
        model = WebhookDelivery
        fields: Sequence[str] = ()

    def filter_message(
        self, queryset: QuerySet[WebhookDelivery], name: str, value: str
    ) -> QuerySet[WebhookDelivery]:
        try:
            return queryset.filter(public_id=uuid.UUID(value.strip().removeprefix("msg_")))
        except ValueError:
            return queryset.none()


def _about(delivery: WebhookDelivery) -> str:
    edition = delivery.edition
    return f"{edition.document_id} {edition.language} {edition.seq}" if edition else ""


def _outcome(delivery: WebhookDelivery) -> str:
    if delivery.state == State.WAITING and delivery.attempts:
        return f"{delivery.outcome} {delivery.attempts} of {MOST_ATTEMPTS}, next {_next(delivery)}."
    return delivery.outcome


def _next(delivery: WebhookDelivery) -> str:
    return f"{delivery.due_at:%Y-%m-%d %H:%M:%S} UTC"


class _OfDeliveries(PermissionCheckedMixin):
    permission_policy = ModelPermissionPolicy(WebhookEndpoint)
    any_permission_required = MAY_LOOK

    def may_send(self) -> bool:
        return bool(self.user_has_permission("change"))


def _deliveries() -> QuerySet[WebhookDelivery]:
    # An edition's bytes are none of a list's business.
    rows = WebhookDelivery.objects.select_related("endpoint", "edition")
    return rows.defer("edition__body", "edition__summary")


class DeliveriesView(_OfDeliveries, BaseListingView):
    model = WebhookDelivery
    page_title = "Webhook deliveries"
    header_icon = "list-ul"
    index_url_name = "webhook_deliveries"
    index_results_url_name = "webhook_deliveries_results"
    filterset_class = DeliveryFilters
    is_searchable = False
    default_ordering = "-pk"
    paginate_by = 50
    verbose_name_plural = "deliveries"
    columns = [
        DateColumn("created_at", label="Recorded", width="10%"),
        TitleColumn(
            "type",
            label="Event",
            width="18%",
            get_url=lambda row: reverse("webhook_delivery", args=[row.public_id]),
        ),
        Column("about", label="Treatment, language, seq", accessor=_about),
        Column("endpoint", label="Endpoint", accessor="endpoint"),
        Column("state", label="State", accessor="get_state_display"),
        Column("outcome", label="Last answer", accessor=_outcome),
    ]

    def get_base_queryset(self) -> QuerySet[WebhookDelivery]:
        return _deliveries()

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            {"label": "Webhook endpoints", "url": reverse("webhooks:index")},
            {"label": self.page_title, "url": ""},
        ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.may_send():
            return []
        asked = self.request.GET.urlencode()
        url = f"{reverse('webhook_send_again')}?{asked}"
        return [HeaderButton("Send again", url=url, icon_name="rotate")]


class SendAgainView(_OfDeliveries, WagtailAdminTemplateMixin, TemplateView):
    """Everything of a filtered list that came to an end: asks first, with the numbers."""

    permission_required = "change"
    template_name = "pages/admin/webhooks/send_again.html"
    page_title = "Send again"
    header_icon = "rotate"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        back = f"{reverse('webhook_deliveries')}?{self.request.GET.urlencode()}"
        return [
            {"label": "Webhook endpoints", "url": reverse("webhooks:index")},
            {"label": "Webhook deliveries", "url": back},
            {"label": self.page_title, "url": ""},
        ]

    def _chosen(self) -> QuerySet[WebhookDelivery]:
        filters = DeliveryFilters(self.request.GET, request=self.request)
        # A filter that is not understood chooses nothing, rather than everything.
        return filters.qs if filters.is_valid() else WebhookDelivery.objects.none()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        chosen = self._chosen().filter(endpoint__is_active=True)
        return {
            **context,
            "dead": chosen.dead_letters().count(),  # type: ignore[attr-defined]  # of its manager
            "delivered": chosen.filter(state=State.DELIVERED).exclude(type=EventType.TEST).count(),
            "off": self._chosen()
            .exclude(state=State.WAITING)
            .filter(endpoint__is_active=False)
            .count(),
            "back": f"{reverse('webhook_deliveries')}?{self.request.GET.urlencode()}",
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = self._chosen()
        if "delivered" not in request.POST:
            chosen = chosen.filter(state=State.DEAD)
        count = send_again(chosen)
        messages.success(request, f"{count:,} to be sent again, each under its own webhook-id.")
        return redirect(f"{reverse('webhook_deliveries')}?{request.GET.urlencode()}")


class DeliveryView(_OfDeliveries, WagtailAdminTemplateMixin, TemplateView):
    """One message: what it says, each attempt, and sending it again."""

    template_name = "pages/admin/webhooks/delivery.html"
    page_title = "Webhook delivery"
    header_icon = "list-ul"

    def get_page_subtitle(self) -> str:
        return str(self._delivery().type)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            {"label": "Webhook endpoints", "url": reverse("webhooks:index")},
            {"label": "Webhook deliveries", "url": reverse("webhook_deliveries")},
            {"label": self._delivery().type, "url": ""},
        ]

    def _delivery(self) -> WebhookDelivery:
        return get_object_or_404(_deliveries(), public_id=self.kwargs["public_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        delivery = self._delivery()
        said = json.dumps(json.loads(message_body(delivery)), indent=2, ensure_ascii=False)
        ended = delivery.state != State.WAITING and self.may_send()
        is_test = delivery.type == EventType.TEST
        return {
            **context,
            "delivery": delivery,
            "said": said,
            "tries": delivery.tries.all(),
            "most": MOST_ATTEMPTS,
            "may_send": ended and delivery.endpoint.is_active and not is_test,
            "may_test": ended and is_test,
        }

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        delivery = context["delivery"]
        if delivery.type == EventType.TEST and delivery.state == State.WAITING:
            response["Refresh"] = "2"  # whoever sent it waits for its answer
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_send():
            raise PermissionDenied
        delivery = self._delivery()
        if send_again(WebhookDelivery.objects.filter(pk=delivery.pk)):
            messages.success(request, "It is sent again under the same webhook-id.")
        else:
            messages.error(
                request,
                "It was not sent again: it waits already, is a test, or its endpoint is off.",
            )
        return redirect("webhook_delivery", delivery.public_id)


def urls() -> list[URLPattern]:
    at = "webhooks/deliveries/"
    return [
        path(at, DeliveriesView.as_view(), name="webhook_deliveries"),
        path(
            f"{at}results/",
            DeliveriesView.as_view(results_only=True),
            name="webhook_deliveries_results",
        ),
        path(f"{at}send-again/", SendAgainView.as_view(), name="webhook_send_again"),
        path(f"{at}<uuid:public_id>/", DeliveryView.as_view(), name="webhook_delivery"),
    ]
