"""What this package is to reach, relative to the floor of the same run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.cases import SIXTY, SPREAD, TOGETHER
from bench.contenders.contender import DESTROY, NO_CHANGE, PREVIEWED, REFRESH, UP, UPDATE
from bench.contenders.opening import INSTANCES, OURS
from bench.imports import CASE, PROGRAM, PROVIDER
from bench.summary import Summary


@dataclass(frozen=True)
class Goal:
    """At most `factor` x (floor + `seconds`)."""

    case: str
    operations: tuple[str, ...]
    seconds: float
    factor: float = 1.0

    def __str__(self) -> str:
        bound = f"floor + {self.seconds:g} s"
        return bound if self.factor == 1 else f"{self.factor:g} x ({bound})"


WRITES = (UP, UPDATE, DESTROY)
GOALS = (
    Goal(CASE, (PROGRAM,), 0.03),
    Goal(CASE, (PROVIDER,), 0.25),
    Goal(str(SIXTY), WRITES, 2, 1.1),
    Goal(str(SIXTY), (NO_CHANGE,), 0.2),
    Goal(str(SIXTY), (PREVIEWED,), 0.4),
    Goal(str(SIXTY), (REFRESH,), 0.3),
    Goal(str(TOGETHER[0]), WRITES, 3.5, 1.25),
    Goal(str(SPREAD[0]), (UP,), 2, 1.3),
)


@dataclass(frozen=True)
class Standing:
    """What was measured beside what was to be reached, in seconds."""

    goal: Goal
    summary: Summary
    bound: float

    @property
    def met(self) -> bool:
        return self.summary.seconds <= self.bound


def standings(summaries: Iterable[Summary]) -> Iterator[Standing]:
    """Each goal of which something was measured."""
    rows = [row for row in summaries if row.contender in (OURS, *INSTANCES)]
    for goal in GOALS:
        for row in rows:
            if row.case == goal.case and row.operation in goal.operations and row.floor is not None:
                yield Standing(goal, row, goal.factor * (row.floor + goal.seconds))
