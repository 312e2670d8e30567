"""Who works in which language here, and under what name."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied

from pages.catalog.permissions import Act, languages_of, may
from pages.languages import Language, UnknownLanguage, get_language, source_language


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody at work in one language. name: what the log says; four_eyes: the site's setting."""

    user: User
    language: Language
    translates: bool
    reviews: bool
    four_eyes: bool

    @property
    def name(self) -> str:
        return person_name(self.user)

    def require(self, act: Act) -> None:
        """Raises PermissionDenied."""
        if not may(self.user, act, self.language):
            raise PermissionDenied


def person_name(user: User) -> str:
    return user.get_full_name().strip() or user.get_username()


def worker(user: User | AnonymousUser, code: str) -> Worker:
    """The user in the language `code`. Raises PermissionDenied, also for a language that the site
    does not have: what there is, is told to nobody who may not work in it."""
    try:
        language = get_language(code)
    except UnknownLanguage:
        raise PermissionDenied from None
    if not isinstance(user, User) or language == source_language():
        raise PermissionDenied
    translates, reviews = (may(user, act, language) for act in Act)
    if not (translates or reviews):
        raise PermissionDenied
    return Worker(user, language, translates, reviews, settings.FOUR_EYES)


def works_somewhere(user: User | AnonymousUser) -> bool:
    return bool(languages_of(user))
