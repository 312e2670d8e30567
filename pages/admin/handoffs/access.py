"""Which hand-offs somebody may see, and whose returned words they may store."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied

from pages.catalog.export import Catalog
from pages.catalog.permissions import Act, languages_of, may
from pages.catalog.vocabulary import MODELS
from pages.languages import Language, get_language
from pages.models import CatalogImport


def member(user: User | AnonymousUser) -> User:
    """Somebody who works in a language. Raises PermissionDenied."""
    if not isinstance(user, User) or not languages_of(user):
        raise PermissionDenied
    return user


def codes_of(user: User) -> Sequence[str]:
    return [language.code for language in languages_of(user)]


def may_keep_vocabulary(user: User) -> bool:
    """What a returned vocabulary says is served at once: it takes the vocabulary's own
    permissions, as changing it in the admin does."""
    return user.has_perms([f"pages.change_{model._meta.model_name}" for model in MODELS])


def may_undo(user: User, record: CatalogImport) -> bool:
    """Who may translate; where it took approvals, undoing takes them away: who reviews, too."""
    language: Language = get_language(record.language)
    if record.undone_at or not may(user, Act.TRANSLATE, language):
        return False
    if record.reviewer and not may(user, Act.REVIEW, language):
        return False
    return record.catalog != Catalog.VOCABULARY or may_keep_vocabulary(user)
