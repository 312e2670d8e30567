"""Whether the numbers of a translation keep their units: mg stays mg, hours stay hours.

A unit belongs to a number that it follows. It went wrong where its number stands before another
unit in the translation, or where the translation does not name it at all; and the other way
round. Days of a date, ages and times of day are not read as units where a language writes
them alike (3월 14일): such a spelling answers for a unit, and never asks for one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pages.catalog.checks.lexicon import Lexicon, lexicon
from pages.catalog.checks.numbers import DIGIT, NUMBER, number_values, with_plain_digits
from pages.catalog.checks.words import folded

_BETWEEN = re.compile(r"[\s\u00a0\u202f]{0,2}[-\u2010\u2011]?[\s\u00a0\u202f]?")
_SLASH = re.compile(r"\s?[/\u2215\uff0f]\s?")
# 2020 год is no duration and 2020 г. no weight.
_YEARS = (1800, 2100)
_TWO = Decimal(2)
_OF_A_YEAR = ("year", "g")


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit. sure: whether what is written can mean nothing else."""

    value: Decimal
    unit: str
    sure: bool
    written: str


@dataclass(frozen=True, slots=True)
class UnitFault:
    """wanted: a measure of the source that the target lacks; found: what stands there instead,
    or a measure of the target that the source does not have."""

    wanted: Measure | None
    found: Measure | None


def unit_faults(source: str, target: str, language: str) -> list[UnitFault]:
    """source: English. language: the target's code."""
    wanted, found = measures(source, "en"), measures(target, language)
    if not wanted and not found:
        return []
    faults = [*_lost(wanted, found, target, language)]
    blamed = {fault.found for fault in faults}
    said = {(each.value, each.unit) for each in wanted}
    faults += [
        UnitFault(None, each)
        for each in found
        if each.sure
        and (each.value, each.unit) not in said
        and each not in blamed
        and not _mentions(source, each.unit, "en")
    ]
    return faults


def _lost(
    wanted: tuple[Measure, ...], found: tuple[Measure, ...], target: str, language: str
) -> list[UnitFault]:
    by_value: dict[Decimal, dict[str, Measure]] = defaultdict(dict)
    for each in found:
        by_value[each.value][each.unit] = each
    own: dict[Decimal, set[str]] = defaultdict(set)
    for each in wanted:
        own[each.value].add(each.unit)
    faults = []
    for each in wanted:
        there = by_value[each.value]
        if not each.sure or each.unit in there:
            continue
        other = next((it for unit, it in there.items() if unit not in own[each.value]), None)
        if other is not None or not _mentions(target, each.unit, language):
            faults.append(UnitFault(each, other))
    return faults


def with_numbered_duals(source: str, target: str, language: str) -> str:
    """`target` with a 2 before each word that says two of a unit, as the source says it in digits.

    مترين for 2 metres: in Arabic two of a thing is one word.
    """
    duals = lexicon(language).duals
    for each in measures(source, "en") if duals else ():
        if each.value == _TWO and each.unit in duals:
            target = duals[each.unit].sub(r" 2 \1", target, count=1)
    return target


def _mentions(text: str, unit: str, language: str) -> bool:
    pattern = lexicon(language).mentions.get(unit.removeprefix("/"))
    # A language for which nobody listed this unit is not blamed for it.
    return pattern is None or pattern.search(folded(text)) is not None


def _per(read: str, start: int, end: int, value: Decimal, known: Lexicon) -> Iterator[Measure]:
    """The kg of 5 mg/kg."""
    slash = _SLASH.match(read, end)
    if slash and (unit := known.unit.match(read, slash.end())):
        named = known.units[(unit.lastindex or 1) - 1]
        yield Measure(value, f"/{named.code}", named.sure, read[start : unit.end()])


@lru_cache(maxsize=8192)
def measures(text: str, language: str) -> tuple[Measure, ...]:
    if not DIGIT.search(text):
        return ()
    known = lexicon(language)
    read = with_plain_digits(folded(text))
    found = []
    for number in NUMBER.finditer(read):
        between = _BETWEEN.match(read, number.end())
        start = between.end() if between else number.end()
        if unit := known.unit.match(read, start):
            named = known.units[(unit.lastindex or 1) - 1]
            value = number_values(number.group())[-1]
            sure = named.sure and not (named.code in _OF_A_YEAR and _YEARS[0] <= value <= _YEARS[1])
            found.append(Measure(value, named.code, sure, read[number.start() : unit.end()]))
            found += _per(read, number.start(), unit.end(), value, known)
    return tuple(found)
