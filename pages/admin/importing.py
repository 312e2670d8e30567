"""Import in the admin: a file becomes a draft treatment under an index, with a report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.generic import FormView, TemplateView
from wagtail import hooks
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button, HeaderButton
from wagtail.models import Page

from pages.importing.formats import READERS
from pages.importing.refusal import MAX_BYTES, ImportRefused
from pages.importing.treatment_import import read_draft, save_draft
from pages.models import TreatmentIndexPage, TreatmentPage

_REPORTS = "import_reports"


class ImportForm(forms.Form):
    file = forms.FileField(
        help_text=f"{', '.join(READERS)}; at most {MAX_BYTES >> 20} MB. Not a word of it is lost.",
        widget=forms.FileInput(attrs={"accept": ",".join(READERS)}),
    )
    title = forms.CharField(
        required=False, max_length=255, help_text="Left empty, the text's own title is taken."
    )


class ImportView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]  # no generic at run time
    """The upload. What is refused is said on the form, and nothing is created."""

    form_class = ImportForm
    template_name = "pages/admin/import_form.html"
    page_title = "Import a treatment"
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.parent = get_object_or_404(TreatmentIndexPage, pk=kwargs["parent_id"])
        if not may_import(self.parent, request.user):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return _breadcrumbs(self.parent, self.page_title)

    def get_page_subtitle(self) -> str:
        return f"under {self.parent.get_admin_display_title()}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        listing = reverse("wagtailadmin_explore", args=[self.parent.pk])
        return {**context, "listing_url": listing}

    def form_valid(self, form: ImportForm) -> HttpResponse:
        upload = form.cleaned_data["file"]
        try:
            # One byte more than is allowed is enough to see that it is too large.
            data = upload.read(MAX_BYTES + 1)
            draft, report = read_draft(data, upload.name, form.cleaned_data["title"])
            page = save_draft(draft, self.parent, self.request.user)
        except ImportRefused as refusal:
            message = str(refusal)
            named = message if upload.name in message else f"{upload.name}: {message}"
            form.add_error("file", named)
            return self.form_invalid(form)
        reports = self.request.session.get(_REPORTS, {})
        self.request.session[_REPORTS] = {**reports, str(page.pk): report.as_json()}
        return redirect("import_treatment_report", page.pk)


class ImportReportView(WagtailAdminTemplateMixin, TemplateView):
    """What became of the file. It lives in the session of the editor who imported it."""

    template_name = "pages/admin/import_report.html"
    page_title = "Imported as a draft"
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.page = get_object_or_404(TreatmentPage, pk=kwargs["page_id"])
        if not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        self.report = request.session.get(_REPORTS, {}).get(str(self.page.pk))
        if self.report is None:
            return redirect("wagtailadmin_pages:edit", self.page.pk)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return _breadcrumbs(self.page.get_parent(), self.page_title)

    def get_page_subtitle(self) -> str:
        title: str = self.page.get_admin_display_title()
        return title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "report": self.report,
            "edit_url": reverse("wagtailadmin_pages:edit", args=[self.page.pk]),
        }


def _breadcrumbs(index: Page, title: str) -> list[dict[str, str]]:
    """The listing that the action was chosen in, then where the editor is."""
    listing = reverse("wagtailadmin_explore", args=[index.pk])
    return [
        {"url": listing, "label": index.get_admin_display_title()},
        {"url": "", "label": title},
    ]


def may_import(parent: Page, user: AbstractBaseUser | Any) -> bool:
    """Who may add a page under the index may import one."""
    return isinstance(parent.specific_deferred, TreatmentIndexPage) and bool(
        parent.permissions_for_user(user).can_add_subpage()
    )


@hooks.register("register_admin_urls")
def import_urls() -> list[URLPattern]:
    return [
        path(
            "import-treatment/<int:parent_id>/",
            ImportView.as_view(),
            name="import_treatment",
        ),
        path(
            "import-treatment/report/<int:page_id>/",
            ImportReportView.as_view(),
            name="import_treatment_report",
        ),
    ]


@hooks.register("register_page_header_buttons")
def import_header_button(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    if view_name == "index" and may_import(page, user):
        yield HeaderButton(
            label="Import",
            url=reverse("import_treatment", args=[page.pk]),
            icon_name="upload",
            priority=12,
        )


@hooks.register("register_page_listing_more_buttons")
def import_listing_button(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    if may_import(page, user):
        yield Button(
            "Import",
            reverse("import_treatment", args=[page.pk]),
            icon_name="upload",
            priority=12,
        )
