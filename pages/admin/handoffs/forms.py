"""What somebody fills in: what goes out, and how what came back is to be taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile

from pages.admin.handoffs.access import codes_of, may_keep_vocabulary
from pages.admin.handoffs.returning import HOW_MUCH, MOST_BYTES, MOST_UNITS, Terms
from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog, Scope
from pages.catalog.permissions import Act, languages_of
from pages.catalog.units import UnitState
from pages.models import Category, Handoff, TreatmentPage

_STATES = {
    UnitState.MISSING: "Missing: never translated",
    UnitState.STALE: "Stale: the source changed after the translation",
    UnitState.MACHINE: "Machine: translated by a machine, read by nobody",
    UnitState.NEEDS_REVIEW: "Needs review: translated by a person",
    UnitState.APPROVED: "Approved",
}
_TO_TRANSLATE = (UnitState.MISSING, UnitState.STALE, UnitState.MACHINE)
_CONTENTS = {Catalog.TREATMENTS: "Treatment pages", Catalog.VOCABULARY: "The vocabulary"}
_MOST_HANDOFFS = 100


def _choices(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  so that mypy knows
    field.choices = list(choices)


class ExportForm(forms.Form):
    languages = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        help_text="Those that you work in. Several languages come as one zip.",
    )
    content = forms.ChoiceField(widget=forms.RadioSelect, initial=Catalog.TREATMENTS)
    states = forms.MultipleChoiceField(
        label="Texts",
        required=False,
        choices=[(state.value, label) for state, label in _STATES.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[state.value for state in _TO_TRANSLATE],
        help_text="Only texts in these states. None ticked: all of them.",
    )
    pages = forms.MultipleChoiceField(
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="Only these. None chosen: all pages.",
    )
    category = forms.ChoiceField(required=False, help_text="Only pages of this category.")
    drafts = forms.BooleanField(
        required=False,
        help_text="Take the newest draft of a page where there is one. Its translations are "
        "served once the draft is published.",
    )
    format = forms.ChoiceField(
        widget=forms.RadioSelect,
        initial="po",
        choices=[(codec.name, f"{codec.label} ({codec.suffix})") for codec in CODECS.values()],
        help_text="Whatever comes back is recognised by its content.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [(each.code, each.name) for each in languages_of(user)]
        _choices(self, "languages", languages)
        if len(languages) == 1:
            self.fields["languages"].initial = [languages[0][0]]
        pages = TreatmentPage.objects.filter(alias_of=None).order_by("title", "slug")
        _choices(self, "pages", pages.values_list("slug", "title"))
        categories = Category.objects.order_by("slug")
        named = ((category.slug, str(category)) for category in categories)
        _choices(self, "category", [("", "Any"), *named])
        if may_keep_vocabulary(user):
            _choices(self, "content", [(each.value, label) for each, label in _CONTENTS.items()])
        else:
            del self.fields["content"]

    @property
    def catalog(self) -> Catalog:
        return Catalog(self.cleaned_data.get("content") or Catalog.TREATMENTS)

    def scope(self) -> Scope:
        data = self.cleaned_data
        states = tuple(UnitState(state) for state in data["states"])
        if self.catalog == Catalog.VOCABULARY:
            return Scope(states=states)
        return Scope(tuple(data["pages"]), data["category"], states, data["drafts"])


class UploadForm(forms.Form):
    file = forms.FileField(
        help_text=f"A catalogue or a zip of several, at most {MOST_UNITS:,} texts and "
        f"{MOST_BYTES >> 20} MB: "
        f"{', '.join(dict.fromkeys(each.suffix for each in CODECS.values()))}. Nothing is stored "
        "before you have seen what it would do."
    )
    language = forms.ChoiceField(
        required=False, help_text="Only needed where neither the file nor its name says it."
    )
    handoff = forms.ChoiceField(
        label="Hand-off",
        required=False,
        help_text="Only needed where a tool has removed its id: what the file is compared with.",
    )
    translator = forms.CharField(
        label="Translated by",
        required=False,
        max_length=160,
        help_text="The person or agency. Left empty: you.",
    )
    reviewed = forms.BooleanField(
        required=False,
        label="I reviewed the texts that the file marks as finished",
        help_text="They are approved under your name, and patients see them. Only for what "
        "somebody else translated. Without this they wait for a review.",
    )
    qualification = forms.CharField(
        label="Your qualification", required=False, max_length=160, help_text="Such as MD or PT."
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = [(each.code, each.name) for each in languages_of(user, Act.TRANSLATE)]
        _choices(self, "language", [("", "As the file says"), *languages])
        known = Handoff.objects.filter(language__in=codes_of(user)).defer("compressed")
        newest = [
            (str(each.public_id), f"{each}, {each.created_at:%Y-%m-%d}, {each.by}")
            for each in known.order_by("-created_at", "-pk")[:_MOST_HANDOFFS]
        ]
        _choices(self, "handoff", [("", "As the file says"), *newest])
        if not languages_of(user, Act.REVIEW):
            del self.fields["reviewed"], self.fields["qualification"]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"{file.name} has {file.size:,} bytes. {HOW_MUCH}")
        return file

    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(
            language=data["language"],
            translator=" ".join(data["translator"].split()),
            reviewed=data.get("reviewed", False),
            qualification=" ".join(data.get("qualification", "").split()),
            handoff=data["handoff"],
        )
