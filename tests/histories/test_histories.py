"""Whatever editors, translators and the clock do in whatever order, an app that syncs when it
likes ends with the bytes that a fresh one is given, and was never given anything else.

BENCH=1: 500 histories, instead of those that fit into a minute. HISTORIES: so many, which others
with each --hypothesis-seed: 500 in parts.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from wagtail.models import Page, PageViewRestriction, Site

from pages.catalog.ledger import ReviewRefused
from pages.catalog.segments import page_segments
from pages.catalog.targets import approve_target, store_target, stored_targets
from pages.document.vocabulary import Origin
from pages.languages import Language, get_language
from pages.models import (
    Bundle,
    Category,
    CurrentEdition,
    FeedEpoch,
    Release,
    Target,
    TreatmentIndexPage,
    TreatmentPage,
)
from pages.models.target import TargetState
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from pages.publishing.verify import verify_editions
from tests import factory
from tests.bundles.reading import Opened, open_bundle
from tests.feed_app import take_positions
from tests.histories.app import Answer, App, BeginAnew, Key
from tests.histories.truth import (
    DRAFT_WORD,
    LANGUAGES,
    TARGET_WORD,
    Truth,
    words_that_may_be_served,
)

HISTORIES = int(os.environ.get("HISTORIES") or (500 if os.environ.get("BENCH") == "1" else 6))
EAGER = 3
BUNDLED = 1
NAMES = ("qalphaq", "qbravoq", "qcharlieq")
TARGETS = st.sampled_from(LANGUAGES[1:])
LIMITS = st.integers(1, 5)
WHICH = st.integers(0, 10)


class Shipped(NamedTuple):
    """A bundle on an app's disk. epoch: of the log that it is of; public, lives: Truth's then."""

    bundle: Opened
    epoch: str
    public: set[Key]
    lives: dict[Key, int]


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.truth = Truth()
        # The last one asks after every act; the others when they like.
        self.apps = [App(("en", "es")), App(("es",)), App(("ar", "en")), App(("en", "es"))]
        self.told: list[dict[Key, int]] = [{} for _ in self.apps]
        self.at_the_start: list[tuple[set[Key], dict[Key, int]]] = [(set(), {}) for _ in self.apps]
        self.backup: tuple[str, Truth] | None = None
        self.shipped: Shipped | None = None
        self.words = 0

    def teardown(self) -> None:
        try:
            for number in range(len(self.apps)):
                self.catch_up(number, 100)
            assert verify_editions()[1] == []
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            cache.clear()

    @initialize()
    def begin(self) -> None:
        self.places = list(TreatmentIndexPage.objects.order_by("pk"))
        self.category = Category.objects.get()
        self.sync_one_page(EAGER, 100)

    def word(self, kind: str) -> str:
        """One that was never there before, in letters: a check compares numbers."""
        self.words += 1
        letters = "".join("abcdefghij"[int(digit)] for digit in str(self.words))
        return f"q{kind}{letters}q"

    def a_page(self, which: int) -> TreatmentPage:
        """A new one, where there is none."""
        if not TreatmentPage.objects.exists():
            self.publish_new()
        pages = list(TreatmentPage.objects.order_by("pk"))
        return pages[which % len(pages)]

    def act(self) -> Any:
        """What a person or the clock does, between two looks at what is true."""
        return _Act(self)

    # What editors do

    @rule()
    def publish_new(self) -> None:
        taken = set(TreatmentPage.objects.values_list("slug", flat=True))
        name = next((each for each in NAMES if each not in taken), None)
        if name is None:
            return
        with self.act():
            publish(name, self.category)

    @rule(which=WHICH, critical=st.booleans(), link=st.booleans())
    def publish_a_change(self, which: int, critical: bool, link: bool) -> None:
        """What is critical is not translated any more, and what links is made of two pages."""
        page, other = self.a_page(which), self.a_page(which + 1)
        said = {"items": [{"text": f"A {self.word('source')}.", "severity": "absolute"}]}
        relation = {"kind": "complements", "treatment": other.pk, "text": "Both."}
        blocks = [
            ("lead", "lead", {"text": f"A {self.word('source')} lead."}),
            ("warning", "contraindications", said) if critical else factory.WARNING,
        ]
        with self.act():
            factory.edit(page, [*blocks, ("r", "relation", relation)] if link else blocks)

    @rule(which=WHICH)
    def draft(self, which: int) -> None:
        draft = self.a_page(which)
        with self.act():
            draft.summary_en = f"A {self.word('draft')}."
            draft.save_revision()

    @rule(which=WHICH)
    def unpublish(self, which: int) -> None:
        page = self.a_page(which)
        with self.act():
            page.unpublish()

    @rule(which=WHICH)
    def republish(self, which: int) -> None:
        page = self.a_page(which)
        with self.act():
            factory.edit(page, expire_at=None)

    @rule(which=WHICH)
    def delete(self, which: int) -> None:
        page = self.a_page(which)
        with self.act():
            page.delete()

    @rule(which=WHICH, place=st.integers(0, 2))
    def move(self, which: int, place: int) -> None:
        page, target = self.a_page(which), Page.objects.get(pk=self.places[place].pk)
        with self.act():
            page.move(target, pos="last-child")

    @rule(which=WHICH)
    def change_privacy(self, which: int) -> None:
        page = self.a_page(which)
        with self.act():
            found = PageViewRestriction.objects.filter(page=page).first()
            if found:
                found.delete()
            else:
                PageViewRestriction.objects.create(page=page, restriction_type="login")

    @rule(inside=st.booleans())
    def change_the_site(self, inside: bool) -> None:
        with self.act():
            site = Site.objects.get(is_default_site=True)
            site.root_page = Page.objects.get(pk=self.places[0 if inside else 2].pk)
            if inside:
                site.root_page = site.root_page.get_parent()
            site.save()

    @rule()
    def change_a_snippet(self) -> None:
        with self.act():
            self.category.name_en = f"A {self.word('source')}"
            self.category.save()

    # What translators and reviewers do

    @rule(which=WHICH, code=TARGETS, machine=st.booleans())
    def translate(self, which: int, code: str, machine: bool) -> None:
        page = self.a_page(which)
        with self.act():
            translate(page, get_language(code), machine=machine, word=lambda: self.word("word"))

    @rule(which=WHICH, code=TARGETS)
    def review(self, which: int, code: str) -> None:
        page = self.a_page(which)
        with self.act():
            review(page, code)

    @rule(which=WHICH)
    def take_an_approval_back(self, which: int) -> None:
        approved = list(Target.objects.filter(state="approved", page__isnull=False).order_by("pk"))
        if not approved:
            return
        target = approved[which % len(approved)]
        with self.act():
            ledger = stored_targets(get_language(target.language), [target.page_id])
            found = ledger.get(target.page_id, target.key, target.text_digest)
            ledger.reopen(found, by="Dr. Luz")
            ledger.save()
            reconcile(target.page_id)

    @rule(which=WHICH, code=st.sampled_from(LANGUAGES), state=st.sampled_from(Release.State.values))
    def release_withdraw_or_recall(self, which: int, code: str, state: str) -> None:
        page = self.a_page(which)
        with self.act():
            set_release(page.pk, get_language(code), state, by="Dr. Luz", reason="Seen by her.")
            reconcile(page.pk)

    # What the clock does

    @rule(which=WHICH, milliseconds=st.integers(-100, 600))
    def publish_with_an_end(self, which: int, milliseconds: int) -> None:
        page = self.a_page(which)
        with self.act():
            ends = timezone.now() + timedelta(milliseconds=milliseconds)
            factory.edit(page, expire_at=ends)

    @rule()
    def time_passes(self) -> None:
        """Up to the next end, if there is one."""
        now = timezone.now()
        ends = TreatmentPage.objects.filter(expire_at__gt=now).order_by("expire_at")
        if end := ends.values_list("expire_at", flat=True).first():
            time.sleep((end - now).total_seconds() + 0.002)
        self.sync_one_page(EAGER, 100)

    @rule()
    def run_the_scheduler(self) -> None:
        with self.act():
            call_command("publish_scheduled")

    # What an operator does

    @rule()
    def back_up(self) -> None:
        take_positions()
        self.truth.before_an_act()
        self.backup = (transaction.savepoint(), self.truth.copy())

    @rule()
    def restore(self) -> None:
        if self.backup is None:
            return
        took, truth = self.backup
        transaction.savepoint_rollback(took)
        cache.clear()  # of the server that begins with the restored database
        self.truth, self.backup = truth, None
        self.category = Category.objects.get(pk=self.category.pk)
        call_command("renew_feed")
        for app in self.apps:
            if app.cursor is not None:
                self.is_refused(app)

    # What apps do

    @rule(number=st.integers(0, 2), limit=LIMITS)
    def sync(self, number: int, limit: int) -> None:
        self.sync_one_page(number, limit)

    @rule(form=st.sampled_from(Bundle.Format.values))
    def make_a_bundle(self, form: str) -> None:
        """One that is new now, and that somebody opens when they like."""
        app = self.apps[BUNDLED]
        (code,) = app.languages
        take_positions()
        self.truth.before_an_act()
        began = timezone.now()
        response = app.client.get(f"/api/v1/{code}/bundle.{form}")
        assert response.status_code == 200
        bundle = open_bundle(response.getvalue())
        self.truth.before_an_act()
        held = {(key, code) for key in bundle.documents}
        public = {key for key in self.truth.public if key[1] == code}
        earlier = {key for key in self.truth.public_then(began) if key[1] == code}
        assert public <= held <= public | earlier | self.truth.by_clock
        check_words(b"".join(bundle.documents.values()))
        epoch = FeedEpoch.objects.get().epoch
        self.shipped = Shipped(bundle, epoch, held, dict(self.truth.lives))

    @rule(form=st.sampled_from(Bundle.Format.values), new=st.booleans())
    def begin_with_a_bundle(self, form: str, new: bool) -> None:
        """Instead of asking for everything; one of before a restore is refused."""
        if new or self.shipped is None:
            self.make_a_bundle(form)
        assert self.shipped
        app = self.apps[BUNDLED]
        app.begin_with(self.shipped.bundle)
        self.told[BUNDLED] = {}
        self.at_the_start[BUNDLED] = (self.shipped.public, self.shipped.lives)
        if self.shipped.epoch != FeedEpoch.objects.get().epoch:
            self.is_refused(app)

    def is_refused(self, app: App) -> None:
        """And forgets what it has."""
        try:
            app.ask(1)
        except BeginAnew:
            return
        raise AssertionError("A cursor of before the restore was answered.")

    def sync_one_page(self, number: int, limit: int) -> bool:
        """Whether there is more."""
        app = self.apps[number]
        # What this act does not change is what the clock changes, on both sides of the answer.
        self.truth.before_an_act()
        if app.cursor is None:
            self.told[number] = {}
            self.at_the_start[number] = (set(self.truth.public), dict(self.truth.lives))
        began = timezone.now()
        answer = app.ask(limit)
        self.truth.before_an_act()
        self.check_items(number, answer, self.truth.public_then(began) | self.truth.public)
        check_words(answer.content)
        return answer.has_more

    def check_items(self, number: int, answer: Answer, public: set[Key]) -> None:
        had, lives = self.at_the_start[number]
        for item in answer.items:
            key = (item["id"], item["language"])
            if "document" in item:
                assert key in public or key in self.truth.by_clock, item
                continue
            assert item["reason"] in self.truth.reasons[key], (item, self.truth.reasons[key])
            life = self.truth.lives[key]
            if item["reason"] != "recalled":
                assert key in had or life > lives.get(key, 0), f"it never had {item}"
                assert self.told[number].get(key) != life, f"gone, told twice: {item}"
            self.told[number][key] = life

    @rule(number=st.integers(0, 2), limit=LIMITS)
    def catch_up(self, number: int, limit: int) -> None:
        """And compare with an app that has nothing, with the reads of one document, and with what
        is true."""
        while self.sync_one_page(number, limit):
            pass
        app, fresh = self.apps[number], App(self.apps[number].languages)
        began = timezone.now()
        while fresh.ask(limit).has_more:
            pass
        while self.sync_one_page(number, limit):
            pass  # what the clock ended in between
        for key in set(fresh.held) - set(app.held):
            assert self.truth.reasons[key] == {"expired"}
            del fresh.held[key]
        assert app.held == fresh.held
        self.truth.before_an_act()
        mine = {key for key in self.truth.public if key[1] in app.languages}
        earlier = {key for key in self.truth.public_then(began) if key[1] in app.languages}
        assert mine <= set(app.held) <= mine | earlier | self.truth.by_clock
        for key in mine:
            read = app.client.get(f"/api/v1/{key[1]}/treatments/{key[0]}/")
            if read.status_code == 200:
                assert read.content == app.held[key]
            else:
                self.truth.before_an_act()
                assert key not in self.truth.public


def a_site() -> None:
    """Two pages, one of them in two languages, and places that are not public."""
    index = factory.index_page()
    private = index.get_parent().add_child(
        instance=TreatmentIndexPage(title="Private", slug="private")
    )
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    nowhere = TreatmentIndexPage(title="Nowhere", slug="nowhere")
    Page.get_first_root_node().add_child(instance=nowhere)
    category = Category.objects.create(slug="manual", name_en="Manual")
    page, _ = (publish(name, category) for name in NAMES[:2])
    translate(page, get_language("es"), machine=False, word=lambda: "qwordsiteq")
    review(page, "es")
    take_positions()


def publish(name: str, category: Category) -> TreatmentPage:
    return factory.treatment(name, (factory.LEAD, factory.WARNING), category=category)


def translate(
    page: TreatmentPage, language: Language, *, machine: bool, word: Callable[[], str]
) -> None:
    state = TargetState.MACHINE if machine else TargetState.NEEDS_REVIEW
    origin = Origin.MACHINE if machine else Origin.HUMAN
    for segment in page_segments(page):
        there = Target.objects.filter(
            page=page, language=language.code, key=segment.key, text_digest=segment.digest
        ).first()
        if there is None or there.state == state:
            text = f"{factory.words(segment, language)} {word()}"
            store_target(page.pk, language, segment, text, by="Ana", origin=origin, state=state)
    reconcile(page.pk)


def review(page: TreatmentPage, code: str) -> None:
    for target in Target.objects.filter(page=page, language=code).exclude(state="approved"):
        try:
            approve_target(target, by="Dr. Luz", qualification="MD")
        except ReviewRefused:
            assert target.failed_checks
    reconcile(page.pk)


class _Act:
    def __init__(self, history: History) -> None:
        self.history = history

    def __enter__(self) -> None:
        self.history.truth.before_an_act()

    def __exit__(self, *raised: object) -> None:
        take_positions()
        self.history.truth.after_an_act()
        self.history.sync_one_page(EAGER, 100)


def check_words(content: bytes) -> None:
    """No draft, no translation that is not reviewed or is of another wording, and no name of a
    page that the log says is gone."""
    assert not DRAFT_WORD.findall(content)
    if words := set(TARGET_WORD.findall(content)):
        assert words <= words_that_may_be_served()
    public = CurrentEdition.objects.values("page")
    for slug in TreatmentPage.objects.exclude(pk__in=public).values_list("slug", flat=True):
        assert slug.encode() not in content


class TestHistories(TestCase, History.TestCase):
    settings = settings(
        max_examples=HISTORIES,
        stateful_step_count=30,
        deadline=None,
        # The clock is the real one: a shorter history may not be the same one.
        phases=(Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )

    @classmethod
    def setUpTestData(cls) -> None:
        """Once: it takes as long as ten acts."""
        a_site()
