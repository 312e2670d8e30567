"""What is new in the work of each translator since they were last told: one digest a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from pages.catalog.open_work import OpenPage, OpenSegment, Task
from pages.catalog.permissions import Act, language_permissions, languages_of
from pages.languages import Language
from pages.models import NoticePreference, Target, WorkNotice

_MARK = 8  # hexadecimal digits


def readers() -> Sequence[User]:
    """Whom digests are for: active, with an address, at work in a language by a group or
    directly (a superuser only if so), allowed into the admin, and not against it."""
    codes = [code for code, _ in language_permissions()]
    content_type = ContentType.objects.get_for_model(Target)
    granted = Permission.objects.filter(content_type=content_type, codename__in=codes)
    users = (
        User.objects.filter(Q(groups__permissions__in=granted) | Q(user_permissions__in=granted))
        .filter(is_active=True)
        .exclude(email="")
        .exclude(pk__in=NoticePreference.objects.filter(wants_digest=False).values("user"))
        .order_by("pk")
        .distinct()
    )
    return [user for user in users if user.has_perm("wagtailadmin.access_admin")]


@dataclass(frozen=True, slots=True)
class NewPage:
    """new: tasks by kind that the reader was not told of; open: how many there are in all."""

    page_id: int
    title: str
    new: Mapping[Task, int]
    new_critical: int
    open: int

    @property
    def total(self) -> int:
        return sum(self.new.values())


@dataclass(frozen=True, slots=True)
class NewInLanguage:
    """pages: those with unfinished critical blocks first; told: what to remember when sent."""

    language: Language
    pages: tuple[NewPage, ...]
    told: Mapping[str, str]

    @property
    def total(self) -> int:
        return sum(page.total for page in self.pages)


def news_for(
    user: User, work: Mapping[str, Sequence[OpenPage]], told: Mapping[str, WorkNotice]
) -> list[NewInLanguage]:
    """Of each language of the user, also those without anything new. told: by language code."""
    found = []
    for language in languages_of(user):
        notice = told.get(language.code)
        acts = {act for act in Act if language in languages_of(user, act)}
        found.append(_news(language, work[language.code], acts, notice.told if notice else {}))
    return found


def _news(
    language: Language, pages: Sequence[OpenPage], acts: set[Act], before: Mapping[str, str]
) -> NewInLanguage:
    news, told = [], {}
    for page in pages:
        mine = [segment for segment in page.segments if segment.task.act in acts]
        if not mine:
            continue
        told[str(page.page_id)] = "".join(sorted(segment.mark for segment in mine))
        known = _marks(before.get(str(page.page_id), ""))
        if new := [segment for segment in mine if segment.mark not in known]:
            news.append(_new_page(page, new, len(mine)))
    news.sort(key=lambda page: not page.new_critical)  # stable: then by title
    return NewInLanguage(language, tuple(news), told)


def _marks(told: str) -> set[str]:
    return {told[start : start + _MARK] for start in range(0, len(told), _MARK)}


def _new_page(page: OpenPage, new: Sequence[OpenSegment], number_open: int) -> NewPage:
    return NewPage(
        page.page_id,
        page.title,
        Counter(segment.task for segment in new),
        sum(segment.critical for segment in new),
        number_open,
    )
