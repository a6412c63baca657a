"""Medians of what was measured, and their ratio to the floor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from bench.contenders.opening import FLOOR
from bench.measurement import Measurement


@dataclass(frozen=True)
class Summary:
    """An operation of a contender in a case: medians of its runs; `floor` is that of the floor's seconds."""

    case: str
    contender: str
    operation: str
    repetitions: int
    seconds: float
    fastest: float
    slowest: float
    floor: float | None
    calls: float
    throttled: float
    memory: int | None
    state: float | None

    @property
    def above_floor(self) -> float | None:
        """Seconds; None where the floor was not measured."""
        return self.seconds - self.floor if self.floor else None

    @property
    def ratio(self) -> float | None:
        """To the floor; None where the floor was not measured."""
        return self.seconds / self.floor if self.floor else None


def summaries(measurements: Iterable[Measurement]) -> list[Summary]:
    """One for each operation of each contender in each case, in the order of their first measurement."""
    groups: dict[tuple[str, str, str], list[Measurement]] = {}
    for row in measurements:
        groups.setdefault((row.case, row.contender, row.operation), []).append(row)
    return [_summary(rows, groups.get((case, FLOOR, operation), [])) for (case, _, operation), rows in groups.items()]


def _summary(rows: list[Measurement], floor: list[Measurement]) -> Summary:
    seconds = [row.seconds for row in rows]
    return Summary(
        rows[0].case,
        rows[0].contender,
        rows[0].operation,
        len(rows),
        median(seconds),
        min(seconds),
        max(seconds),
        median(row.seconds for row in floor) if floor else None,
        median(row.calls for row in rows),
        median(row.throttled for row in rows),
        max((row.memory for row in rows if row.memory), default=None),
        max((row.state for row in rows if row.state), default=None),
    )
