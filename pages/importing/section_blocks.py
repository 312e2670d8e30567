"""One section to its blocks, in reading order: lists and tables typed, the rest prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from django.core.exceptions import ValidationError

from pages.blocks.body import TreatmentBody
from pages.document.vocabulary import Aspect
from pages.importing.citations import read_citation, read_study
from pages.importing.draft_blocks import DraftBlock, block_value, listed
from pages.importing.list_blocks import BUILDERS, Builder, Built, Listing, care_level
from pages.importing.matching import Match, begins, find_rule, says
from pages.importing.outline import (
    Bullets,
    Divider,
    Heading,
    Paragraph,
    Part,
    Quote,
    Run,
    Table,
    cut,
    lines_of,
    plain,
)
from pages.importing.prose import prose_html
from pages.importing.questions import faq, split_questions
from pages.importing.rules import COMMANDS, EMERGENCY_TEXT, REFERS, RULES
from pages.importing.sections import HEADING_LENGTH, Section, join_headings
from pages.importing.tables import read_comparison

_LEAD_IN_LENGTH = 150
_GOES_ON = (":", "…", "...", " if", " you")
_SENTENCE_END = re.compile(r"[.!?][\"”’)]?\s+(?=\w)|\n")
_BODY = TreatmentBody()
_STEPS = next(rule for rule in RULES if rule.name == "steps")


@dataclass(slots=True)
class PageState:
    """What is one of a kind on a page."""

    references: set[str] = field(default_factory=set)
    has_key_points: bool = False


def section_blocks(section: Section, state: PageState) -> list[DraftBlock]:
    return _Writer(section, section.match(), state).write()


def checked(
    type: str, built: Built | None, why: str, extra_check: tuple[str, ...] = ()
) -> DraftBlock | None:
    """The block if it passes its own validation, None if not: then its words stay prose."""
    if built is None:
        return None
    block = _BODY.child_blocks[type]
    try:
        block.clean(block.to_python(built.value))
    except ValidationError:
        return None
    return DraftBlock(type, built.value, why, (*built.check, *extra_check), built.copied)


@dataclass(slots=True)
class _Writer:
    section: Section
    match: Match | None
    state: PageState
    blocks: list[DraftBlock] = field(default_factory=list)
    pending: list[Part] = field(default_factory=list)
    heading_used: bool = False

    def write(self) -> list[DraftBlock]:
        parts: Sequence[Part] = self.section.parts
        if self.match and self.match.rule.block == "faq":
            parts = self._questions(parts)
        elif self._is_spoken_care_card():
            return self.blocks
        for part in parts:
            match part:
                case Bullets():
                    self._list(part)
                case Table():
                    self._table(part)
                case Quote():
                    self._quote(part)
                case Paragraph():
                    self._paragraph(part)
                case Heading() | Divider():
                    self.pending.append(part)
                case _:
                    assert_never(part)
        self._flush(self.pending)
        if not self.heading_used and self.section.heading:
            self._heading_alone()
        return self.blocks

    # Typed

    def _questions(self, parts: Sequence[Part]) -> Sequence[Part]:
        before, pairs = split_questions(parts)
        if not pairs:
            return parts
        critical = self._is_critical(parts)
        block = checked("faq", faq(self._heading_after(before), pairs, critical), self._why())
        if block is None:
            return parts
        self._flush(before)
        self._add(block)
        return ()

    def _is_spoken_care_card(self) -> bool:
        """A few sentences under such a heading that tell whom to call are signs of the card."""
        parts = self.section.parts
        sentences = [part for part in parts if isinstance(part, Paragraph)]
        if (
            not (self.match and self.match.rule.block == "care_card" and self.section.heading)
            or len(sentences) != len(parts)
            or not 0 < len(sentences) <= 3
            or not all(begins(plain(part.runs), COMMANDS) for part in sentences)
        ):
            return False
        texts = [plain(part.runs) for part in sentences]
        level = care_level(self.section.own_heading, *texts)
        value = block_value(
            Aspect.WHEN_TO_GET_HELP,
            level=level.value,
            heading=self.section.heading,
            items=listed(texts),
        )
        built = Built(value, (f"Level: {level.value.replace('_', ' ')}.",))
        return self._try("care_card", built, self._why(), (), parts)

    def _list(self, bullets: Bullets) -> None:
        if self._reading_list(bullets):
            return
        lead_in, before = self._lead_in()
        found = (find_rule(lead_in, "lead-in") if lead_in else None) or self.match
        if found is None and bullets.ordered:
            found = Match(_STEPS, "", "list")
        builder = BUILDERS.get(found.rule.block) if found else None
        spent = found and found.rule.block == "key_points" and self.state.has_key_points
        if found is None or builder is None or spent:
            self.pending.append(bullets)
            return
        heading = self._heading_after(before)
        listing = Listing(found.rule, heading, lead_in, self.section.heading, bullets)
        built = self._with_parent(builder, listing, found)
        type = "do_dont" if built and "dont" in built.value else found.rule.block
        why = found.why if found.phrase else "a numbered list"
        if not self._try(type, built, why, before, (bullets,)):
            self.pending.append(bullets)
        elif type == "key_points":
            self.state.has_key_points = True

    def _with_parent(self, builder: Builder, listing: Listing, found: Match) -> Built | None:
        """ "Common" says nothing alone: the heading that it stands under comes before it."""
        if found.place == "parent heading" and listing.heading and not self.section.prefix:
            parent = self.section.parents[-1]
            whole = join_headings(parent, listing.heading)
            built = builder(replace(listing, heading=whole))
            if built and len(join_headings(whole, listing.lead_in)) <= HEADING_LENGTH:
                return replace(built, copied=(*built.copied, parent))
        return builder(listing)

    def _lead_in(self) -> tuple[str, Sequence[Part]]:
        """The sentence that a list goes on from, and what stands before it."""
        last = self.pending[-1] if self.pending else None
        if not isinstance(last, Paragraph) or _links((last,)):
            return "", tuple(self.pending)
        text = plain(last.runs)
        ends = [found.end() for found in _SENTENCE_END.finditer(text)]
        start = ends[-1] if ends else 0
        lead_in = text[start:].strip()
        refers = bool(start) and begins(lead_in, REFERS)
        if refers or not lead_in.endswith(_GOES_ON) or len(lead_in) > _LEAD_IN_LENGTH:
            return "", tuple(self.pending)
        kept = (Paragraph(cut(last.runs, 0, start)),) if start else ()
        return lead_in, (*self.pending[:-1], *kept)

    def _reading_list(self, bullets: Bullets) -> bool:
        """True if it is one: with a finding for each it is studies, else it stays a list."""
        items = [plain(item.runs).split("\n") for item in bullets.items]
        if not any(read_citation(line) for lines in items for line in lines):
            return False
        taken = set(self.state.references)
        studies = [block for lines in items if (block := self._study(lines))]
        if len(studies) < len(items):
            self.state.references = taken
            self.pending.append(bullets)
            return True
        self._flush(self.pending)
        for block in studies:
            self._add(block)
        return True

    def _table(self, table: Table) -> None:
        heading = self._heading_after(self.pending)
        built = read_comparison(table, heading, self.section.heading)
        why = "a table that compares"
        if not self._try("comparison", built, why, tuple(self.pending), (table,)):
            self.pending.append(table)

    def _quote(self, quote: Quote) -> None:
        block = self._study([plain(runs) for runs in quote.paragraphs])
        if block is None:
            self.pending.append(quote)
            return
        self._flush(self.pending)
        self._add(block)

    def _paragraph(self, part: Paragraph) -> None:
        """A citation with what was found in the paragraph before it, or on the lines with it."""
        lines = plain(part.runs).split("\n")
        block = self._study(lines) if len(lines) > 1 else None
        last = self.pending[-1] if self.pending else None
        before = self.pending
        if block is None and isinstance(last, Paragraph) and self._is_research():
            block = self._study([*plain(last.runs).split("\n"), *lines])
            before = self.pending[:-1]
        if block is None:
            self.pending.append(part)
            return
        self._flush(before)
        self._add(block)

    def _study(self, lines: list[str]) -> DraftBlock | None:
        built = read_study(lines, self.state.references)
        return checked("evidence", built, "a citation and what it found")

    def _is_research(self) -> bool:
        return self.match is not None and self.match.rule.block == "evidence"

    # What every block goes through

    def _try(
        self,
        type: str,
        built: Built | None,
        why: str,
        before: Sequence[Part],
        typed: Sequence[Part],
    ) -> bool:
        lost = tuple(f"A link is not kept here: {href}" for href in _links(typed))
        block = checked(type, built, why, lost)
        if block is None:
            return False
        self._flush(before)
        self._add(block)
        return True

    def _add(self, block: DraftBlock) -> None:
        self.blocks.append(block)
        # A study has no heading: its section's goes to what follows.
        self.heading_used |= block.type != "evidence"

    def _heading_after(self, before: Sequence[Part]) -> str:
        return "" if before or self.heading_used else self.section.heading

    def _why(self) -> str:
        return self.match.why if self.match else ""

    def _is_critical(self, parts: Sequence[Part]) -> bool:
        ruled = self.match is not None and self.match.rule.critical
        return ruled or bool(says(_text(parts), EMERGENCY_TEXT))

    def _flush(self, parts: Sequence[Part]) -> None:
        """`parts` as prose under the section's heading; nothing is pending afterwards."""
        parts = tuple(parts)
        self.pending = []
        if not parts:
            return
        heading = self.section.heading
        copied = (*((heading,) if self.heading_used else ()), *_repeated_headers(parts))
        if len(heading) > HEADING_LENGTH:
            if not self.heading_used:
                parts = (Heading(6, (Run(heading),)), *parts)
            heading, copied = "", _repeated_headers(parts)
        critical = self._is_critical(parts)
        rule = self.match.rule if self.match else None
        value = block_value(
            rule.aspect if rule else Aspect.OVERVIEW,
            critical=critical,
            heading=heading,
            body=prose_html(parts),
        )
        check = ("Critical: it speaks of danger or of an emergency.",) if critical else ()
        works = rule is not None and rule.block == "how_it_works" and not self.heading_used
        type = "how_it_works" if works else "prose_section"
        self.blocks.append(DraftBlock(type, value, self._prose_why(works), check, copied))
        self.heading_used = True

    def _prose_why(self, works: bool) -> str:
        if works:
            return self._why()
        if not self.match:
            return "text"
        return f"text about {self.match.rule.aspect.replace('_', ' ')}: {self._why()}"

    def _heading_alone(self) -> None:
        parts = (Heading(6, (Run(self.section.heading),)),)
        value = block_value(Aspect.OVERVIEW, heading="", body=prose_html(parts))
        block = DraftBlock("prose_section", value, "a heading without text", ("Keep it?",))
        self.blocks.insert(0, block)


def _links(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(run.href for run in _runs(parts) if run.href))


def _runs(parts: Sequence[Part]) -> list[Run]:
    return [run for part in parts for line in lines_of(part) for run in line]


def _text(parts: Sequence[Part]) -> str:
    return " ".join(run.text for run in _runs(parts))


def _repeated_headers(parts: Sequence[Part]) -> tuple[str, ...]:
    """A table's header is said again in each line that its rows become."""
    return tuple(
        plain(cell)
        for part in parts
        if isinstance(part, Table)
        for cell in part.header * max(len(part.rows) - 1, 0)
    )
