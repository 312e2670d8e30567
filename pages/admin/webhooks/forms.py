"""What somebody may say about an endpoint, and about replacing its secret."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from wagtail.admin.forms.models import WagtailAdminModelForm

from pages.languages import all_languages
from pages.models import EventType, WebhookEndpoint
from pages.webhooks.addresses import LONGEST, RefusedAddress, read_target

EVENTS = [(event.value, event.label) for event in EventType if event != EventType.TEST]


class EndpointForm(WagtailAdminModelForm):
    url = forms.CharField(
        label="Address",
        max_length=LONGEST,
        help_text="Where messages are posted to: https, a host on the public internet.",
    )
    events = forms.MultipleChoiceField(
        label="Is told when",
        choices=EVENTS,
        initial=[value for value, _ in EVENTS],
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label="In these languages",
        required=False,
        choices=[(language.code, language.name) for language in all_languages()],
        widget=forms.CheckboxSelectMultiple,
        help_text="None: in all of them.",
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "events", "languages", "is_active")
        help_texts = {
            "is_active": "While it is off nothing is recorded for it, and what waits is given up.",
        }

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            read_target(url, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
        except RefusedAddress as refused:
            raise forms.ValidationError(str(refused)) from None
        return url

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data["is_active"]:
            self.instance.switched_off_because = ""
        return super().save(commit)


class ReplaceForm(forms.Form):
    """keep: hours for which the old secret signs too."""

    keep = forms.TypedChoiceField(
        label="The old one signs too",
        coerce=int,
        choices=[
            (24, "for 24 hours"),
            (168, "for 7 days"),
            (0, "no more: somebody else may know it"),
        ],
        initial=24,
        widget=forms.RadioSelect,
    )

    @property
    def kept_for(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["keep"])
