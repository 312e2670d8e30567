"""Pre-filling: segments that nobody translated yet get what memory has for the very same words.

What is filled in waits for a review (`needs_review`, origin memory) and never takes the place of
anything. Machine translations are not passed on: they would come out as something better.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from pages.catalog.checks import failed_checks
from pages.catalog.ledger import TargetLedger, TargetRejected
from pages.catalog.memory.entries import Entry, entries_of, wordings
from pages.catalog.memory.tags import Fit, refit
from pages.catalog.segments import PageSegments, Segment, page_segments
from pages.catalog.targets import LanguageTargets, TargetRow, load_targets
from pages.document.vocabulary import Origin
from pages.languages import Language, get_language, source_language
from pages.models import Target, TreatmentPage
from pages.models.target import TargetState

BY = "translation memory"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fill:
    """A target that was filled in; entry: what it was copied from."""

    language: Language
    segment: Segment
    text: str
    entry: Entry

    @property
    def note(self) -> str:
        reviewed = f", approved by {self.entry.reviewer}" if self.entry.reviewer else ""
        return f"From memory: {self.entry.where_from}{reviewed}"


@transaction.atomic
def pretranslate(
    page: TreatmentPage, languages: Iterable[Language], *, dry_run: bool = False
) -> list[Fill]:
    """Fill what is missing of `page` as it is in memory, live or a draft; what was filled.

    Takes the page's row lock. The caller reconciles a live page after it.
    """
    if page.pk is None or page.alias_of_id:
        return []  # an alias shows the original's content, translations and all
    if connection.features.has_select_for_update:
        lock = TreatmentPage._base_manager.select_for_update().order_by()
        list(lock.filter(pk=page.pk).values_list("pk"))
    targets = load_targets(page.pk, languages)
    return fill_missing(page.pk, page_segments(page), targets, dry_run=dry_run)


def fill_missing(
    page_id: int,
    segments: PageSegments,
    targets: Mapping[str, LanguageTargets],
    *,
    dry_run: bool = False,
) -> list[Fill]:
    """The same where segments and targets are loaded already; what is filled is added to
    `targets`. No query where nothing is missing, one where memory has nothing."""
    missing = _missing(segments, targets)
    if not missing:
        return []
    fills = _fills(page_id, missing)
    if fills and not dry_run:
        fills = _stored(page_id, fills)
        for fill in fills:
            _add(targets[fill.language.code], fill)
    return fills


def _missing(
    segments: PageSegments, targets: Mapping[str, LanguageTargets]
) -> dict[str, list[Segment]]:
    """By language code: what no wording of was ever translated. A stale segment has a target,
    which is the better start."""
    found = {
        code: [segment for segment in segments if segment.key not in known.keys]
        for code, known in targets.items()
        if code != source_language().code
    }
    return {code: lacking for code, lacking in found.items() if lacking}


def _fills(page_id: int, missing: Mapping[str, Sequence[Segment]]) -> list[Fill]:
    digests = {
        digest
        for lacking in missing.values()
        for segment in lacking
        for digest in wordings(segment)
    }
    remembered: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries_of(digests, missing):
        if entry.state != TargetState.MACHINE and not entry.blocked:
            remembered.setdefault((entry.language, entry.text_digest), []).append(entry)
    if not remembered:
        return []
    gone = _retracted(page_id, missing)
    return [
        fill
        for code, lacking in missing.items()
        for segment in lacking
        if (code, segment.key, segment.digest) not in gone
        if (fill := _best(page_id, get_language(code), segment, remembered)) is not None
    ]


def _retracted(page_id: int, languages: Iterable[str]) -> set[tuple[str, str, str]]:
    """What somebody took back does not come again by itself."""
    rows = Target.objects.filter(
        page_id=page_id, language__in=list(languages), state=TargetState.RETRACTED
    )
    return set(rows.values_list("language", "key", "text_digest"))


def _best(
    page_id: int,
    language: Language,
    segment: Segment,
    remembered: Mapping[tuple[str, str], Sequence[Entry]],
) -> Fill | None:
    coded = segment.paragraph is not None
    entries = [
        entry
        for digest in wordings(segment)
        for entry in remembered.get((language.code, digest), ())
        if entry.translates(segment.text, coded=coded)
    ]
    for entry in sorted(entries, key=lambda entry: entry.rank(page_id, segment.key)):
        fit, text = refit(
            segment.text, entry.source, entry.text, coded=coded, remembered_coded=entry.coded
        )
        if fit is Fit.WHOLE and not failed_checks(segment, text):
            return Fill(language, segment, text, entry)
    return None


def _stored(page_id: int, fills: Sequence[Fill]) -> list[Fill]:
    """Those that could be stored. What somebody stored in the same moment stays."""
    stored: list[Fill] = []
    for language in dict.fromkeys(fill.language for fill in fills):
        ledger, taken = TargetLedger(language, ()), []
        for fill in fills:
            if fill.language == language and _store(ledger, page_id, fill):
                taken.append(fill)
        try:
            with transaction.atomic():
                ledger.save()
        except IntegrityError:
            logger.info("Page %s was translated into %s meanwhile.", page_id, language.code)
        else:
            stored += taken
    return stored


def _store(ledger: TargetLedger, page_id: int, fill: Fill) -> bool:
    try:
        ledger.store(
            page_id,
            fill.segment,
            fill.text,
            by=BY,
            author=fill.entry.author,
            origin=Origin.MEMORY,
            note=fill.note,
        )
    except TargetRejected as error:
        logger.info("Not filled from memory (%s): %s", fill.entry.where_from, error)
        return False
    return True


def _add(targets: LanguageTargets, fill: Fill) -> None:
    targets.keys.add(fill.segment.key)
    targets.current[fill.segment.key, fill.segment.digest] = TargetRow(
        text=fill.text,
        state=TargetState.NEEDS_REVIEW,
        origin=Origin.MEMORY.value,
        engine="",
        reviewer="",
        reviewed_at=None,
        blocked=False,
    )
