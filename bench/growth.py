"""What an operation takes a resource when there are ten times as many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.cases import FEW, MANY
from bench.contenders.contender import OPERATIONS
from bench.summary import Summary

FACTOR = 1.1
"""What is to be the most, of seconds above the floor and of calls."""


@dataclass(frozen=True)
class Growth:
    """An operation of a contender in the two cases."""

    few: Summary
    many: Summary

    @property
    def milliseconds(self) -> tuple[float, float]:
        """A resource's share, in either case."""
        return 1000 * self.few.seconds / len(FEW.workload), 1000 * self.many.seconds / len(MANY.workload)

    @property
    def seconds(self) -> float:
        """How many times as long."""
        few, many = self.milliseconds
        return many / few

    @property
    def above_floor(self) -> float | None:
        """How many times as long, without what the engine takes; None for the floor itself."""
        few, many = self.few.above_floor, self.many.above_floor
        return many / few * len(FEW.workload) / len(MANY.workload) if few and many else None

    @property
    def calls(self) -> float | None:
        """How many times as many; None where there are none."""
        share = self.many.calls * len(FEW.workload) / len(MANY.workload)
        return share / self.few.calls if self.few.calls else None


def growths(summaries: Sequence[Summary]) -> list[Growth]:
    """One for each operation of each contender that both cases have, by operation."""
    few = {(row.operation, row.contender): row for row in summaries if row.case == str(FEW)}
    many = [row for row in summaries if row.case == str(MANY) and (row.operation, row.contender) in few]
    grown = [Growth(few[row.operation, row.contender], row) for row in many]
    return sorted(grown, key=lambda growth: OPERATIONS.index(growth.many.operation))
