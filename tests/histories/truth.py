"""What the public may know, told from Wagtail's own tables and the acts of release alone.

The other opinion: nothing here reads the edition log or asks pages.publishing.
"""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from pages.catalog.segments import page_segments
from pages.models import Release, Target, TreatmentPage
from pages.models.target import TargetState
from tests.histories.app import Key

LANGUAGES = ("en", "es", "ar")
# A word that stands in one wording alone: of a draft, or of a translation.
DRAFT_WORD = re.compile(rb"qdraft[a-z]+q")
TARGET_WORD = re.compile(rb"qword[a-z]+q")


def why_hidden(now: datetime) -> dict[Key, str]:
    """By each page that there is and language: "" where it is public, else what apps are told."""
    sites = tuple(Site.objects.values_list("root_page__path", flat=True))
    private = tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    releases = {
        (row.page_id, row.language): row.state
        for row in Release.objects.filter(language__in=LANGUAGES)
    }
    pages = TreatmentPage.objects.values_list(
        "translation_key", "pk", "path", "live", "expired", "expire_at", named=True
    )
    return {
        (str(page.translation_key), code): _why(page, code, now, releases, sites, private)
        for page in pages
        for code in LANGUAGES
    }


def _why(
    page: Any,
    code: str,
    now: datetime,
    releases: dict[tuple[int, str], str],
    sites: tuple[str, ...],
    private: tuple[str, ...],
) -> str:
    source = releases.get((page.pk, "en"), "released")
    states = {source, releases.get((page.pk, code), source if code == "en" else "never")}
    if "recalled" in states:
        return "recalled"
    if not page.live:
        return "expired" if page.expired else "unpublished"
    if page.expire_at and page.expire_at <= now:
        return "expired"
    if not page.path.startswith(sites):
        return "moved"
    if page.path.startswith(private or ("nowhere",)):
        return "unpublished"
    return "" if states == {"released"} else "withdrawn"


@dataclass
class Truth:
    """What was public when, looked at after every act.

    lives: how often a page became public in a language; reasons: what may be said of one that is
    gone; by_clock: those whose end nobody has recorded yet.
    """

    public: set[Key] = field(default_factory=set)
    lives: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    reasons: dict[Key, set[str]] = field(default_factory=dict)
    by_clock: set[Key] = field(default_factory=set)
    began: datetime = field(default_factory=timezone.now)

    def before_an_act(self) -> None:
        """Whatever ends now is ended by the clock."""
        self.began = timezone.now()
        self.by_clock |= self._look(())

    def after_an_act(self) -> None:
        gone = set(self.reasons)
        ended = self._look(self.by_clock & gone)
        # Of what the clock ended while the act lasted, nothing is recorded either.
        self.by_clock = {key for key in ended if self.reasons[key] == {"expired"}}
        for key, why in why_hidden(self.began).items():
            if not why and key in gone and key in self.reasons:
                # What began and ended while the act lasted may have been told or not.
                self.lives[key] += 1
                self.reasons[key].add("expired")
                self.by_clock.add(key)
            elif why and key in ended:
                # The act took it away, or the clock while the act lasted.
                self.reasons[key].add(why)

    def _look(self, also: Iterable[Key]) -> set[Key]:
        """also: of which another reason counts too; gives what ended since the last look."""
        hidden = why_hidden(timezone.now())
        for key in set(self.reasons) | self.public:
            hidden.setdefault(key, "unpublished")  # deleted
        ended = {key for key in self.public if hidden[key]}
        for key, why in hidden.items():
            if not why:
                self.lives[key] += key not in self.public
                self.reasons.pop(key, None)
            elif key in self.public or (key in self.reasons and why == "recalled"):
                self.reasons[key] = {why}
            elif key in also:
                self.reasons[key].add(why)
        self.public = {key for key, why in hidden.items() if not why}
        return ended

    def public_then(self, moment: datetime) -> set[Key]:
        """At a moment since the last look. SQLite's clock drops what is less than a millisecond."""
        hidden = why_hidden(moment - timedelta(milliseconds=1))
        return {key for key in self.public if not hidden[key]}

    def copy(self) -> Truth:
        return copy.deepcopy(self)


def words_that_may_be_served() -> set[bytes]:
    """The words of translations that are approved, and of what the page says now."""
    current = {
        (page.pk, segment.key, segment.digest)
        for page in TreatmentPage.objects.all()
        for segment in page_segments(page)
    }
    approved = Target.objects.filter(state=TargetState.APPROVED)
    return {
        word
        for target in approved
        if (target.page_id, target.key, target.text_digest) in current
        for word in TARGET_WORD.findall(target.text.encode())
    }
