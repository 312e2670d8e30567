"""Whether a translation keeps its source's numbers, by value.

Any script's digits; thousands and decimal separators of any language; magnitudes in words
(1.3 billion, 1300 millones, 13 亿); 3 p.m. as 15; 2019-20 as 2019-2020. A number of the target
that the source does not have is a fault, so every changed digit is; so is a number that went
missing, unless it belongs to a name (COVID-19), which a translation may say without it.
The measure: tests/catalog/test_checks.py, on 3,071 professional translations a language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_SPACE = "\u00a0\u2009\u202f"
NUMBER = re.compile(rf"\d+(?:[.,\u066b\u066c'’{_SPACE}]\d+)*")
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d])")
_GROUPED = re.compile(
    r"([1-9]\d{0,2})((?:([.,' ])\d{3})(?:\3\d{3})*|(?:,\d\d)+,\d{3})(?:[.,](\d+))?"
)
_NAMED = re.compile(r"(?<!\w)\w*[A-Z]\w*(?:[-\u2010\u2011\u2013\w]*?[-\u2010\u2011\u2013])?(\d+)")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-\u2013/](\d\d)(?![\d/\u2013-])")
_POINT = re.compile(r"(?<![\w.])\.(?=\d)")
_MINUS = re.compile(r"(?:^|[\s(\[])[-\u2212]$")
DIGIT = re.compile(r"\d")  # of any script: Unicode category Nd
_FULL_HOUR = re.compile(r"(?<=\d)[:.]00(?!\d)")
_AFTERNOON = re.compile(r"(?<![\d:.])(\d{1,2})(?=(?::\d\d)?\s*p\.?\s?m\b)", re.IGNORECASE)

# What an English source may say in words and a translation in digits.
_WORDS = {
    word: value
    for value, words in enumerate(
        "zero|one once first|two twice second half|three third|four fourth|five fifth|six sixth|"
        "seven seventh|eight eighth|nine ninth|ten tenth|eleven|twelve dozen|thirteen|fourteen|"
        "fifteen|sixteen|seventeen|eighteen|nineteen|twenty".split("|")
    )
    for word in words.split()
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\b")
_MONTH_NUMBER = re.compile(r"(?<!\d)(\d{1,2})\s*[月월]")  # how Chinese and Korean name a month

# Powers of ten in the languages that have a lexicon: whole words, and stems that stand for endings.
_POWERS = {
    2: "百",
    3: "thousand mil mille tysiąc~ tysięc~ tys тыс~ 千 천 ألف آلاف হাজার ہزار טויזנט~",
    4: "万 萬 만",
    5: "লক্ষ~ লাখ~ لاکھ",
    6: "million~ millón millon~ milyon milion~ mln миллион~ млн 百万 百萬 백만 مليون~ ملايين "
    "মিলিয়ন~ ملین מיליאן~ מיליאָן~",
    7: "কোটি কোটির کروڑ",
    8: "亿 億 억",
    9: "billion~ milliard~ milya milyar miliard~ mld миллиард~ млрд 十亿 十億 مليار~ بليون বিলিয়ন~ "
    "بلین ارب מיליארד~",
}
# The longest first, so that 百万 is found before 百.
_MAGNITUDES = sorted(
    ((word, power) for power, words in _POWERS.items() for word in words.split()),
    key=lambda pair: len(pair[0]),
    reverse=True,
)


def _pattern(word: str) -> str:
    """5 mil, but not 5 miligramos; 5 千, but not 5 千克."""
    if ord(word[0]) > 0x3000:
        return f"({word})(?![克米卡瓦焦赫升帕])"
    return rf"({word[:-1]})\w*" if word.endswith("~") else rf"({word})(?!\w)"


_MAGNITUDE = re.compile(
    rf"[\s{_SPACE}+-]*(?:de\s+)?(?:{'|'.join(_pattern(word) for word, _ in _MAGNITUDES)})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NumberFault:
    """missing: numbers that only the source has; extra: that only the target has."""

    missing: tuple[Decimal, ...]
    extra: tuple[Decimal, ...]


def numbers_differ(source: str, target: str) -> bool:
    """Whether `target` has a number that `source` has not, or lacks one. source: English."""
    return number_fault(source, target) is not None


def number_fault(source: str, target: str) -> NumberFault | None:
    """What differs in the reading of both that differs least; None where one agrees."""
    if not DIGIT.search(source) and not DIGIT.search(target):
        return None  # most sentences of a leaflet
    months = {_MONTHS.index(name) + 1 for name in _MONTH.findall(source)}
    if months:
        numbered = {int(number) for number in _MONTH_NUMBER.findall(target)}
        if not numbered <= months:
            return NumberFault((), tuple(Decimal(number) for number in sorted(numbered - months)))
        target = _MONTH_NUMBER.sub(" ", target)
    named, spoken = _names_and_words(source)
    faults = []
    found_readings = _readings(target)
    for wanted in _readings(source):
        for found in found_readings:
            fault = _fault(wanted, found, named, spoken)
            if fault is None:
                return None
            faults.append(fault)
    return min(faults, key=lambda fault: len(fault.missing) + len(fault.extra))


def _fault(
    wanted: Counter[Decimal],
    found: Counter[Decimal],
    named: frozenset[Decimal],
    spoken: Counter[Decimal],
) -> NumberFault | None:
    missing, extra = wanted - found, found - wanted
    if missing:  # then nothing may be new: COVID-12 is a name that lost its number to another
        if set(missing) <= named and not extra:
            return None
    else:
        extra = extra - spoken
        if set(extra) <= named:
            return None
    return NumberFault(tuple(missing), tuple(extra))


@lru_cache(maxsize=16384)  # the source of a whole site: each language asks for it again
def _names_and_words(source: str) -> tuple[frozenset[Decimal], Counter[Decimal]]:
    """Numbers that belong to names, and those that stand in words."""
    named = frozenset(_value(number) for number in _NAMED.findall(ascii_digits(source)))
    return named, spoken_numbers(source)


def spoken_numbers(source: str) -> Counter[Decimal]:
    """What English says in words: twice a day, within five days."""
    return Counter(Decimal(_WORDS[word]) for word in _words(source))


def _words(source: str) -> Iterator[str]:
    return (word for word in re.findall(r"[a-z]+", source.lower()) if word in _WORDS)


@lru_cache(maxsize=4096)
def _readings(text: str) -> tuple[Counter[Decimal], ...]:
    """The numbers of a text in each way that it may be read; the usual way comes first."""
    return tuple(_each_reading(text))


def _each_reading(text: str) -> Iterator[Counter[Decimal]]:
    plain = _FULL_HOUR.sub("", with_plain_digits(text))
    texts = dict.fromkeys((plain, _SPACED.sub(lambda match: match.group().replace(" ", ""), plain)))
    for each in texts:
        yield Counter(_scaled_numbers(each))
        if _AFTERNOON.search(each):
            yield Counter(_scaled_numbers(_AFTERNOON.sub(_after_noon, each)))


def with_plain_digits(text: str) -> str:
    """Every script's digits as 0 to 9, .5 as 0.5, 2019-20 as two whole years."""
    return _YEARS.sub(_whole_years, _POINT.sub("0.", ascii_digits(text)))


def ascii_digits(text: str) -> str:
    """The same text with every script's digits as 0 to 9."""
    composed = unicodedata.normalize("NFC", text)
    return DIGIT.sub(lambda found: str(unicodedata.decimal(found.group())), composed)


def _whole_years(match: re.Match[str]) -> str:
    return f"{match[1]} {match[1][:2]}{match[2]}"


def _after_noon(match: re.Match[str]) -> str:
    return str(int(match[1]) % 12 + 12)


def plain_numbers(text: str) -> Counter[Decimal]:
    """The numbers of a text in the usual reading."""
    return _readings(text)[0]


def _scaled_numbers(text: str) -> Iterator[Decimal]:
    for match in NUMBER.finditer(text):
        *before, last = number_values(match.group())
        if _MINUS.search(text[max(0, match.start() - 2) : match.start()]):
            last = -last
        yield from before
        end = match.end()
        while word := _MAGNITUDE.match(text, end):
            last *= 10 ** _MAGNITUDES[(word.lastindex or 1) - 1][1]
            end = word.end()
        yield last


def number_values(written: str) -> list[Decimal]:
    """One number; or several, where the separators make no one number, as in 24.03.2020."""
    common = re.sub(f"[{_SPACE}\u066c’]", "'", written).replace("\u066b", ".")
    if grouped := _GROUPED.fullmatch(common):
        whole = re.sub(r"\D", "", grouped[1] + grouped[2])
        return [_value(f"{whole}.{grouped[4] or 0}")]
    parts = re.split(r"\D", common)
    if len(parts) == 2 and "'" not in common:
        return [_value(".".join(parts))]
    return [_value(part) for part in parts]


def _value(written: str) -> Decimal:
    """By value; but 0800 is a telephone number or a time, and neither 800 nor 00800."""
    if len(written) > 2 and written.startswith("0") and "." not in written:
        return Decimal(f"-1{written}")
    return Decimal(written)


def written_numbers(text: str, values: Iterable[Decimal]) -> tuple[str, ...]:
    """`values` as `text` writes them, with the digits 0 to 9; where it does not, as a number."""
    written = {
        value: match.group()
        for match in NUMBER.finditer(with_plain_digits(text))
        for value in number_values(match.group())
    }
    return tuple(
        dict.fromkeys(written.get(value) or written.get(-value) or f"{value:f}" for value in values)
    )
