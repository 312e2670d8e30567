"""Narrowing a page or a queue to what somebody wants to work on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import assert_never
from urllib.parse import urlencode

from django.http import HttpRequest

from pages.admin.workspace.queue import SHOW_LABELS, Show
from pages.admin.workspace.rows import Group, Row
from pages.admin.workspace.strays import Stray, keys_with_comments, keys_with_conflicts
from pages.catalog.units import UnitState


def chosen_show(request: HttpRequest) -> Show:
    try:
        return Show(request.GET.get("show", ""))
    except ValueError:
        return Show.ALL


def show_links(
    request: HttpRequest, chosen: Show, numbers: Mapping[Show, int]
) -> Sequence[tuple[str, str, str, int, bool]]:
    """(name, label, query string, number, whether it is chosen) of each filter."""
    kept = {name: value for name, value in request.GET.items() if name not in ("show", "p")}
    return [
        (
            each.value,
            SHOW_LABELS[each],
            f"?{urlencode({**kept, 'show': each.value})}",
            numbers[each],
            each is chosen,
        )
        for each in Show
    ]


def shows(row: Row, show: Show) -> bool:
    match show:
        case Show.ALL:
            return True
        case Show.OPEN:
            return row.open
        case Show.MISSING:
            return row.state is UnitState.MISSING
        case Show.STALE:
            return row.state is UnitState.STALE
        case Show.UNREVIEWED:
            return row.state in (UnitState.MACHINE, UnitState.NEEDS_REVIEW)
        case Show.FAILING:
            return row.failing
        case Show.CONFLICTS:
            return bool(row.proposals)
        case Show.COMMENTS:
            return row.open_comments > 0
        case _:
            assert_never(show)


def numbers(found: Sequence[Group], strays: Sequence[Stray] = ()) -> dict[Show, int]:
    """Of texts. What the page has no row for counts where something is open beside it."""
    rows = [row for group in found for row in group.rows]
    counted = {each: sum(shows(row, each) for row in rows) for each in Show}
    return {
        **counted,
        Show.CONFLICTS: len(keys_with_conflicts(rows, strays)),
        Show.COMMENTS: len(keys_with_comments(rows, strays)),
    }


def narrowed(found: Sequence[Group], show: Show) -> Sequence[Group]:
    parts = [
        replace(group, rows=tuple(row for row in group.rows if shows(row, show))) for group in found
    ]
    return [group for group in parts if group.rows]
