"""An outline cut into sections: what stands under each heading, and under which heading that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pages.importing.matching import Match, begins, find_rule, is_one_of
from pages.importing.outline import Bullets, Divider, Heading, Outline, Paragraph, Part, plain
from pages.importing.rules import CLOSING, DO, DONT

# The widths of the fields: TreatmentPage.heading and a block's heading.
TITLE_LENGTH = 200
HEADING_LENGTH = 250


@dataclass(frozen=True, slots=True)
class Section:
    """own_heading: "" where there is none. prefix: headings without text of their own that
    stand right before it. parents: the headings above, the nearest last.
    """

    own_heading: str
    level: int
    parts: tuple[Part, ...]
    parents: tuple[str, ...] = ()
    prefix: str = ""

    @property
    def heading(self) -> str:
        return join_headings(self.prefix, self.own_heading)

    @property
    def is_question(self) -> bool:
        return self.own_heading.endswith("?")

    def match(self) -> Match | None:
        """The rule of the heading, else an inherited one of a heading above."""
        found = find_rule(self.own_heading, "heading") or find_rule(self.heading, "heading")
        if found:
            return found
        for parent in reversed(self.parents):
            above = find_rule(parent, "parent heading")
            if above and above.rule.inherited:
                return above
        return None


@dataclass(frozen=True, slots=True)
class Document:
    """title: "" where the text names itself nowhere; preamble: what stands before any heading."""

    title: str
    preamble: tuple[Part, ...]
    sections: tuple[Section, ...]


def cut_into_sections(outline: Outline) -> Document:
    parts = list(_lead_ins_as_headings(outline.parts))
    title, parts = _take_title(parts)
    opened = list(_opened(parts))
    preamble = opened.pop(0).parts if opened and not opened[0].heading else ()
    return Document(title, preamble, tuple(_folded(_with_parents(opened))))


def _take_title(parts: list[Part]) -> tuple[str, list[Part]]:
    """The first heading, if nothing stands before it or no other is of its level 1."""
    headings = [part for part in parts if isinstance(part, Heading)]
    if not headings or len(plain(headings[0].runs)) > TITLE_LENGTH:
        return "", parts
    first = headings[0]
    alone = first.level == 1 and sum(heading.level == 1 for heading in headings) == 1
    if parts[0] is not first and not alone:
        return "", parts
    position = parts.index(first)
    return plain(first.runs), parts[:position] + parts[position + 1 :]


def _lead_ins_as_headings(parts: Sequence[Part]) -> Iterator[Part]:
    """A paragraph that is just "Do:" or "Don't:" before a list heads it."""
    for position, part in enumerate(parts):
        following = parts[position + 1] if position + 1 < len(parts) else None
        if (
            isinstance(part, Paragraph)
            and isinstance(following, Bullets)
            and (is_one_of(plain(part.runs), DO) or is_one_of(plain(part.runs), DONT))
        ):
            yield Heading(6, part.runs)
        else:
            yield part


@dataclass(slots=True)
class _Open:
    heading: str
    level: int
    parts: list[Part] = field(default_factory=list)

    def close(self) -> Section:
        return Section(self.heading, self.level, tuple(self.parts))


def _opened(parts: Sequence[Part]) -> Iterator[Section]:
    current = _Open("", 0)
    for part in parts:
        if isinstance(part, Heading):
            if current.heading or current.parts:
                yield current.close()
            current = _Open(plain(part.runs), part.level)
        elif isinstance(part, Divider) or _closes(part, current):
            # A heading keeps the first part after it, whatever stands between.
            if current.parts:
                yield current.close()
                current = _Open("", 0)
            current.parts += () if isinstance(part, Divider) else (part,)
        else:
            current.parts.append(part)
    if current.heading or current.parts:
        yield current.close()


def _closes(part: Part, current: _Open) -> bool:
    """Matter of the whole page ends the section that it happens to follow."""
    return (
        bool(current.heading and current.parts)
        and isinstance(part, Paragraph)
        and begins(plain(part.runs), CLOSING)
    )


def _with_parents(sections: Sequence[Section]) -> Iterator[Section]:
    above: list[Section] = []
    for section in sections:
        while above and above[-1].level >= section.level:
            above.pop()
        parents = tuple(parent.heading for parent in above)
        yield replace(section, parents=parents)
        if section.heading:
            above.append(section)
        else:
            above.clear()


def _folded(sections: Iterator[Section]) -> Iterator[Section]:
    """A heading right before a deeper one shares the block of that one."""
    held: Section | None = None
    for section in sections:
        if held is not None:
            shared = replace(section, prefix=held.heading)
            if section.level > held.level and len(shared.heading) <= HEADING_LENGTH:
                section = shared
            else:
                yield held
            held = None
        if section.heading and not section.parts:
            held = section
        else:
            yield section
    if held is not None:
        yield held


def join_headings(first: str, second: str) -> str:
    """ "Risks" and "Common ones" as one line: "Risks. Common ones"."""
    if not first or not second:
        return first or second
    return f"{first} {second}" if first[-1] in ".:?!;–—" else f"{first}. {second}"
