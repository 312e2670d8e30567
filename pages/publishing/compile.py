"""compile(page, language) -> Document: a pure function, shared by publishing and previews.

Blocks are served whole, in one language; what cannot be served falls back to the current
source, and says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings

from pages.blocks.context import BlockContext, References, interface_word
from pages.blocks.labels import LABELS
from pages.catalog.segments import BlockSegments, PageSegments, Segment, translate_raw
from pages.catalog.targets import LanguageTargets, TargetRow
from pages.document.bidi import isolate
from pages.document.nodes import (
    Block,
    Code,
    Coverage,
    Document,
    Image,
    LocalNames,
    LocalText,
    Reviewer,
    Translation,
    VocabularyItem,
)
from pages.document.plain_text import block_text
from pages.document.vocabulary import Origin, Specialty, TranslationStatus
from pages.languages import Language, source_language
from pages.publishing.prose import compile_prose
from pages.publishing.references import Gathered, treatment_url
from pages.publishing.serving import Candidate, Policy, decide

if TYPE_CHECKING:
    from pages.models.vocabulary import Practitioner, VocabularyTerm


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What all languages of a page share. Dates are days, expires_at is when the page ends; keys
    are primary keys."""

    document_id: str
    slug: str
    specialty: str
    codes: tuple[Code, ...]
    image: int | None
    category: VocabularyTerm | None
    body_region: VocabularyTerm | None
    clinics: tuple[VocabularyTerm, ...]
    reviewed_by: Practitioner | None
    last_reviewed: date | None
    review_due: date | None
    valid_until: date | None
    expires_at: datetime | None


def compile_document(
    facts: PageFacts,
    segments: PageSegments,
    gathered: Gathered,
    targets: LanguageTargets,
    language: Language,
    policy: Policy,
) -> Document:
    """The page in `language`. Same arguments, same Document; reads no clock and no database."""
    return _Compiler(facts, segments, gathered, targets, language, policy).document()


class _Compiler:
    def __init__(
        self,
        facts: PageFacts,
        segments: PageSegments,
        gathered: Gathered,
        targets: LanguageTargets,
        language: Language,
        policy: Policy,
    ) -> None:
        self.facts = facts
        self.segments = segments
        self.gathered = gathered
        self.targets = targets
        self.language = language
        self.policy = policy
        self.source = source_language()

    @cached_property
    def references(self) -> References:
        return self.gathered.in_language(self.language)

    @cached_property
    def source_references(self) -> References:
        return self.gathered.in_language(self.source)

    def document(self) -> Document:
        facts, language = self.facts, self.language
        blocks = tuple(self.block(found) for found in self.segments.blocks)
        return Document(
            id=facts.document_id,
            slug=facts.slug,
            url=treatment_url(language.code, facts.slug),
            lang=language.code,
            dir=language.dir,
            source_lang=self.source.code,
            heading=self.scalar("heading"),
            also_called=self.also_called(),
            summary=self.scalar("summary"),
            image=self.image(),
            specialty=facts.specialty,
            specialty_label=interface_word(LABELS[Specialty(facts.specialty)], language.code),
            category=self.vocabulary(facts.category),
            body_region=self.vocabulary(facts.body_region),
            clinics=tuple(item for clinic in facts.clinics if (item := self.vocabulary(clinic))),
            codes=facts.codes,
            reviewed_by=self.reviewer(),
            last_reviewed=_day(facts.last_reviewed),
            review_due=_day(facts.review_due),
            valid_until=_day(facts.valid_until),
            expires_at=_exact(facts.expires_at) if facts.expires_at else None,
            max_stale=settings.OFFLINE_MAX_STALE,
            coverage=Coverage(
                blocks=len(blocks),
                in_language=sum(not block.translation.status.fell_back for block in blocks),
            ),
            blocks=blocks,
        )

    # Deciding

    def judge(
        self, found: Sequence[Segment], *, critical: bool
    ) -> tuple[Language, Translation, dict[str, str]]:
        """(the language served, what to say of it, the texts by segment key)."""
        if self.language == self.source:
            return self.source, Translation(status=TranslationStatus.SOURCE), {}
        rows = [self.targets.current.get((segment.key, segment.digest)) for segment in found]
        status = decide(
            [
                Candidate(row.state, blocked=row.blocked)
                if row
                else Candidate(None, outdated=segment.key in self.targets.keys)
                for segment, row in zip(found, rows, strict=True)
            ],
            critical=critical,
            policy=self.policy,
        )
        if status.fell_back:
            return self.source, Translation(status=status), {}
        served = cast("list[TargetRow]", rows)  # decide() falls back where one is None
        texts = {segment.key: row.text for segment, row in zip(found, served, strict=True)}
        if len(texts) < len(found):
            # Two segments share a key, in a body that no form saved: one's words would be
            # served in the other's place.
            return self.source, Translation(status=TranslationStatus.MISSING), {}
        return self.language, _translation(status, served), texts

    # Blocks

    @cached_property
    def references_digest(self) -> bytes:
        known = repr((self.references, self.source_references)).encode()
        return hashlib.blake2b(known, digest_size=16).digest()

    def block(self, found: BlockSegments) -> Block:
        """The block, remembered from an earlier compile where all that it is made of is the same.

        Most of a page is: an edit changes one block, a review one language.
        """
        current, keys = self.targets.current, self.targets.keys
        made_of = (
            found.id,
            found.stored,
            self.language.code,
            self.policy,
            tuple(current.get((segment.key, segment.digest)) for segment in found.segments),
            tuple(segment.key in keys for segment in found.segments),
            self.references_digest,
        )
        block = _remembered.get(made_of)
        if block is None:
            if len(_remembered) >= MOST_REMEMBERED:
                _remembered.clear()
            block = _remembered[made_of] = self.new_block(found)
        return block

    def new_block(self, found: BlockSegments) -> Block:
        critical = found.critical
        language, translation, texts = self.judge(found.segments, critical=critical)
        context = BlockContext(
            id=found.id,
            aspect=found.block.aspect_of(found.raw),
            critical=critical,
            language=language,
            translation=translation,
            references=self.references if language == self.language else self.source_references,
            prose=_PROSE,
        )
        raw = translate_raw(found, texts) if texts else found.raw
        node: Block = found.block.to_node(raw, context)
        return replace(node, fallback_text=block_text(node))

    # The page's own texts

    def scalar(self, name: str) -> LocalText:
        text, language, translation = self.scalar_text(name)
        return LocalText(
            text=_isolated(text, language),
            lang=language.code,
            dir=language.dir,
            translation=translation,
        )

    def scalar_text(
        self, name: str, *, reviewed_only: bool = False
    ) -> tuple[str, Language, Translation]:
        segment = self.segments.scalars.get(name)
        if segment is None:  # an unfinished draft
            return "", self.source, Translation(status=TranslationStatus.MISSING)
        language, translation, texts = self.judge((segment,), critical=reviewed_only)
        return texts.get(segment.key, segment.text), language, translation

    def also_called(self) -> LocalNames | None:
        if "also_called" not in self.segments.scalars:
            return None
        text, language, translation = self.scalar_text("also_called")
        names = (line.strip() for line in text.splitlines())
        return LocalNames(
            items=tuple(_isolated(name, language) for name in names if name),
            lang=language.code,
            dir=language.dir,
            translation=translation,
        )

    def image(self) -> Image | None:
        found = self.gathered.images.get(self.facts.image or 0)
        if found is None:
            return None
        # An image has no place to say that its words were not reviewed.
        text, language, _ = self.scalar_text("image_alt", reviewed_only=True)
        return replace(found, alt=_isolated(text, language), alt_lang=language.code)

    def vocabulary(self, term: VocabularyTerm | None) -> VocabularyItem | None:
        if term is None:
            return None
        name, language = _term_text(term, term.translated[0], self.language)
        return VocabularyItem(
            slug=term.slug,
            name=_isolated(name, language),
            lang=language.code,
            dir=language.dir,
        )

    def reviewer(self) -> Reviewer | None:
        person = self.facts.reviewed_by
        if person is None:
            return None
        language = self.language
        if any(
            person.text(field, self.source) and person.text(field, language) is None
            for field in person.translated
        ):
            language = self.source  # one language for the whole entry
        return Reviewer(
            slug=person.slug,
            name=person.name,
            credentials=_isolated(person.text("credentials", language) or "", language),
            role=_isolated(person.text("role", language) or "", language),
            lang=language.code,
            dir=language.dir,
        )


# Blocks by everything that they are made of; some 5 KB each.
MOST_REMEMBERED = 8192
_remembered: dict[tuple[object, ...], Block] = {}


def forget_blocks() -> None:
    """As after a start of the process: for tests and measurements."""
    _remembered.clear()


_PROSE: Callable[[Any, BlockContext], Any] = compile_prose


def _translation(status: TranslationStatus, rows: Sequence[TargetRow]) -> Translation:
    reviewed = [row.reviewed_at for row in rows if row.reviewed_at]
    return Translation(
        status=status,
        origin=Origin(_one(row.origin for row in rows) or Origin.MIXED),
        engine=", ".join(sorted({row.engine for row in rows if row.engine})) or None,
        reviewed_by=", ".join(sorted({row.reviewer for row in rows if row.reviewer})) or None,
        reviewed_at=_moment(max(reviewed)) if reviewed else None,
    )


def _one(values: Iterable[str]) -> str | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _term_text(term: VocabularyTerm, field: str, language: Language) -> tuple[str, Language]:
    if text := term.text(field, language):
        return text, language
    return term.text(field, source_language()) or "", source_language()


def _isolated(text: str, language: Language) -> str:
    return isolate(text) if language.dir == "rtl" else text


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")


def _exact(value: datetime) -> str:
    # To the microsecond: two ends are never the same bytes, so that a new end is a new edition.
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def site_policy() -> Policy:
    return Policy(settings.UNREVIEWED_POLICY)
