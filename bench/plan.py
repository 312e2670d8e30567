"""How much of everything a run measures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# Human translations that the project does not ship: without them nothing is handed off.
TICO_19 = Path(__file__).resolve().parents[2] / "shared" / "content" / "tico19"


@dataclass(frozen=True, slots=True)
class Plan:
    """few, some and many: pages, each in two languages. rounds of wrk, each of so many seconds;
    repetitions: of a publish. translated: pages in every language, which are bundled, and whose
    catalogues go out and come back; peer: of these through wagtail-localize too. searched:
    pages in each of the site's languages. mixed: pages in every language, asked for through nginx
    for `hold` seconds."""

    few: int
    some: int
    many: int
    rounds: int
    seconds: int
    repetitions: int
    translated: int
    peer: int
    searched: int
    mixed: int
    hold: int

    @property
    def sizes(self) -> tuple[int, ...]:
        return self.few, self.some, self.many, self.translated


FULL = Plan(
    few=100,
    some=500,
    many=10_000,
    rounds=3,
    seconds=4,
    repetitions=15,
    translated=300,
    peer=30,
    searched=10_000,
    mixed=20,
    hold=60,
)
QUICK = Plan(
    few=20,
    some=40,
    many=600,
    rounds=1,
    seconds=4,
    repetitions=2,
    translated=12,
    peer=2,
    searched=30,
    mixed=2,
    hold=4,
)
