"""The languages of a group, ticked in Wagtail's own group form: translate, review, or both.

A panel of its own and not `register_permissions`, which would list twenty boxes in one cell of
the table of objects. The form keeps permissions that it does not show, so the two do not meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from wagtail import hooks

from pages.catalog.permissions import Act, codename, language_permissions
from pages.languages import Language, target_languages
from pages.models import Target


def stored_permissions() -> Mapping[str, Permission]:
    """Every language permission by codename."""
    codes = [code for code, _ in language_permissions()]
    content_type = ContentType.objects.get_for_model(Target)
    found = Permission.objects.filter(content_type=content_type, codename__in=codes)
    return {permission.codename: permission for permission in found}


class LanguagePermissionsForm(forms.Form):
    """One row a language, one box for each act."""

    def __init__(self, data: Any = None, files: Any = None, instance: Group | None = None) -> None:
        self.group = instance or Group()
        self.permissions = stored_permissions()
        has = set()
        if self.group.pk:
            has = set(self.group.permissions.values_list("codename", flat=True))
        super().__init__(data, files, prefix="languages", initial=dict.fromkeys(has, True))
        for code, name in language_permissions():
            self.fields[code] = forms.BooleanField(required=False, label=name)

    def rows(self) -> Iterator[tuple[Language, list[forms.BoundField]]]:
        for language in target_languages():
            yield language, [self[codename(act, language)] for act in Act]

    @transaction.atomic
    def save(self) -> None:
        """Give and take what changed; permissions of other kinds stay as they are."""
        for code, permission in self.permissions.items():
            if self.cleaned_data[code]:
                self.group.permissions.add(permission)
            else:
                self.group.permissions.remove(permission)

    def as_admin_panel(self) -> SafeString:
        return render_to_string("pages/admin/language_permissions.html", {"form": self})


@hooks.register("register_group_permission_panel")
def language_permissions_panel() -> type[LanguagePermissionsForm]:
    return LanguagePermissionsForm
