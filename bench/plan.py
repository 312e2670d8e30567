"""How much of everything a run measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """few, some and many: pages, each in two languages. rounds of wrk, each of so many seconds;
    repetitions: of a publish."""

    few: int
    some: int
    many: int
    rounds: int
    seconds: int
    repetitions: int

    @property
    def sizes(self) -> tuple[int, int, int]:
        return self.few, self.some, self.many


FULL = Plan(few=100, some=500, many=10_000, rounds=3, seconds=4, repetitions=15)
QUICK = Plan(few=20, some=40, many=200, rounds=1, seconds=4, repetitions=2)
