"""How far a hand-off is: what became of the units that it gave out, whichever way they came."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import Q, QuerySet

from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog
from pages.catalog.segments import page_segments
from pages.catalog.units import UnitState, unit_key
from pages.catalog.vocabulary import vocabulary_units
from pages.digest import text_digest
from pages.languages import get_language
from pages.models import Handoff, Proposal, Target, TargetChange, TreatmentPage
from pages.models.target import TargetState

# A unit as it was handed out: its key, and the digest of its source.
HandedUnit = tuple[str, str]
_HELD = "held"  # in place of a target's state
_KEEP = 24 * 3600  # seconds; a kept file never changes


@dataclass(frozen=True, slots=True)
class Progress:
    """units: handed out; returned: of those, brought back by a file with other words;
    translated: have a translation by a person of that very wording; held: of those, a check
    stands against it; approved: reviewed too, and not held; gone: not translated, and not wanted
    any more, because the page says something else now."""

    units: int
    returned: int
    translated: int
    held: int
    approved: int
    gone: int

    @property
    def is_done(self) -> bool:
        """Nothing of it waits for anybody: neither a translator nor a reviewer."""
        return self.approved + self.gone >= self.units

    @property
    def percent(self) -> int:
        """Translated, of what is still wanted, rounded down: 100 is all of it."""
        wanted = self.units - self.gone
        return 100 * self.translated // wanted if wanted else 100


def progress(handoff: Handoff) -> Progress:
    return progress_of([handoff])[handoff.pk]


def progress_of(handoffs: Sequence[Handoff]) -> Mapping[int, Progress]:
    """By id. What is stored and what pages say is read once for all of them."""
    handed = {handoff.pk: handed_units(handoff) for handoff in handoffs}
    stored = _Stored()
    for code in {handoff.language for handoff in handoffs}:
        of_language = [each for each in handoffs if each.language == code]
        if any(each.catalog == Catalog.VOCABULARY for each in of_language):
            stored.add_vocabulary(code)
        of_pages = (each for each in of_language if each.catalog != Catalog.VOCABULARY)
        stored.add_targets(code, _documents(unit for each in of_pages for unit in handed[each.pk]))
    stored.add_pages(
        unit
        for handoff in handoffs
        if handoff.catalog != Catalog.VOCABULARY
        for unit in handed[handoff.pk]
        if unit not in stored.states[handoff.language]
    )
    return {each.pk: _progress(each, handed[each.pk], stored) for each in handoffs}


def _progress(handoff: Handoff, handed: Sequence[HandedUnit], stored: _Stored) -> Progress:
    states = stored.states[handoff.language]
    found = [states.get(unit) for unit in handed]
    return Progress(
        units=len(handed),
        returned=len(_returned(handoff) & set(handed)),
        translated=sum(state is not None for state in found),
        held=sum(state == _HELD for state in found),
        approved=sum(state == TargetState.APPROVED for state in found),
        gone=sum(unit not in states and unit not in stored.wanted for unit in handed),
    )


def handed_units(handoff: Handoff) -> Sequence[HandedUnit]:
    """What the kept file asks for. Read once a day: it is the slow part."""
    name = f"handed-units-{handoff.public_id}"
    packed: bytes | None = cache.get(name)
    if packed is None:
        read = CODECS[handoff.format].read(handoff.data, get_language(handoff.language))
        lines = (f"{unit.key} {text_digest(unit.source)}" for unit in read.units)
        packed = zlib.compress("\n".join(lines).encode())  # a tenth of it as objects
        cache.set(name, packed, _KEEP)
    found = (line.partition(" ") for line in zlib.decompress(packed).decode().splitlines())
    return [(key, digest) for key, _, digest in found]


def _documents(handed: Iterable[HandedUnit]) -> set[str]:
    return {key.partition("/")[0] for key, _ in handed}


def _by_unit(rows: QuerySet[Target]) -> Iterable[tuple[HandedUnit, str]]:
    for document, key, digest, state in rows.values_list(
        "page__translation_key", "key", "text_digest", "state"
    ):
        yield (f"{document}/{key}", digest), state


# The same as Row.failing of the workspace.
_IS_HELD = ~Q(failed_checks=[]) & Q(waiver="")


@dataclass(slots=True)
class _Stored:
    """states: by language code and unit, of translations that a person has written or read;
    wanted: units that there are, in a page as it is live or in its newest draft."""

    states: dict[str, dict[HandedUnit, str]] = field(default_factory=dict)
    wanted: set[HandedUnit] = field(default_factory=set)

    def add_targets(self, code: str, documents: set[str]) -> None:
        rows = (
            Target.objects.standing()
            .exclude(state=TargetState.MACHINE)
            .filter(language=code, page__translation_key__in=documents)
        )
        known = self.states.setdefault(code, {})
        known.update(_by_unit(rows))
        known.update((unit, _HELD) for unit, _ in _by_unit(rows.filter(_IS_HELD)))

    def add_vocabulary(self, code: str) -> None:
        known = self.states.setdefault(code, {})
        for unit in vocabulary_units(get_language(code)):
            handed = (unit.key, text_digest(unit.source))
            self.wanted.add(handed)
            if unit.state == UnitState.APPROVED:
                known[handed] = TargetState.APPROVED.value

    def add_pages(self, waiting: Iterable[HandedUnit]) -> None:
        """What the pages of these units say."""
        documents = _documents(waiting)
        pages = TreatmentPage.objects.filter(alias_of=None, translation_key__in=documents)
        for page in pages.iterator(chunk_size=50):
            versions = [page]
            if page.has_unpublished_changes or not page.live:
                versions.append(page.get_latest_revision_as_object())
            for version in versions:
                for segment in page_segments(version):
                    self.wanted.add((unit_key(page, segment.key), segment.digest))


def _returned(handoff: Handoff) -> set[HandedUnit]:
    """Terms of the vocabulary keep their own history, which does not say which file it was."""
    of_import = {"catalog_import__handoff": handoff, "catalog_import__undone_at": None}
    changes = TargetChange.objects.filter(**of_import).values("target")
    proposals = Proposal.objects.filter(**of_import).values("target")
    rows = Target.objects.filter(Q(pk__in=changes) | Q(pk__in=proposals))
    return {unit for unit, _ in _by_unit(rows)}
