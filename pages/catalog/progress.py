"""How far a hand-off is: what became of the units that it gave out, whichever way they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
_KEEP = 30 * 24 * 3600  # seconds: a kept file never changes


@dataclass(frozen=True, slots=True)
class Progress:
    """units: handed out; returned: of those, brought back by a file with
    other words; translated: have a
    translation by a person of that very wording; approved: reviewed too; gone: not translated,
    and not wanted any more, because the page says something else now."""

    units: int
    returned: int
    translated: int
    approved: int
    gone: int

    @property
    def is_done(self) -> bool:
        return self.translated + self.gone >= self.units

    @property
    def percent(self) -> int:
        """Translated, of what is still wanted, rounded down: 100 is all of it."""
        wanted = self.units - self.gone
        return 100 * self.translated // wanted if wanted else 100


def progress(handoff: Handoff) -> Progress:
    handed = handed_units(handoff)
    if handoff.catalog == Catalog.VOCABULARY:
        states, wanted = _vocabulary(handoff)
        returned = 0  # terms keep their own history, which does not say which file it was
    else:
        states = _stored_states(handoff, handed)
        wanted = _wanted(handed, states)
        returned = len(_returned(handoff) & set(handed))
    found = [states.get(unit) for unit in handed]
    translated = sum(state is not None for state in found)
    return Progress(
        units=len(handed),
        returned=returned,
        translated=translated,
        approved=sum(state == TargetState.APPROVED for state in found),
        gone=sum(unit not in states and unit not in wanted for unit in handed),
    )


def handed_units(handoff: Handoff) -> Sequence[HandedUnit]:
    """What the kept file asks for. Read once: it is the slow part, and it does not change."""
    name = f"handed-units-{handoff.public_id}"
    found: Sequence[HandedUnit] | None = cache.get(name)
    if found is None:
        read = CODECS[handoff.format].read(handoff.data, get_language(handoff.language))
        found = [(unit.key, text_digest(unit.source)) for unit in read.units]
        cache.set(name, found, _KEEP)
    return found


def _documents(handed: Iterable[HandedUnit]) -> set[str]:
    return {key.partition("/")[0] for key, _ in handed}


def _by_unit(rows: QuerySet[Target]) -> Iterable[tuple[HandedUnit, str]]:
    for document, key, digest, state in rows.values_list(
        "page__translation_key", "key", "text_digest", "state"
    ):
        yield (f"{document}/{key}", digest), state


def _stored_states(handoff: Handoff, handed: Sequence[HandedUnit]) -> Mapping[HandedUnit, str]:
    """State by unit, of translations that a person has written or read."""
    rows = (
        Target.objects.standing()
        .exclude(state=TargetState.MACHINE)
        .filter(language=handoff.language, page__translation_key__in=_documents(handed))
    )
    return dict(_by_unit(rows))


def _returned(handoff: Handoff) -> set[HandedUnit]:
    of_import = {"catalog_import__handoff": handoff, "catalog_import__undone_at": None}
    changes = TargetChange.objects.filter(**of_import).values("target")
    proposals = Proposal.objects.filter(**of_import).values("target")
    rows = Target.objects.filter(Q(pk__in=changes) | Q(pk__in=proposals))
    return {unit for unit, _ in _by_unit(rows)}


def _wanted(handed: Sequence[HandedUnit], states: Mapping[HandedUnit, str]) -> set[HandedUnit]:
    """Units that a page still has, live or in its newest draft."""
    waiting = [unit for unit in handed if unit not in states]
    found = set()
    for page in TreatmentPage.objects.filter(
        alias_of=None, translation_key__in=_documents(waiting)
    ):
        versions = [page]
        if page.has_unpublished_changes or not page.live:
            versions.append(page.get_latest_revision_as_object())
        for version in versions:
            for segment in page_segments(version):
                found.add((unit_key(page, segment.key), segment.digest))
    return found


def _vocabulary(handoff: Handoff) -> tuple[Mapping[HandedUnit, str], set[HandedUnit]]:
    units = list(vocabulary_units(get_language(handoff.language)))
    by_unit = {(unit.key, text_digest(unit.source)): unit.state for unit in units}
    states = {
        unit: TargetState.APPROVED.value
        for unit, state in by_unit.items()
        if state == UnitState.APPROVED
    }
    return states, set(by_unit)
