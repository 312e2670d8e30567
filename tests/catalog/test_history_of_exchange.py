"""Whatever editors, translators, files and undos do in whatever order, the laws of exchange hold.

One page, two translators with files of their own, an editor and a coordinator. After each act:
every unit has one verdict; no words that were ever received are lost; a second import of the same
file changes nothing; nothing unapproved is served; and all that is served is right.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import polib
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog, Scope
from pages.catalog.handoffs import record, write
from pages.catalog.ledger import ReviewRefused
from pages.catalog.recognise import ReceivedFile
from pages.catalog.segments import page_segments
from pages.catalog.targets import approve_target, store_target
from pages.catalog.undo import UndoRefused
from pages.catalog.verdicts import Acceptance, Verdict
from pages.digest import text_digest
from pages.document.vocabulary import Origin, TranslationStatus
from pages.languages import Language, get_language
from pages.models import (
    CatalogImport,
    CurrentEdition,
    Proposal,
    Target,
    TargetChange,
    TreatmentPage,
)
from pages.models.target import TargetState
from pages.publishing.editions import reconcile
from pages.publishing.returned_catalogs import import_file, undo_import
from pages.publishing.verify_translations import verify_translations
from tests import factory

SPANISH: Language = get_language("es")
PO = CODECS["po"]
SOURCES = ("Care for a back.", "Care for two backs.", "No care for a back.")
WORDS = st.sampled_from(["Uno", "Dos", "Tres", "Palabras de 2"])
TAKEN = (Verdict.APPLIED, Verdict.UNCHANGED, Verdict.SUGGESTION)
PEOPLE = st.sampled_from(["Ana", "Ben", "a file"])


class Exchange(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.files: list[bytes] = []
        self.received: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def a_page(self) -> None:
        self.page = factory.treatment(blocks=(factory.LEAD,), summary_en=SOURCES[0])
        self.export(named=True, drafts=False)

    def now(self) -> TreatmentPage:
        return TreatmentPage.objects.get(pk=self.page.pk)

    # What people do

    @rule(source=st.sampled_from(SOURCES), publish=st.booleans())
    def edit_the_source(self, source: str, publish: bool) -> None:
        draft = self.now().get_latest_revision_as_object()
        draft.summary_en = source
        revision = draft.save_revision()
        if publish:
            revision.publish()

    @rule(named=st.booleans(), drafts=st.booleans())
    def export(self, named: bool, drafts: bool) -> None:
        written = write(Catalog.TREATMENTS, SPANISH, PO, Scope(drafts=drafts), named=named)
        record(written, "Coordinator")
        self.files.append(written.data)

    @rule(data=st.data(), by=PEOPLE, reviewed=st.booleans(), per_page=st.booleans())
    def give_back(self, data: Any, by: str, reviewed: bool, per_page: bool) -> None:
        """Any file that ever went out or came back, edited in some units, or in none."""
        which = data.draw(st.integers(0, len(self.files) - 1), label="file")
        file = polib.pofile(self.files[which].decode())
        for entry in file:
            match data.draw(st.sampled_from(["leave", "leave", "write", "unflag", "empty"])):
                case "write":
                    entry.msgstr = data.draw(WORDS)
                    entry.flags = data.draw(st.sampled_from([[], ["fuzzy"]]))
                case "unflag":
                    entry.flags = []
                case "empty":
                    entry.msgstr = ""
        content = str(file).encode()
        self.files.append(content)
        self.import_twice(content, by, "Dr. Luz" if reviewed else "", per_page)

    def import_twice(self, content: bytes, by: str, reviewer: str, per_page: bool) -> None:
        acceptance = Acceptance(by=by, reviewer=reviewer)
        received = ReceivedFile("es.po", content, PO, SPANISH)
        units = PO.read(content, SPANISH).units
        self.received |= {unit.target.strip() for unit in units if unit.target.strip()}
        approved = dict(Target.objects.filter(state="approved").values_list("pk", "text"))
        rehearsal = import_file(received, acceptance, dry_run=True)
        imported = import_file(received, acceptance, per_page=per_page)
        counts = imported.report.counts()
        assert rehearsal.report.lines == imported.report.lines
        assert sum(counts.values()) == len(units)
        assert [line.unit for line in imported.report.lines] == list(units)
        for pk, text in approved.items():
            target = Target.objects.get(pk=pk)
            if not reviewer:
                assert (target.state, target.text) == ("approved", text)
            assert target.state == TargetState.APPROVED  # replaced at most by another approved
        kept = self.kept()
        for line in imported.report.lines:
            twice_in_the_file = "of the file says" in line.message
            if line.verdict in TAKEN or (
                line.verdict == Verdict.CONFLICT and not twice_in_the_file
            ):
                assert line.unit.target.strip() in {*kept, ""}, line
        state = self.state()
        again = import_file(received, acceptance, per_page=per_page)
        assert again.report.counts()[Verdict.APPLIED] == 0
        assert again.report.counts()[Verdict.SUGGESTION] == 0
        assert again.report.changes == 0
        assert self.state() == state

    def kept(self) -> set[str]:
        """All words that stand in the database, or stood or were proposed there once."""
        kept = {text.strip() for text in Target.objects.values_list("text", flat=True)}
        kept |= {text.strip() for text in Proposal.objects.values_list("text", flat=True)}
        for change in TargetChange.objects.all():
            kept |= {held["text"].strip() for held in (change.before, change.after) if held}
        return kept

    def state(self) -> list[Any]:
        return [
            list(model.objects.order_by("pk").values())
            for model in (Target, TargetChange, Proposal, CurrentEdition)
        ]

    @rule(data=st.data(), words=WORDS, by=PEOPLE, approve=st.booleans())
    def translate_in_the_admin(self, data: Any, words: str, by: str, approve: bool) -> None:
        segment = data.draw(st.sampled_from(list(page_segments(self.now()))))
        with transaction.atomic():
            target = store_target(self.page.pk, SPANISH, segment, words, by=by, origin=Origin.HUMAN)
            if approve and target.state != TargetState.APPROVED:
                try:
                    approve_target(target, by="Dr. Mar")
                except ReviewRefused:
                    assert target.failed_checks
            reconcile(self.page.pk, [SPANISH])
        self.received.add(target.text.strip())

    @precondition(lambda self: CatalogImport.objects.exists())
    @rule(data=st.data())
    def undo(self, data: Any) -> None:
        record = data.draw(st.sampled_from(list(CatalogImport.objects.order_by("pk"))))
        try:
            undone = undo_import(record, by="Coordinator")
        except UndoRefused:
            assert record.undone_at
            return
        newest = record.changes.order_by("pk").last()
        assert undone.restored or undone.left or newest is None
        assert not record.proposals.filter(resolution="").exists()

    # What holds

    @invariant()
    def no_words_are_lost(self) -> None:
        kept = self.kept()
        for words in self.received - kept:
            composed = unicodedata.normalize("NFC", words)
            files = (kept_file.data.decode() for kept_file in CatalogImport.objects.all())
            assert composed in kept or any(words in file for file in files)

    @invariant()
    def nothing_is_served_that_nobody_approved(self) -> None:
        row = CurrentEdition.objects.filter(page=self.page, language="es").first()
        if row is None:
            return
        document = json.loads(bytes(row.edition.body))
        page = self.now()
        for name, said in (("heading", document["heading"]), ("summary", document["summary"])):
            source = getattr(page, f"{name}_en")
            found = Target.objects.filter(
                page=page, language="es", key=name, text_digest=text_digest(source)
            ).first()
            approved = found is not None and found.state == TargetState.APPROVED
            assert (said["translation"]["status"] == TranslationStatus.APPROVED) == approved
            assert said["text"] == (found.text if found and approved else source)

    @invariant()
    def all_that_is_served_is_right(self) -> None:
        assert verify_translations().faults == []


class TestExchange(TestCase, Exchange.TestCase):
    settings = settings(
        max_examples=20,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
