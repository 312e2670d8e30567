"""What the checks say of a text, to the person who types it and the one who reviews it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pages.admin.workspace.rows import Group, Row
from pages.catalog.checks import CheckContext, load_context, reject_reason
from pages.catalog.checks import findings as found_by_checks
from pages.catalog.units import UnitState
from pages.languages import Language


@dataclass(frozen=True, slots=True)
class Said:
    """weight: "refuses" cannot be stored so; "blocks" is stored, and not served until it is mended
    or waived; "warns" is worth a look."""

    message: str
    weight: str


def page_context(found: Iterable[Group], language: Language) -> CheckContext:
    """What the checks know of the page: one query, for the glossary."""
    rows = (row for group in found for row in group.rows)
    said = [(row.target.source, row.target.text) for row in rows if row.target]
    return load_context(language).of_page(said)


def findings(row: Row, text: str, language: Language, context: CheckContext) -> Sequence[Said]:
    if not text.strip():
        return ()
    if reason := reject_reason(row.segment, text):
        return (Said(reason, "refuses"),)
    older = context.of_segment((target.source, target.text) for target in row.older)
    found = found_by_checks(row.segment, text, language, older)
    return tuple(Said(each.message, each.severity.value) for each in found)


def checked(row: Row, language: Language, context: CheckContext) -> Row:
    """With what the checks say, where somebody has to look at the target still."""
    if row.target is None or (not row.failing and row.state is UnitState.APPROVED):
        return row
    return replace(row, findings=findings(row, row.target.text, language, context))


def checked_groups(
    shown: Sequence[Group], language: Language, context: CheckContext
) -> Sequence[Group]:
    return [
        replace(group, rows=tuple(checked(row, language, context) for row in group.rows))
        for group in shown
    ]
