"""Taking a language version of a page back, and giving it again: who may, sees how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.generic import FormView, TemplateView
from wagtail import hooks
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter, log
from wagtail.models import Page

from pages.admin.workspace.access import person_name
from pages.languages import (
    Language,
    UnknownLanguage,
    all_languages,
    get_language,
    source_language,
)
from pages.models import TreatmentPage
from pages.publishing.withdrawal import (
    STATE_AFTER,
    LanguageVersion,
    ReleaseAct,
    ReleaseActRefused,
    change_release,
    language_versions,
    may_withdraw,
)

LOGGED = {act: f"pages.{act.value}" for act in ReleaseAct}
_WORDS = {
    ReleaseAct.WITHDRAW: "Withdraw",
    ReleaseAct.RECALL: "Recall",
    ReleaseAct.RELEASE: "Release again",
}


class ReleasePageView(WagtailAdminTemplateMixin):
    """What the two pages share: the page, for those who may act on some language of it."""

    header_icon = "globe"
    page_title = "Public versions"
    request: HttpRequest
    page: TreatmentPage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.page = get_object_or_404(TreatmentPage, pk=kwargs["page_id"], alias_of=None)
        if not any(may_withdraw(request.user, self.page, each) for each in all_languages()):
            raise PermissionDenied

    def get_page_subtitle(self) -> str:
        title: str = self.page.get_admin_display_title()
        return title

    def edit_url(self) -> str:
        """Empty for a reviewer, who does not write the page."""
        may_edit = self.page.permissions_for_user(self.request.user).can_edit()
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk]) if may_edit else ""

    def crumbs(self, *before: tuple[str, str]) -> list[dict[str, str]]:
        """The last one is the heading, and the others are folded up: it has to name the page."""
        heading = {
            "label": self.get_page_title(),
            "sublabel": self.get_page_subtitle(),
            "url": "",
        }
        return [*({"label": label, "url": url} for label, url in before), heading]


class ReleaseView(ReleasePageView, TemplateView):
    """How the page stands in each language, and what the user may do with it."""

    template_name = "pages/admin/release/versions.html"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return self.crumbs((self.get_page_subtitle(), self.edit_url()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        rows = [
            (version, self.acts(version) if self.may(version.language) else [])
            for version in language_versions(self.page)
        ]
        return {**context, "page": self.page, "rows": rows, "source": source_language()}

    def may(self, language: Language) -> bool:
        return may_withdraw(self.request.user, self.page, language)

    def acts(self, version: LanguageVersion) -> list[tuple[str, str, bool]]:
        """(words, address, whether it takes something away)."""
        return [
            (
                _WORDS[act],
                reverse("release_act", args=[self.page.pk, version.language.code, act.value]),
                act is not ReleaseAct.RELEASE,
            )
            for act in version.possible
        ]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the page and in its history. The public never sees it.",
    )

    def __init__(self, *args: Any, act: ReleaseAct, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = act is not ReleaseAct.RELEASE


class ReleaseActView(ReleasePageView, FormView):  # type: ignore[type-arg]  # no generic at run time
    """One act on one language, with what it does, before it is done."""

    form_class = ReasonForm
    template_name = "pages/admin/release/act.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        try:
            self.language = get_language(kwargs["code"])
        except UnknownLanguage:
            raise PermissionDenied from None
        try:
            self.act = ReleaseAct(kwargs["act"])
        except ValueError:
            raise Http404(f"Allowed: {', '.join(ReleaseAct)}.") from None
        if not may_withdraw(request.user, self.page, self.language):
            raise PermissionDenied

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        versions = language_versions(self.page)
        self.version = next(each for each in versions if each.language == self.language)
        if request.method == "GET" and self.act not in self.version.possible:
            return self.back_with_error(f"{self.language.name} is {self.version.state} already.")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_page_title(self) -> str:
        return f"{_WORDS[self.act]}: {self.language.name}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        versions = ("Public versions", reverse("release", args=[self.page.pk]))
        return self.crumbs((self.get_page_subtitle(), self.edit_url()), versions)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "act": self.act}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "page": self.page,
            "language": self.language,
            "version": self.version,
            "act": self.act.value,
            "state": STATE_AFTER[self.act].value,
            "words": _WORDS[self.act],
            "whole_page": self.language == source_language(),
            "back": reverse("release", args=[self.page.pk]),
        }

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        user = cast(User, self.request.user)  # nobody else gets here: setup()
        try:
            now = change_release(
                self.page.pk, self.language, self.act, by=person_name(user), reason=reason
            )
        except ReleaseActRefused as error:
            return self.back_with_error(str(error))
        data = {"language": self.language.name, "reason": reason}
        log(instance=self.page, action=LOGGED[self.act], user=user, data=data)
        messages.success(self.request, f"{self.page.title} in {self.language.name}: {now.state}.")
        return redirect("release", self.page.pk)

    def back_with_error(self, message: str) -> HttpResponse:
        messages.error(self.request, message)
        return redirect("release", self.page.pk)


@hooks.register("register_admin_urls")
def release_urls() -> list[URLPattern]:
    at = "translations/of-page/<int:page_id>/release/"
    return [
        path(at, ReleaseView.as_view(), name="release"),
        path(f"{at}<str:code>/<str:act>/", ReleaseActView.as_view(), name="release_act"),
    ]


@hooks.register("register_page_header_buttons")
def release_header_buttons(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    yield from release_buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def release_listing_buttons(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    yield from release_buttons(page, user)


def release_buttons(page: Page, user: Any) -> Iterator[Button]:
    if page.specific_class is not TreatmentPage or page.alias_of_id is not None:
        return
    treatment = page.specific_deferred
    if any(may_withdraw(user, treatment, each) for each in all_languages()):
        address = reverse("release", args=[page.pk])
        yield Button("Public versions", address, icon_name="view", priority=13)


@hooks.register("register_log_actions")
def release_log_actions(actions: Any) -> None:
    for act, formatter in _FORMATTERS.items():
        actions.register_action(LOGGED[act])(formatter)


class _Formatter(LogFormatter):
    done: str

    def format_message(self, log_entry: Any) -> str:
        language, reason = log_entry.data["language"], log_entry.data["reason"]
        return f"{self.done} in {language}: {reason}" if reason else f"{self.done} in {language}"


class _Withdrawn(_Formatter):
    label, done = "Withdraw a language", "Withdrawn"


class _Recalled(_Formatter):
    label, done = "Recall a language", "Recalled"


class _ReleasedAgain(_Formatter):
    label, done = "Release a language again", "Released again"


_FORMATTERS = {
    ReleaseAct.WITHDRAW: _Withdrawn,
    ReleaseAct.RECALL: _Recalled,
    ReleaseAct.RELEASE: _ReleasedAgain,
}
