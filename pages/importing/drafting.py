"""An outline to a draft: title, lead and summary, and the blocks of every section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pages.document.vocabulary import Aspect, Phase
from pages.importing.draft_blocks import Draft, DraftBlock, block_value, listed
from pages.importing.list_blocks import Built, item_text, pair
from pages.importing.matching import begins, find_rule, is_one_of
from pages.importing.outline import Bullets, Outline, Paragraph, Part, Run, lines_of, plain
from pages.importing.questions import faq
from pages.importing.rules import CLOSING, DO, DONT, SECTION_QUESTIONS
from pages.importing.section_blocks import PageState, checked, section_blocks
from pages.importing.sections import (
    TITLE_LENGTH,
    Document,
    Section,
    cut_into_sections,
    join_headings,
)
from pages.importing.words import words_of

LEAD_LENGTH = 400
_SEO_TITLE_LENGTH = 255
_SENTENCE_END = re.compile(r"[.!?][\"”’)]?(?=\s)")
_STEP = re.compile(r"^step \d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """A section and what it became."""

    section: Section
    blocks: tuple[DraftBlock, ...]


def make_draft(outline: Outline, title: str, file_name: str) -> Draft:
    """title: what the editor asks for, "" for the text's own. file_name: the last resort."""
    document = cut_into_sections(outline)
    heading = document.title or (outline.name if len(outline.name) <= TITLE_LENGTH else "")
    preamble = document.preamble
    seo_title = outline.name if words_of([outline.name]) - words_of([heading]) else ""
    if len(seo_title) > _SEO_TITLE_LENGTH:
        preamble, seo_title = (Paragraph((Run(seo_title),)), *preamble), ""
    heading = heading or title or file_name
    document = replace(document, preamble=preamble)
    lead, document = _lead(document, heading)
    return Draft(
        title=title or heading,
        heading=heading[:TITLE_LENGTH],
        seo_title=seo_title,
        summary=lead.value["text"],
        blocks=(lead, *_body(document)),
    )


def _body(document: Document) -> Iterator[DraftBlock]:
    state = PageState()
    sections = [*([Section("", 0, document.preamble)] if document.preamble else [])]
    sections += document.sections
    written = [Written(section, tuple(section_blocks(section, state))) for section in sections]
    position = 0
    while position < len(written):
        for gather in (_gather_questions, _gather_do_and_dont, _gather_steps):
            blocks, used = gather(written[position:])
            if used:
                yield from blocks
                position += used
                break
        else:
            yield from written[position].blocks
            position += 1


# The lead


def _lead(document: Document, heading: str) -> tuple[DraftBlock, Document]:
    """The first paragraph that fits, moved out of the preamble or copied from a section."""
    for position, part in enumerate(document.preamble):
        if isinstance(part, Paragraph) and _fits(part) and not _continues(document, position):
            if any(run.href for run in part.runs):
                return _copied_lead(
                    plain(part.runs), "first paragraph, kept for its link"
                ), document
            rest = document.preamble[:position] + document.preamble[position + 1 :]
            value = block_value(Aspect.OVERVIEW, text=plain(part.runs))
            block = DraftBlock("lead", value, "first paragraph")
            return block, replace(document, preamble=rest)
    for section in document.sections:
        for part in section.parts:
            if isinstance(part, Paragraph) and _fits(part) and not _is_critical(section):
                why = f"first paragraph, kept under “{section.own_heading}” too"
                return _copied_lead(plain(part.runs), why), document
    return _copied_lead(_first_words(document) or heading, "first words of the text"), document


def _copied_lead(text: str, why: str) -> DraftBlock:
    value = block_value(Aspect.OVERVIEW, text=text)
    return DraftBlock("lead", value, why, ("Write the one thing to remember.",), (text,))


def _fits(part: Paragraph) -> bool:
    text = plain(part.runs)
    return (
        len(text) <= LEAD_LENGTH
        and len(text.split()) > 4
        and text.rstrip('"”’)')[-1:] in (".", "!", "?")
        and not begins(text, CLOSING)
    )


def _continues(document: Document, position: int) -> bool:
    """Does a list hang on the paragraph?"""
    following = document.preamble[position + 1 : position + 2]
    text = plain(next(lines_of(document.preamble[position])))
    return bool(following) and isinstance(following[0], Bullets) and text.endswith(":")


def _is_critical(section: Section) -> bool:
    found = section.match()
    return found is not None and found.rule.critical


def _first_words(document: Document) -> str:
    """The start of the text, whole sentences if one fits, else whole words."""
    parts = [*document.preamble, *(part for section in document.sections for part in section.parts)]
    paragraphs = [part for part in parts if isinstance(part, Paragraph)]
    lines: list[Part] = [*paragraphs, *parts]
    text = next((plain(line) for part in lines for line in lines_of(part) if plain(line)), "")
    if len(text) <= LEAD_LENGTH:
        return text
    ends = [found.end() for found in _SENTENCE_END.finditer(text[: LEAD_LENGTH + 1])]
    end = ends[-1] if ends else text[:LEAD_LENGTH].rfind(" ")
    return text[: end if end > 0 else LEAD_LENGTH].strip()


# Sections that are one block together


def _gather_questions(written: Sequence[Written]) -> tuple[list[DraftBlock], int]:
    """Two or more questions in a row, or one under a heading that says FAQ."""
    first = written[0].section
    under = _is_under_faq(first)
    run: list[Written] = []
    for entry in written:
        same = _is_under_faq(entry.section) == under
        if not (same and _is_answered(entry, under) and (not run or not entry.section.prefix)):
            break
        run.append(entry)
    if len(run) < (1 if under else 2):
        return [], 0
    pairs = [(entry.section.own_heading, entry.section.parts) for entry in run]
    critical = any(bool(block.value.get("critical")) for entry in run for block in entry.blocks)
    why = "questions under a heading that says so" if under else "headings that ask"
    check = ("Critical: an answer speaks of an emergency.",) if critical else ()
    block = checked("faq", faq(first.prefix, pairs, critical), why, check)
    return ([block], len(run)) if block else ([], 0)


def _is_under_faq(section: Section) -> bool:
    above = [*section.parents, section.prefix]
    return any(
        (found := find_rule(heading, "heading")) and found.rule.block == "faq"
        for heading in above
        if heading
    )


def _is_answered(entry: Written, under: bool) -> bool:
    section = entry.section
    if not section.is_question or not section.parts:
        return False
    has_list = any(isinstance(part, Bullets) for part in section.parts)
    if under:
        return not (has_list and _is_critical(section))
    typed = [block for block in entry.blocks if block.type != "prose_section"]
    return not typed and not begins(section.own_heading, SECTION_QUESTIONS)


def _gather_do_and_dont(written: Sequence[Written]) -> tuple[list[DraftBlock], int]:
    """A list under "Do" next to a list under "Don't"."""
    if len(written) < 2:
        return [], 0
    first, second = (entry.section for entry in written[:2])
    for names in ((DO, DONT), (DONT, DO)):
        if is_one_of(first.own_heading, names[0]) and is_one_of(second.own_heading, names[1]):
            lists = [_only_list(first), _only_list(second)]
            do, dont = lists if names[0] is DO else lists[::-1]
            both = f"{first.own_heading.rstrip(':')} / {second.own_heading.rstrip(':')}"
            built = pair(join_headings(first.prefix, both), do, dont)
            block = checked("do_dont", replace(built, check=()), "a list to do and one to leave")
            return ([block], 2) if block else ([], 0)
    return [], 0


def _only_list(section: Section) -> list[str]:
    """The items of a section that is one list; none for any other."""
    if len(section.parts) != 1 or not isinstance(section.parts[0], Bullets):
        return []
    return [item_text(item) for item in section.parts[0].items]


def _gather_steps(written: Sequence[Written]) -> tuple[list[DraftBlock], int]:
    """Headings "Step 1", "Step 2": a step each."""
    run: list[Section] = []
    for entry in written:
        section = entry.section
        if not _STEP.match(section.own_heading) or not section.parts or (run and section.prefix):
            break
        run.append(section)
    if len(run) < 2:
        return [], 0
    steps = [{"title": section.own_heading, "text": _as_text(section)} for section in run]
    found = find_rule(run[0].prefix, "heading") if run[0].prefix else None
    phase = {"before": Phase.BEFORE, "after": Phase.AFTER}.get(
        found.rule.name if found else "", Phase.DURING
    )
    aspect = found.rule.aspect if found and found.rule.block == "steps" else Aspect.WHAT_HAPPENS
    value = block_value(aspect, heading=run[0].prefix, phase=phase.value, steps=listed(steps))
    block = checked("steps", Built(value, (f"Phase: {phase.value}.",)), "headings say “step”")
    return ([block], len(run)) if block else ([], 0)


def _as_text(section: Section) -> str:
    return "\n".join(plain(line) for part in section.parts for line in lines_of(part))
