"""What the checks know of a language: one file each in lexicon/, and what all of them share.

A language without a file is checked for what needs no words, and with the international units.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pages.catalog.checks.words import folded

_FOLDER = Path(__file__).parent / "lexicon"
# Vowel signs of Arabic, Hebrew, Bengali and Devanagari are parts of words, and no \w.
_WORD = r"[\w\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670\u0900-\u0963\u0980-\u09e3]"
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Unit:
    """code: such as "mg". sure: whether its spelling can mean nothing else."""

    code: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """unit: matches a unit at a place in a text, its last group numbers it in `units`.
    mentions: finds any spelling of a unit anywhere. duals: finds the word for two of a unit.
    script: "" where nobody said. doubled: words that may stand twice in a row."""

    code: str
    script: str
    unit: re.Pattern[str]
    units: tuple[Unit, ...]
    mentions: Mapping[str, re.Pattern[str]]
    explicit: re.Pattern[str]
    neutral: re.Pattern[str]
    implicit: re.Pattern[str]
    doubling_is_a_slip: bool
    doubled: frozenset[str]
    duals: Mapping[str, re.Pattern[str]]

    @property
    def negates(self) -> bool:
        """Whether the words that negate are known in this language."""
        return self.explicit is not _NOTHING


def has_lexicon(code: str) -> bool:
    return any((_FOLDER / f"{name}.toml").exists() for name in (code, code.partition("-")[0]))


@lru_cache(maxsize=64)
def lexicon(code: str) -> Lexicon:
    """code: BCP 47, lower case; zh-hant takes the file of zh where it has none of its own."""
    own = _read(code) or _read(code.partition("-")[0])
    spaced = own.get("spaced", True)
    spellings = _spellings(_read("any").get("units", {}), spaced=True)
    # A unit that stays in English is still the unit.
    spellings += [each for each in _spellings(_read("en")["units"], spaced=True) if each[0].sure]
    spellings += _spellings(own.get("units", {}), spaced=spaced)
    spellings += _spellings(own.get("duals", {}), spaced=spaced)
    spellings.sort(key=lambda each: len(each[1]), reverse=True)  # 毫克 before 克
    codes = sorted({unit.code for unit, _, _ in spellings})
    negation = own.get("negation", {})
    prefixes = negation.get("prefixes", "")
    return Lexicon(
        code=code,
        script=own.get("script", ""),
        unit=re.compile("|".join(f"({pattern})" for _, _, pattern in spellings)),
        units=tuple(unit for unit, _, _ in spellings),
        # Who has no list of units writes them in ways that nobody knows.
        mentions={
            code: re.compile(
                "|".join(_alone(each, p) for unit, each, p in spellings if unit.code == code)
            )
            for code in codes
            if "units" in own
        },
        explicit=_any_of(negation.get("explicit", ""), spaced, prefixes),
        neutral=_any_of(negation.get("neutral", ""), spaced, prefixes),
        implicit=_any_of(
            f"{_read('any')['negation']['implicit']} {negation.get('implicit', '')}",
            spaced,
            prefixes,
        ),
        doubling_is_a_slip=own.get("doubling_is_a_slip", True),
        doubled=frozenset(own.get("doubled", "").split()),
        duals={
            code: _dual_pattern(listed, prefixes) for code, listed in own.get("duals", {}).items()
        },
    )


def _read(name: str) -> Mapping[str, Any]:  # Any: what TOML holds
    path = _FOLDER / f"{name}.toml"
    if not path.exists():
        return {}
    return tomllib.loads(folded(unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))))


def _spellings(units: Mapping[str, str], *, spaced: bool) -> list[tuple[Unit, str, str]]:
    """(unit, spelling, pattern of it), every spelling of every unit."""
    return [
        (Unit(code, not each.startswith("?")), each, _unit_pattern(each.lstrip("?"), spaced))
        for code, listed in units.items()
        for each in listed.split()
    ]


def _unit_pattern(spelling: str, spaced: bool) -> str:
    # 5G is no five grams, but mL is ml.
    pattern = _pattern(spelling, spaced)
    return pattern if len(spelling) == 1 or not spelling.isascii() else f"(?i:{pattern})"


def _dual_pattern(listed: str, prefixes: str) -> re.Pattern[str]:
    """For a text that is not folded: the target goes on to checks that know it as it is."""
    words = "|".join(listed.split()).replace("ی", "[یيى]").replace("ک", "[كک]")
    return re.compile(rf"(?<!\w)[{prefixes}]?({words})(?!\w)")


def _alone(spelling: str, pattern: str) -> str:
    """No g of taking; but في اليوم, whose article is written together with the day."""
    return pattern if len(spelling.strip("?~")) > 2 else rf"(?<![^\W\d_]){pattern}"


def _any_of(listed: str, spaced: bool, prefixes: str) -> re.Pattern[str]:
    """For a text in lower case."""
    words = listed.lower().split()
    # One look behind for all of them is what makes it fast.
    inside = [_pattern(each, spaced) for each in words if each[0] == "~" or each == "n't"]
    begun = [_pattern(each, spaced) for each in words if each[0] != "~" and each != "n't"]
    if not words:
        return _NOTHING
    if not spaced:
        return re.compile("|".join(inside + begun))
    before = f"[{prefixes}]{{0,2}}" if prefixes else ""
    whole = f"(?<!{_WORD}){before}(?:{'|'.join(begun)})"
    return re.compile("|".join([*inside, whole]))


def _pattern(spelling: str, spaced: bool) -> str:
    core = re.escape(spelling.strip("~")).replace("_", r"\s+" if spaced else r"\s*")
    core = core.replace("'", "['’]")
    if not spaced:
        return core
    before = _WORD if spelling[0] == "~" else ""
    return before + core + (f"(?!{_WORD})" if spelling[-1] not in ".'%٪％~" else "")
