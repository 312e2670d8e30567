"""A page as an email to oneself: a button on the page, a choice of language, one mail."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.generic import FormView
from wagtail import hooks
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button
from wagtail.models import Page

from pages.admin.preview import chosen_language
from pages.emailing import send_test_email
from pages.languages import all_languages, get_language
from pages.models import TreatmentPage
from pages.publishing.load import compile_draft


class SendForm(forms.Form):
    language = forms.ChoiceField(
        choices=lambda: [(language.code, language.name) for language in all_languages()]
    )


class SendView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]  # no generic at run time
    """Only ever to the person's own address, so that nobody can be written to from here."""

    form_class = SendForm
    template_name = "pages/admin/test_email.html"
    page_title = "Test email"
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.page = get_object_or_404(TreatmentPage, pk=kwargs["page_id"])
        if not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    @property
    def recipient(self) -> str:
        return getattr(self.request.user, "email", "")

    def get_initial(self) -> dict[str, Any]:
        return {"language": chosen_language(self.request).code}

    def get_page_subtitle(self) -> str:
        title: str = self.page.get_admin_display_title()
        return title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "recipient": self.recipient, "edit_url": _edit_address(self.page)}

    def form_valid(self, form: SendForm) -> HttpResponse:
        if not self.recipient:
            form.add_error(None, "Your account has no email address. Add one under Account.")
            return self.form_invalid(form)
        language = get_language(form.cleaned_data["language"])
        document = compile_draft(self.page.get_latest_revision_as_object(), language)
        try:
            send_test_email(document, self.recipient)
        except (smtplib.SMTPException, OSError) as error:
            form.add_error(None, f"The mail server did not take it: {error}")
            return self.form_invalid(form)
        messages.success(self.request, f"Sent in {language.name} to {self.recipient}.")
        return redirect(_edit_address(self.page))


def _edit_address(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


@hooks.register("register_admin_urls")
def email_urls() -> list[URLPattern]:
    address = "treatments/<int:page_id>/test-email/"
    return [path(address, SendView.as_view(), name="test_email")]


@hooks.register("register_page_header_buttons")
def email_header_buttons(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    yield from _buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def email_listing_buttons(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    yield from _buttons(page, user)


def _buttons(page: Page, user: Any) -> Iterator[Button]:
    if page.specific_class is TreatmentPage and page.permissions_for_user(user).can_edit():
        address = reverse("test_email", args=[page.pk])
        yield Button("Send me this as a test email", address, icon_name="mail", priority=60)
