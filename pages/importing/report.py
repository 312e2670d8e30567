"""What an import did, for the command and the admin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pages.importing.draft_blocks import Draft
from pages.importing.draft_words import words_in_block, words_in_draft
from pages.importing.outline import Outline
from pages.importing.words import Coverage, coverage

_ABBREVIATION = 5
PROSE = ("prose_section", "how_it_works")


@dataclass(frozen=True, slots=True)
class BlockRow:
    type: str
    heading: str
    words: int
    why: str
    check: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    title: str
    coverage: Coverage
    rows: tuple[BlockRow, ...]
    notes: tuple[str, ...]

    @property
    def stayed_prose(self) -> tuple[BlockRow, ...]:
        return tuple(row for row in self.rows if row.type in PROSE)

    def as_json(self) -> dict[str, Any]:
        """For the session between the upload and the page that shows the report."""
        return {
            "title": self.title,
            "words": self.coverage.wanted,
            "percent": format(self.coverage.percent, ".1f").removesuffix(".0"),
            "rows": [
                {
                    "type": row.type,
                    "heading": row.heading,
                    "words": row.words,
                    "why": row.why,
                    "check": list(row.check),
                    "prose": row.type in PROSE,
                }
                for row in self.rows
            ],
            "notes": list(self.notes),
        }


def make_report(outline: Outline, draft: Draft) -> ImportReport:
    rows = tuple(
        BlockRow(
            block.type,
            block.heading,
            words_in_block(block).total(),
            block.why,
            block.check,
        )
        for block in draft.blocks
    )
    found = coverage(outline.words, words_in_draft(draft))
    headings = [draft.heading, *(row.heading for row in rows)]
    notes = outline.notes
    if any(heading.isupper() and len(heading) > _ABBREVIATION for heading in headings):
        notes = (*notes, "Headings in capitals are kept as they are: write them as sentences.")
    return ImportReport(draft.title, found, rows, notes)
