"""What this package is to reach, relative to the others of the same run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.cases import SIXTY, SIXTY_FAR, TOGETHER
from bench.contenders.contender import DESTROY, NO_CHANGE, PREVIEWED, REFRESH, UP, UPDATE
from bench.contenders.opening import BRIDGED, DYNAMIC, NATIVE, TERRAFORM
from bench.start import CASE, CHECK, PROGRAM
from bench.summary import Summary

BOTH = (DYNAMIC, NATIVE)
RIVALS = (TERRAFORM, BRIDGED)


@dataclass(frozen=True)
class Goal:
    """At most `factor` x (floor + `seconds`), for each of `contenders`."""

    case: str
    operations: tuple[str, ...]
    contenders: tuple[str, ...]
    seconds: float
    factor: float = 1.0

    def __str__(self) -> str:
        bound = f"floor + {self.seconds:g} s"
        return bound if self.factor == 1 else f"{self.factor:g} x ({bound})"

    def concerns(self, row: Summary) -> bool:
        """Whether this is what was measured."""
        return row.case == self.case and row.operation in self.operations and row.contender in self.contenders


WRITES = (UP, UPDATE, DESTROY)
NEAR, FAR = str(SIXTY), str(SIXTY_FAR)
GOALS = (
    Goal(CASE, (PROGRAM,), (DYNAMIC,), 0.03),
    Goal(CASE, (CHECK,), (DYNAMIC,), 0.25),
    Goal(CASE, (CHECK,), (NATIVE,), 0),
    Goal(NEAR, WRITES, (DYNAMIC,), 2, 1.1),
    Goal(NEAR, WRITES, (NATIVE,), 2, 1.05),
    Goal(NEAR, (NO_CHANGE,), BOTH, 0.2),
    Goal(NEAR, (PREVIEWED,), BOTH, 0.4),
    Goal(NEAR, (REFRESH,), BOTH, 0.2),
    Goal(FAR, WRITES, (DYNAMIC,), 2.3, 1.25),
    Goal(FAR, WRITES, (NATIVE,), 2.3, 1.1),
    Goal(FAR, (REFRESH,), BOTH, 0.8),
    Goal(str(TOGETHER[0]), WRITES, BOTH, 3.5, 1.25),
)
RACES = (NEAR, FAR)
"""The cases in which both faces are to be ahead of each of RIVALS in every operation."""


@dataclass(frozen=True)
class Standing:
    """What was measured beside what was to be reached, in seconds."""

    goal: str
    summary: Summary
    bound: float

    @property
    def met(self) -> bool:
        return self.summary.seconds <= self.bound


def standings(summaries: Iterable[Summary]) -> Iterator[Standing]:
    """Each goal of which something was measured."""
    rows = list(summaries)
    for goal in GOALS:
        for row in filter(goal.concerns, rows):
            if row.floor is not None:
                yield Standing(str(goal), row, goal.factor * (row.floor + goal.seconds))
    yield from _races(rows)


def _races(rows: Sequence[Summary]) -> Iterator[Standing]:
    runners = [row for row in rows if row.case in RACES and row.contender in BOTH]
    rivals = [row for row in rows if row.contender in RIVALS]
    for row in runners:
        for rival in rivals:
            if (rival.case, rival.operation) == (row.case, row.operation):
                yield Standing(rival.contender, row, rival.seconds)
