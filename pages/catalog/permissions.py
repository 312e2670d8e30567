"""Who may translate into which language, and who may review it.

Two permissions a language, `pages.translate_es` and `pages.review_es`, made after each migrate
from settings.LANGUAGES. A group that holds one of them and may enter the admin can do that and
nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AnonymousUser, Permission, User
from django.contrib.contenttypes.models import ContentType

from pages.languages import Language, target_languages
from pages.models import Target


class Act(StrEnum):
    """What a person may do with the targets of a language."""

    TRANSLATE = "translate"
    REVIEW = "review"


def codename(act: Act, language: Language) -> str:
    return f"{act.value}_{language.suffix}"


def may(user: User | AnonymousUser, act: Act, language: Language) -> bool:
    return user.has_perm(f"pages.{codename(act, language)}")


def languages_of(user: User | AnonymousUser, act: Act | None = None) -> Sequence[Language]:
    """The languages in which the user may do `act`, or anything, in the order of the site."""
    acts = [act] if act else list(Act)
    return [each for each in target_languages() if any(may(user, one, each) for one in acts)]


def language_permissions() -> list[tuple[str, str]]:
    """(codename, name) of every permission."""
    names = {Act.TRANSLATE: "Can translate into {}", Act.REVIEW: "Can review {}"}
    return [
        (codename(act, language), names[act].format(language.name))
        for language in target_languages()
        for act in Act
    ]


def create_permissions(**kwargs: Any) -> None:
    """After migrate, as Django makes its own: those that are missing."""
    content_type = ContentType.objects.get_for_model(Target)
    for code, name in language_permissions():
        Permission.objects.get_or_create(
            content_type=content_type, codename=code, defaults={"name": name}
        )
