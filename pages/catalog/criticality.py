"""Blocks that an editor marks as critical when their translations are approved already.

Some checks only warn elsewhere and block there (a lost negation), and what failed is on record
from the day of the approval. So they are asked again when a page is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pages.catalog.checks import failed_checks
from pages.catalog.segments import PageSegments, Segment
from pages.catalog.targets import LanguageTargets, TargetRow, stored_targets
from pages.languages import Language, get_language, source_language
from pages.models.target import TargetState

BY = "checks of critical blocks"


def recheck_critical(
    page_id: int, segments: PageSegments, targets: Mapping[str, LanguageTargets]
) -> None:
    """Record what fails because its block is critical, of approved targets; `targets` says so
    too. No query where nothing does. The caller holds the page's row lock."""
    critical = [segment for segment in segments if segment.critical]
    for code, known in targets.items():
        if code == source_language().code:
            continue
        language = get_language(code)
        failing = [
            segment
            for segment in critical
            if _fails(segment, known.current.get((segment.key, segment.digest)), language)
        ]
        if failing:
            _record(page_id, failing, known, language)


def _fails(segment: Segment, row: TargetRow | None, language: Language) -> bool:
    if row is None or row.blocked or row.state != TargetState.APPROVED:
        return False
    elsewhere = failed_checks(replace(segment, critical=False), row.text, language)
    return failed_checks(segment, row.text, language) != elsewhere


def _record(
    page_id: int, failing: list[Segment], known: LanguageTargets, language: Language
) -> None:
    ledger = stored_targets(language, [page_id])
    for segment in failing:
        target = ledger.get(page_id, segment.key, segment.digest)
        if target is None or not ledger.recheck(target, segment, by=BY):
            continue  # a reviewer waived it
        address = (segment.key, segment.digest)
        known.current[address] = known.current[address]._replace(
            blocked=bool(target.failed_checks) and not target.waiver
        )
    ledger.save()
