"""A table that compares treatments to a comparison block; any other stays lines of prose."""

from __future__ import annotations

from pages.document.vocabulary import Aspect
from pages.importing.draft_blocks import block_value, listed
from pages.importing.list_blocks import Built
from pages.importing.matching import says
from pages.importing.outline import Runs, Table, plain
from pages.importing.rules import COMPARED, COMPARISON

Grid = tuple[tuple[str, ...], ...]


def read_comparison(table: Table, heading: str, spare_heading: str) -> Built | None:
    """None unless every cell is there, the words around say that it compares, and it has a title.

    heading: what the block has to carry, "" if text before it does. Options stand in the first
    row or, where the corner says so ("Treatment"), in the first column.
    """
    grid = _grid((table.header, *table.rows) if table.header else table.rows)
    corner = grid[0][0] if grid else ""
    compares = says(spare_heading, COMPARISON) or says(plain(table.caption), COMPARISON)
    if not (compares or says(corner, COMPARED)) or not _is_full(grid):
        return None
    if says(corner, COMPARED):
        grid = tuple(zip(*grid, strict=True))
    titles = [title for title in (heading, plain(table.caption)) if title]
    if corner:
        titles = [f"{'. '.join(titles) or spare_heading} ({corner})"]
    title = ". ".join(titles) or spare_heading
    if not title:
        return None
    options = [{"name": name, "treatment": None} for name in grid[0][1:]]
    criteria = [{"label": row[0], "cells": listed(list(row[1:]))} for row in grid[1:]]
    value = block_value(
        Aspect.ALTERNATIVES, title=title, options=listed(options), criteria=listed(criteria)
    )
    copied = () if heading or not title.startswith(spare_heading) else (spare_heading,)
    check: tuple[str, ...] = ("Link the options to their treatments.",)
    if corner:
        check = (*check, f"The title ends with the table's corner, “{corner}”.")
    return Built(value, check, copied)


def _grid(rows: tuple[tuple[Runs, ...], ...]) -> Grid:
    return tuple(tuple(" ".join(plain(cell).split()) for cell in row) for row in rows)


def _is_full(grid: Grid) -> bool:
    """At least two options and a criterion; only the corner may be empty."""
    return (
        len(grid) > 1
        and len(grid[0]) > 2
        and all(grid[0][1:])
        and all(all(row) for row in grid[1:])
    )
