"""How often the checks cry wolf, and what they let pass.

`python -m tests.catalog.measure_checks` prints the tables of docs/explanation/measured.md;
`--length-ratios` prints lexicon/length_ratio.toml.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pages.catalog.checks import NO_CONTEXT, CheckContext, failed_checks, findings
from pages.catalog.checks.blocking import BLOCKING
from pages.catalog.checks.lexicon import lexicon
from pages.catalog.checks.negation import Negation, negation_differs, negations
from pages.catalog.checks.shape import LENGTHS
from pages.catalog.checks.units import measures, unit_faults
from pages.catalog.checks.warning import WARNING
from pages.catalog.checks.words import folded
from pages.catalog.segments import Segment
from pages.languages import get_language
from tests.catalog.corpus import LEAFLETS, TICO19, Half, demo, demo_context, leaflet, plain, tico19

ONLY_THE_DEMO = ("ht", "ko", "pl")
Material = Sequence[tuple[Segment, str]]


@dataclass(slots=True)
class Alarms:
    """by_check: segments with that finding; blocked: with any that blocks."""

    segments: int = 0
    with_numbers: int = 0
    with_units: int = 0
    blocked: int = 0
    by_check: Counter[str] = field(default_factory=Counter)

    def share(self, check: str) -> float:
        """Of the segments with numbers or units for the checks of these, else of all."""
        base = {"numbers": self.with_numbers, "units": self.with_units}.get(check, self.segments)
        return self.by_check[check] / base if base else 0.0


def alarms(material: Material, code: str, context: CheckContext = NO_CONTEXT) -> Alarms:
    found, language = Alarms(), get_language(code)
    for segment, text in material:
        names = {finding.check for finding in findings(segment, text, language, context)}
        found.segments += 1
        found.with_numbers += any(map(str.isdecimal, segment.text + text))
        found.with_units += bool(measures(segment.text, "en") or measures(text, code))
        found.blocked += any(name in BLOCKING for name in names)
        found.by_check.update(names)
    return found


def digits_caught(material: Material, code: str, times: int = 3) -> tuple[int, int]:
    """(caught, changed): one digit of a translation that passes is changed, `times` over."""
    chance, language = random.Random(19), get_language(code)  # noqa: S311 (a repeatable choice)
    caught = changed = 0
    for segment, text in material:
        places = [at for at, character in enumerate(text) if character.isdecimal()]
        if "<" in text:
            continue  # a changed digit of a tag is refused, and no matter of numbers
        if not places or "numbers" in failed_checks(segment, text, language):
            continue
        for _ in range(times):
            other = _with_another_digit(text, chance.choice(places), chance)
            changed += 1
            caught += bool(failed_checks(segment, other, language))
    return caught, changed


def _with_another_digit(text: str, at: int, chance: random.Random) -> str:
    digit = unicodedata.decimal(text[at])
    other = chance.choice([value for value in range(10) if value != digit])
    return text[:at] + chr(ord(text[at]) - digit + other) + text[at + 1 :]


_OTHER_UNIT = {
    "hours": "days",
    "hour": "day",
    "days": "weeks",
    "day": "week",
    "weeks": "months",
    "week": "month",
    "months": "years",
    "month": "year",
    "minutes": "hours",
    "minute": "hour",
    "seconds": "minutes",
    "years": "months",
    "year": "month",
    "%": " mg",
    "percent": "mg",
    "mg": "mcg",
    "g": "mg",
}
_ENGLISH_UNIT = re.compile(rf"(?<=\d)([ -]?)({'|'.join(_OTHER_UNIT)})(?!\w)")


def units_caught(material: Material, code: str) -> tuple[int, int]:
    """(caught, changed): one unit of the English is changed, and the translation stays.

    So what is told apart is how translators write units, and not our own list of that.
    """
    caught = changed = 0
    for segment, text in material:
        if unit_faults(segment.text, text, code):
            continue
        for match in _ENGLISH_UNIT.finditer(segment.text):
            other = f"{match[1]}{_OTHER_UNIT[match[2]]}"
            source = segment.text[: match.start()] + other + segment.text[match.end() :]
            changed += 1
            caught += bool(unit_faults(source, text, code))
    return caught, changed


def negations_caught(material: Material, code: str) -> tuple[int, int]:
    """(caught, changed): every word that negates is taken out of the translation."""
    caught = changed = 0
    for segment, text in material:
        source, target = segment.text.lower(), folded(text.lower())
        if Negation.PLAIN not in negations(source, "en"):
            continue
        if Negation.PLAIN in negations(target, code):
            changed += 1
            without = lexicon(code).explicit.sub(" ", target)
            caught += negation_differs(source, without, code) is not None
    return caught, changed


def milliseconds(material: Material, code: str, work: Callable[..., object]) -> list[float]:
    """Of each segment, once."""
    language, taken = get_language(code), []
    for segment, text in material:
        start = time.thread_time()  # other programs of the machine do not count
        work(segment, text, language)
        taken.append((time.thread_time() - start) * 1000)
    return taken


def length_ratios() -> str:
    """lexicon/length_ratio.toml: all but the furthest two, or one in 400, at each end; and a
    tenth more for long sources, three tenths for short ones.

    Of TICO-19's even half; where there is only the demo, of all of that.
    """
    lines = [
        "# Characters of a translation for one of its English source: [least, most], for sources",
        f"# of {LENGTHS[0]} characters or more (short) and of {LENGTHS[1]} or more (long).",
        "# Made by `python -m tests.catalog.measure_checks --length-ratios`. ht, ko and pl know",
        "# the demo only.",
    ]
    for code in sorted([*TICO19, *ONLY_THE_DEMO]):
        is_demo = code in ONLY_THE_DEMO
        material = demo(code) if is_demo else [plain(pair) for pair in tico19(code, Half.SEEN)]
        lines += ["", f"[{code}]"]
        for name, least, most in (("short", *LENGTHS), ("long", LENGTHS[1], 10**6)):
            ratios = sorted(
                len(text) / len(segment.text)
                for segment, text in material
                if least <= len(segment.text) < most
            )
            low, high = _limits(ratios, is_demo=is_demo, wider=1.3 if name == "short" else 1.1)
            lines.append(f"{name} = [{low:.2f}, {high:.2f}]  # of {len(ratios)}")
    return "\n".join(lines)


def _limits(ratios: Sequence[float], *, is_demo: bool, wider: float) -> tuple[float, float]:
    if is_demo:
        return ratios[0] / wider, ratios[-1] * wider
    cut = max(2, len(ratios) // 400)
    return ratios[cut] / wider, ratios[-1 - cut] * wider


def _percent(share: float) -> str:
    return f"{share * 100:.1f}"


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _alarm_table(title: str, materials: dict[str, Material]) -> None:
    names = ["numbers", "units", *(n for n in BLOCKING if n not in ("numbers", "units"))]
    counted = {code: alarms(material, code) for code, material in materials.items()}
    shown = [name for name in names if any(each.by_check[name] for each in counted.values())]
    warned = [name for name in WARNING if name not in ("glossary", "consistency")]
    print(f"\n{title}\n")
    print(_row(["", "segments", "with numbers", "with units", *shown, "any that blocks", *warned]))
    print(_row(["---"] * (5 + len(shown) + len(warned))))
    for code, each in counted.items():
        cells = [each.segments, each.with_numbers, each.with_units]
        shares = [*map(each.share, shown), each.blocked / each.segments, *map(each.share, warned)]
        print(_row([code, *cells, *map(_percent, shares)]))


def _context_table() -> None:
    print("\nDemo: its own glossary, and the same text elsewhere\n")
    print(_row(["", "segments", "with a term", "glossary", "consistency"]))
    print(_row(["---"] * 5))
    for code in (*TICO19, *ONLY_THE_DEMO):
        context, material = demo_context(code), demo(code)
        found = alarms(material, code, context)
        terms = sum(any(context.glossary.in_source(segment.text)) for segment, _ in material)
        counts = (found.by_check["glossary"], found.by_check["consistency"])
        print(_row([code, found.segments, terms, *counts]))


def _caught_table(materials: dict[str, Material]) -> None:
    print("\nCaught, of what was changed\n")
    print(_row(["", "digits", "of", "units", "of", "negations", "of"]))
    print(_row(["---"] * 7))
    for code, material in materials.items():
        cells: list[object] = [code]
        for count in (digits_caught, units_caught, negations_caught):
            caught, changed = count(material, code)
            share = f"{caught / changed * 100:.2f}" if changed else "-"
            cells += [share, changed]
        print(_row(cells))


def _speed_table(materials: dict[str, Material]) -> None:
    print("\nMilliseconds a segment, each seen for the first time\n")
    print(_row(["", "failed_checks: mean", "findings: median", "99 of 100", "slowest"]))
    print(_row(["---"] * 5))
    for code, material in materials.items():
        half = len(material) // 2
        failed_checks(*material[0], get_language(code))  # compiles the lexicon
        first = milliseconds(material[1:half], code, failed_checks)
        second = sorted(milliseconds(material[half:], code, findings))
        cells = (
            statistics.mean(first),
            statistics.median(second),
            second[int(len(second) * 0.99)],
            second[-1],
        )
        print(_row([code, *(f"{cell:.2f}" for cell in cells)]))


def main() -> None:
    if "--length-ratios" in sys.argv:
        print(length_ratios())
        return
    held_out = {code: [plain(p) for p in tico19(code, Half.HELD_OUT)] for code in TICO19}
    _speed_table(held_out)
    _alarm_table("TICO-19, held out", held_out)
    seen = {code: [plain(p) for p in tico19(code, Half.SEEN)] for code in TICO19}
    _alarm_table("TICO-19, seen", seen)
    _alarm_table("Leaflet", {code: [plain(p) for p in leaflet(code)] for code in LEAFLETS})
    demos = {code: demo(code) for code in (*TICO19, *ONLY_THE_DEMO)}
    _alarm_table("Demo", demos)
    _context_table()
    _caught_table(held_out)
    _caught_table({code: demos[code] for code in ONLY_THE_DEMO})


if __name__ == "__main__":
    main()
