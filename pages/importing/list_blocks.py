"""A list and its rule to the block that says what the list means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from pages.document.vocabulary import Aspect, CareLevel, IndicationKind, Phase, Severity
from pages.importing.draft_blocks import block_value, listed
from pages.importing.html_inline import bold_start
from pages.importing.matching import is_negative, says, tells
from pages.importing.outline import Bullets, Item, lines_of, plain
from pages.importing.rules import (
    EMERGENCY,
    FEELINGS,
    NOT_SERIOUS,
    NOT_URGENT,
    RELATIVE,
    SERIOUS,
    SYMPTOMS,
    Rule,
)
from pages.importing.sections import join_headings

_PHASES = {"before": Phase.BEFORE, "after": Phase.AFTER}
_EMERGENCY_NUMBERS = ("911", "112", "999")
_TITLE_LENGTH = 60
_LABEL_LENGTH = 120
_NAMED = re.compile(r"(?P<name>.+?)(?::\s+|\s+[–—-]\s+)(?P<rest>\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listing:
    """heading: what the block has to carry, "" if text before it does. lead_in: the sentence
    that the list goes on from. spare_heading: the section's, for a block that must have one.
    """

    rule: Rule
    heading: str
    lead_in: str
    spare_heading: str
    bullets: Bullets

    @property
    def items(self) -> tuple[Item, ...]:
        return self.bullets.items

    @property
    def title(self) -> str:
        return join_headings(self.heading, self.lead_in)

    @property
    def context(self) -> str:
        """What says most exactly what the list is about."""
        return self.lead_in or self.spare_heading


@dataclass(frozen=True, slots=True)
class Built:
    value: dict[str, Any]
    check: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()


def item_text(item: Item) -> str:
    """An item in one text; nested items after it, with semicolons."""
    nested = "; ".join(_nested_texts(item))
    own = plain(item.runs)
    return f"{own.rstrip(':')}: {nested}" if nested and own else own or nested


def named_item(item: Item, longest: int) -> tuple[str, str]:
    """("Sciatica", "pain down the leg") from "Sciatica: pain down the leg" or a bold start;
    ("", the whole) if it has no name or one longer than `longest`.
    """
    text = plain(item.runs)
    nested = "; ".join(_nested_texts(item))
    start = bold_start(item.runs)
    found = _NAMED.fullmatch(text)
    if start and text[:start].strip(" :–—-.") and text[start:].strip(" :–—-."):
        name, rest = text[:start].strip().rstrip(":–—- ."), text[start:].lstrip(" :–—-.")
    elif found:
        name, rest = found["name"], found["rest"]
    elif nested and text:
        name, rest = text.rstrip(":"), ""
    else:
        return "", item_text(item)
    detail = "; ".join(part for part in (rest, nested) if part)
    return (name, detail) if len(name) <= longest else ("", item_text(item))


def _nested_texts(item: Item) -> list[str]:
    return [plain(line) for nested in item.nested for line in lines_of(nested)]


def _indications(listing: Listing) -> Built:
    symptom = says(listing.context, SYMPTOMS)
    kind = IndicationKind.SYMPTOM if symptom else IndicationKind.CONDITION
    values = []
    for item in listing.items:
        name, detail = named_item(item, _LABEL_LENGTH)
        label = name or detail
        values.append({"label": label, "detail": detail if name else "", "kind": kind.value})
    value = block_value(
        Aspect.SUITABILITY, heading=listing.heading, intro=listing.lead_in, items=listed(values)
    )
    return Built(value, (f"Every item is a {kind.value}; no codes.",))


def _contraindications(listing: Listing) -> Built:
    soft = says(listing.lead_in, RELATIVE) or says(listing.heading, RELATIVE)
    values = []
    for item in listing.items:
        text = item_text(item)
        relative = soft or says(text, RELATIVE)
        severity = Severity.RELATIVE if relative else Severity.ABSOLUTE
        values.append({"text": text, "severity": severity.value})
    value = block_value(Aspect.CONTRAINDICATIONS, heading=listing.title, items=listed(values))
    relative_items = sum(item["severity"] == Severity.RELATIVE.value for item in values)
    never = len(values) - relative_items
    return Built(value, (f"Severity: {never} “never”, {relative_items} “ask first”.",))


def _side_effects(listing: Listing) -> Built:
    words = f"{listing.title} {listing.spare_heading}"
    serious = bool(says(words, SERIOUS)) and not says(words, NOT_SERIOUS)
    values = [
        {"text": item_text(item), "frequency": "unknown", "serious": serious}
        for item in listing.items
    ]
    value = block_value(Aspect.SIDE_EFFECTS, heading=listing.title, items=listed(values))
    marked = "all serious" if serious else "none serious"
    return Built(value, (f"How often: not known; {marked}.",))


def _benefits(listing: Listing) -> Built:
    claims = [{"claim": item_text(item)} for item in listing.items]
    value = block_value(Aspect.BENEFITS, heading=listing.title, items=listed(claims))
    return Built(value, ("How sure we are, and which study says so, is open.",))


def _care_card(listing: Listing) -> Built:
    level = care_level(listing.context, listing.spare_heading)
    heading = listing.title or listing.spare_heading
    number = says(listing.context, _EMERGENCY_NUMBERS) if level is CareLevel.EMERGENCY else ""
    value = block_value(
        Aspect.WHEN_TO_GET_HELP,
        level=level.value,
        heading=heading,
        items=listed([item_text(item) for item in listing.items]),
        action=f"tel:{number}" if number else "",
    )
    copied = () if listing.title else (heading,)
    return Built(value, (f"Level: {level.value.replace('_', ' ')}.",), copied)


def care_level(*contexts: str) -> CareLevel:
    """The level that the nearest context names; urgent when none does."""
    for context in contexts:
        if says(context, EMERGENCY):
            return CareLevel.EMERGENCY
        if says(context, NOT_URGENT):
            return CareLevel.NON_URGENT
    return CareLevel.URGENT


def _steps(listing: Listing) -> Built | None:
    texts = [item_text(item) for item in listing.items]
    told = all(len(text.split()) > 2 for text in texts) and not says(listing.lead_in, FEELINGS)
    if not (listing.bullets.ordered or told):
        return None
    if listing.rule.name == "after" and not listing.bullets.ordered:
        # Advice for home that says what to leave is more than an order of events.
        both = _do_dont(listing)
        if both:
            return both
    values = []
    for item in listing.items:
        title, text = named_item(item, _TITLE_LENGTH)
        values.append({"title": title, "text": text})
    phase = _PHASES.get(listing.rule.name, Phase.DURING)
    value = block_value(
        listing.rule.aspect, heading=listing.title, phase=phase.value, steps=listed(values)
    )
    return Built(value, (f"Phase: {phase.value}.",))


def _do_dont(listing: Listing) -> Built | None:
    texts = [item_text(item) for item in listing.items]
    dont = [text for text in texts if is_negative(text)]
    do = [text for text in texts if not is_negative(text)]
    if not dont or not do or not all(map(tells, do)):
        return None
    return pair(listing.title, do, dont)


def pair(heading: str, do: list[str], dont: list[str]) -> Built:
    value = block_value(Aspect.SELF_CARE, heading=heading, do=listed(do), dont=listed(dont))
    return Built(value, ("What to do and what to leave were told apart by their first words.",))


def _checklist(listing: Listing) -> Built:
    texts = [item_text(item) for item in listing.items]
    value = block_value(
        listing.rule.aspect, heading=listing.title, items=listed(texts), printable=True
    )
    return Built(value)


def _key_points(listing: Listing) -> Built:
    texts = [item_text(item) for item in listing.items]
    return Built(block_value(Aspect.OVERVIEW, heading=listing.title, items=listed(texts)))


Builder: TypeAlias = Callable[[Listing], Built | None]
BUILDERS: dict[str, Builder] = {
    "indications": _indications,
    "contraindications": _contraindications,
    "side_effects": _side_effects,
    "benefits": _benefits,
    "care_card": _care_card,
    "steps": _steps,
    "do_dont": _do_dont,
    "checklist": _checklist,
    "key_points": _key_points,
}
