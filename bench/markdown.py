"""The results as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from bench.cases import FEW, MANY
from bench.goals import Standing, standings
from bench.growth import FACTOR, Growth, growths
from bench.results import Results
from bench.summary import Summary, summaries

COLUMNS = ("", "", "seconds", "spread", "x floor", "calls", "throttled", "peak MB", "bytes in state")
GROWTH_COLUMNS = ("", "", "ms a resource", "", "times as long", "above the floor", "times the calls")
GOAL_COLUMNS = ("", "", "", "goal", "seconds at most", "seconds", "met")


def markdown(results: Results) -> str:
    """All tables."""
    rows = summaries(results.measurements)
    parts = ["# Results", "\n".join(f"- {name}: {value}" for name, value in results.machine.items())]
    parts += [_case(case, list(of_case), results) for case, of_case in groupby(rows, key=lambda row: row.case)]
    if grown := growths(rows):
        sizes = f"From {FEW.workload} to {MANY.workload}"
        note = f"{sizes}: what a resource takes above the floor is to grow by {FACTOR} at most."
        parts += ["## Growth", note, _table(GROWTH_COLUMNS, map(_growth, grown))]
    if reached := list(standings(rows)):
        parts += ["## Goals", _table(GOAL_COLUMNS, map(_goal, reached))]
    return "\n\n".join(parts) + "\n"


def _case(case: str, rows: list[Summary], results: Results) -> str:
    repetitions = {row.contender: row.repetitions for row in rows}
    counts = ", ".join(f"{name} {times}" for name, times in repetitions.items())
    left_out = f" Not measured: {results.left_out[case]}." if results.left_out.get(case) else ""
    operations = list(dict.fromkeys(row.operation for row in rows))
    table = _table(COLUMNS, (_row(row) for row in sorted(rows, key=lambda row: operations.index(row.operation))))
    return f"## {case}\n\nRuns: {counts}.{left_out}\n\n{table}"


def _row(row: Summary) -> Sequence[str]:
    return (
        row.operation,
        row.contender,
        f"{row.seconds:.2f}",
        f"{row.fastest:.2f}–{row.slowest:.2f}",  # noqa: RUF001 - a range
        _number(row.ratio, 2),
        _number(row.calls),
        _number(row.throttled),
        _number(row.memory and row.memory / 1e6),
        _number(row.state),
    )


def _goal(standing: Standing) -> Sequence[str]:
    row = standing.summary
    met = "yes" if standing.met else "no"
    return (
        row.case,
        row.contender,
        row.operation,
        standing.goal,
        f"{standing.bound:.2f}",
        f"{row.seconds:.2f}",
        met,
    )


def _growth(growth: Growth) -> Sequence[str]:
    few, many = growth.milliseconds
    row = growth.many
    return (
        row.operation,
        row.contender,
        f"{few:.0f}",
        f"{many:.0f}",
        f"{growth.seconds:.2f}",
        _number(growth.above_floor, 2),
        _number(growth.calls, 2),
    )


def _number(value: float | None, digits: int = 0) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
