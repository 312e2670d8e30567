"""Questions and answers: sections whose headings ask, and questions inside a section."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pages.document.vocabulary import Aspect
from pages.importing.draft_blocks import block_value, listed
from pages.importing.list_blocks import Built
from pages.importing.outline import (
    Bullets,
    Heading,
    Item,
    Paragraph,
    Part,
    Runs,
    cut,
    plain,
)
from pages.importing.prose import prose_html
from pages.importing.sections import HEADING_LENGTH

# "Q: Does it hurt?"; the mark stays with the words.
_ASKS = re.compile(r"(?:Q(?:uestion)?[:.] .+|.+\?)", re.DOTALL)
_ANSWERED = re.compile(r"(?P<question>[^?\n]{3,200}\?)\s+(?=\S)")

Pair = tuple[str, tuple[Part, ...]]


def faq(heading: str, pairs: Sequence[Pair], critical: bool = False) -> Built:
    items = [{"question": question, "answer": prose_html(answer)} for question, answer in pairs]
    value = block_value(Aspect.QUESTIONS, critical=critical, heading=heading, items=listed(items))
    return Built(value)


def split_questions(parts: Sequence[Part]) -> tuple[tuple[Part, ...], tuple[Pair, ...]]:
    """(what stands before the first question, the questions); none if one lacks its answer."""
    before: list[Part] = []
    pairs: list[tuple[str, list[Part]]] = []
    for part in _separated(parts):
        if isinstance(part, Heading):
            pairs.append((plain(part.runs), []))
        elif pairs:
            pairs[-1][1].append(part)
        else:
            before.append(part)
    if not pairs or not all(answer for _, answer in pairs):
        return tuple(parts), ()
    return tuple(before), tuple((question, tuple(answer)) for question, answer in pairs)


def _separated(parts: Sequence[Part]) -> list[Part]:
    """`parts` with each question as a heading before its answer."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Paragraph):
            found += _question_and_rest(part.runs)
        elif isinstance(part, Bullets) and all(map(_is_answered, part.items)):
            for item in part.items:
                found += _question_and_rest(item.runs)
                found += item.nested
        else:
            found.append(part)
    return found


def _question_and_rest(runs: Runs) -> list[Part]:
    text = plain(runs)
    first_line = text.split("\n")[0]
    if len(first_line) <= HEADING_LENGTH and _ASKS.fullmatch(first_line):
        end = len(first_line)
    elif answered := _ANSWERED.match(text):
        end = answered.end("question")
    else:
        return [Paragraph(runs)]
    rest = cut(runs, end)
    return [Heading(6, cut(runs, 0, end)), *([Paragraph(rest)] if rest else [])]


def _is_answered(item: Item) -> bool:
    parts = _question_and_rest(item.runs)
    return isinstance(parts[0], Heading) and (len(parts) > 1 or bool(item.nested))
