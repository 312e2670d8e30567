"""The choice of mail about translation work, in a person's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from pages.catalog.permissions import languages_of
from pages.models import NoticePreference


class NoticePreferenceForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    class Meta:
        model = NoticePreference
        fields = ("wants_digest",)


class NoticePanel(BaseSettingsPanel):
    name = "translation_notices"
    title = "Translations"
    tab = notifications_tab
    order = 200

    def is_active(self) -> bool:
        return bool(languages_of(self.user))

    def get_form(self) -> NoticePreferenceForm:
        preference = NoticePreference.objects.filter(user=self.user).first()
        return NoticePreferenceForm(
            self.request.POST if self.request.method == "POST" else None,
            instance=preference or NoticePreference(user=self.user),
            prefix=self.name,
        )


@hooks.register("register_account_settings_panel")
def notice_panel(request: HttpRequest, user: User, profile: Any) -> NoticePanel:
    return NoticePanel(request, user, profile)
