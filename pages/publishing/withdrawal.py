"""Who may take a language version of a page back, and what may be done with it as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from pages.catalog.permissions import Act, may
from pages.languages import Language, all_languages, source_language
from pages.models import CurrentEdition, Release, TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release


class ReleaseAct(StrEnum):
    """What a person does with a version that was released. The value is in addresses."""

    WITHDRAW = "withdraw"
    RECALL = "recall"
    RELEASE = "release"


STATE_AFTER = {
    ReleaseAct.WITHDRAW: Release.State.WITHDRAWN,
    ReleaseAct.RECALL: Release.State.RECALLED,
    ReleaseAct.RELEASE: Release.State.RELEASED,
}
# A recall says more than a withdrawal, so it may follow one. What nobody ever released waits for
# its reviews and is released by them.
_POSSIBLE = {
    "": (),
    Release.State.RELEASED: (ReleaseAct.WITHDRAW, ReleaseAct.RECALL),
    Release.State.WITHDRAWN: (ReleaseAct.RELEASE, ReleaseAct.RECALL),
    Release.State.RECALLED: (ReleaseAct.RELEASE,),
}


class ReleaseActRefused(ValueError):
    """The version is not in a state for this act, or the act has no reason. The message says so."""


@dataclass(frozen=True, slots=True)
class LanguageVersion:
    """A page in a language. state: of Release, or "" where it was never released; public: whether
    readers find it now, which an unpublished page is in no language."""

    language: Language
    state: str
    by: str
    reason: str
    at: datetime | None
    public: bool

    @property
    def possible(self) -> Sequence[ReleaseAct]:
        return _POSSIBLE[self.state]


def language_versions(page: TreatmentPage) -> list[LanguageVersion]:
    """The page in each language of the site, in two queries."""
    stored = {row.language: row for row in Release.objects.filter(page=page)}
    rows = CurrentEdition.objects.visible_in_any_language().filter(page=page)
    public = set(rows.values_list("language", flat=True))
    versions = []
    for language in all_languages():
        row = stored.get(language.code)
        # Nobody releases the source: it is, until somebody withdraws it.
        unsaid = Release.State.RELEASED if language == source_language() else ""
        versions.append(
            LanguageVersion(
                language=language,
                state=row.state if row else unsaid,
                by=row.by if row else "",
                reason=row.reason if row else "",
                at=row.at if row else None,
                public=language.code in public,
            )
        )
    return versions


def may_withdraw(user: User | AnonymousUser, page: TreatmentPage, language: Language) -> bool:
    """Who may publish the page may in every language, and who reviews a language may in that."""
    if page.permissions_for_user(user).can_publish():
        return True
    return language != source_language() and may(user, Act.REVIEW, language)


@transaction.atomic
def change_release(
    page_id: int, language: Language, act: ReleaseAct, *, by: str, reason: str
) -> LanguageVersion:
    """Do it, and make the log agree; what it is now. A release lifts what was said before.

    Raises ReleaseActRefused, TreatmentPage.DoesNotExist.
    """
    # The row lock that reconcile takes too: two acts at once are one after the other.
    page = TreatmentPage.objects.select_for_update(of=("self",)).get(pk=page_id)
    reason = reason.strip()
    if act is not ReleaseAct.RELEASE and not reason:
        raise ReleaseActRefused(f"To {act.value} it needs a reason: it is kept with the page.")
    now = _version(page, language)
    if act not in now.possible:
        state = now.state or "never released"
        allowed = ", ".join(now.possible) or "nothing"
        raise ReleaseActRefused(
            f"The page in {language.name} is {state}. What can be done with it: {allowed}."
        )
    set_release(page_id, language, STATE_AFTER[act], by=by, reason=reason)
    reconcile(page_id)
    return _version(page, language)


def _version(page: TreatmentPage, language: Language) -> LanguageVersion:
    return next(each for each in language_versions(page) if each.language == language)
