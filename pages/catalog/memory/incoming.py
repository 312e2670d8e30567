"""Taking a memory from outside: its units become targets without a page.

They wait for a review like everything that a file brings, and are served nowhere: they only
suggest and pre-fill. A unit is known by the memory's name and its two texts, so that importing a
file twice is importing it once.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from pages.catalog.checks import fitted, reject_reason_of_older
from pages.catalog.ledger import TargetLedger, TargetRejected
from pages.catalog.memory.entries import MEMORY_KEY
from pages.catalog.memory.tags import words_of
from pages.catalog.memory.tmx_read import Fault, MemoryUnit, ReadMemory
from pages.catalog.segments import Segment
from pages.digest import text_digest
from pages.document.vocabulary import Origin
from pages.languages import Language, get_language
from pages.models import Target
from pages.models.target import TargetState

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
# Tools that do not know a format leave its markup in the words; nobody is to read or send that.
_MARKUP = re.compile(r"</?[A-Za-z!][^<>]*>")


@dataclass(slots=True)
class MemoryReport:
    """stored + unchanged + skipped + the rejected are the units of the file."""

    stored: int = 0
    unchanged: int = 0
    skipped: int = 0  # of languages that were not asked for
    retracted: int = 0
    rejected: list[Fault] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def import_memory(
    memory: ReadMemory,
    name: str,
    languages: Collection[Language],
    *,
    by: str,
    replace: bool = False,
    dry_run: bool = False,
) -> MemoryReport:
    """Store the units of `memory` under `name`, in `languages`. All or nothing.

    replace: what an earlier import of that name brought in these languages, and this file has
    no more, is retracted. Raises ValueError for a name that is not NAME.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a memory. Allowed: 1 to 80 of A-Z a-z 0-9 . _ -")
    report = MemoryReport(rejected=list(memory.faults), others=memory.others)
    units: dict[str, list[MemoryUnit]] = {language.code: [] for language in languages}
    for unit in memory.units:
        if unit.language.code in units:
            units[unit.language.code].append(unit)
        else:
            report.skipped += 1
    for code, wanted in units.items():
        taking = _Taking(get_language(code), name, by, report)
        taking.take(wanted)
        if replace:
            taking.retract_rest()
        if not dry_run:
            taking.ledger.save()
    return report


@transaction.atomic
def retract_memory(name: str, languages: Iterable[Language], *, by: str) -> int:
    """Take back everything that was imported under `name`; how much. The log keeps it."""
    report = MemoryReport()
    for language in languages:
        taking = _Taking(language, name, by, report)
        taking.retract_rest()
        taking.ledger.save()
    return report.retracted


class _Taking:
    """Taking the units of one language under one name."""

    def __init__(self, language: Language, name: str, by: str, report: MemoryReport) -> None:
        self.name, self.by, self.report = name, by, report
        rows = list(
            Target.objects.filter(
                Q(key__startswith=f"{MEMORY_KEY}{name}/")
                | Q(key__startswith=f"{MEMORY_KEY}{name}#"),
                page=None,
                language=language.code,
            ).order_by("pk")
        )
        self.ledger = TargetLedger(language, rows)
        self.standing = {row.key: row for row in rows if row.state != TargetState.RETRACTED}
        self.seen: set[str] = set()

    def take(self, units: Iterable[MemoryUnit]) -> None:
        for unit in units:
            if reason := _reject_reason(unit):
                self.report.rejected.append(Fault(unit.at, reason))
                continue
            text = fitted(unit.source, unit.target)
            key = _key(self.name, unit.source, text, coded=unit.coded)
            if key in self.standing or key in self.seen:
                self.report.unchanged += 1
            elif self._store(key, unit, text):
                self.report.stored += 1
            self.seen.add(key)

    def _store(self, key: str, unit: MemoryUnit, text: str) -> bool:
        segment = Segment(key, unit.source, text_digest(unit.source), ())
        try:
            self.ledger.store(
                None, segment, text, by=self.by, author=self.name, origin=Origin.MEMORY
            )
        except TargetRejected as error:
            self.report.rejected.append(Fault(unit.at, str(error)))
            return False
        return True

    def retract_rest(self) -> None:
        for key, target in self.standing.items():
            if key not in self.seen:
                self.ledger.restore(target, None, by=self.by, action="retracted")
                self.report.retracted += 1


def _key(name: str, source: str, text: str, *, coded: bool) -> str:
    digest = hashlib.blake2b(f"{source}\x00{text}".encode(), digest_size=12).hexdigest()
    return f"{MEMORY_KEY}{name}{'#' if coded else '/'}{digest}"


def _reject_reason(unit: MemoryUnit) -> str | None:
    """Why no target may have these texts, or None."""
    for said in (unit.source, unit.target):
        if found := _MARKUP.search(words_of(said, coded=unit.coded)):
            return f"Markup stands in its words: {found.group()}."
    return next(_reasons(unit), None)


def _reasons(unit: MemoryUnit) -> Iterator[str]:
    if reason := reject_reason_of_older(unit.source, unit.source, coded=unit.coded):
        yield f"Its source: {reason}"
    if reason := reject_reason_of_older(unit.source, unit.target, coded=unit.coded):
        yield reason
