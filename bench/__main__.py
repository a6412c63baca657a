"""`python -m bench`: measure, and write bench/results.json, results.md and results.svg."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bench.cases import CLOSE, DISTANT, HUGE, LARGE, QUICK, SWITCHED, TOGETHER, Case
from bench.chart import chart
from bench.contenders.opening import available
from bench.machine import machine
from bench.markdown import markdown
from bench.measure import measured
from bench.measurement import Measurement
from bench.results import Results, load
from bench.start import CASE, starts

HERE = Path(__file__).parent
FOREIGN = ("PULUMI_", "TENCENTCLOUD_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")

app = typer.Typer(add_completion=False)
Only = Annotated[str, typer.Option(help="Measure the cases whose names have this; the others' results stay.")]


@app.callback(invoke_without_command=True)
def every(context: typer.Context, only: Only = "") -> None:
    """Measure all cases but those of `switched` and `huge`, or one of the groups below."""
    if context.invoked_subcommand is None:
        if not only:
            start()
        _run([*CLOSE, *DISTANT, *TOGETHER, *LARGE], only)


@app.command()
def start() -> None:
    """What a process takes until it can work."""
    results = load(HERE / "results.json", machine())
    results.replace(CASE, list(starts()), "")
    _keep(results)


@app.command()
def near() -> None:
    """Every contender, the service 50 ms away."""
    _run(CLOSE)


@app.command()
def far() -> None:
    """Every contender, the service at the end of a real line of 150 ms each way."""
    _run(DISTANT)


@app.command()
def large() -> None:
    """Hundreds of resources."""
    _run(LARGE)


@app.command()
def switched() -> None:
    """Switches of the CLI that a large stack may use."""
    _run(SWITCHED)


@app.command()
def huge() -> None:
    """Thousands of resources."""
    _run(HUGE)


@app.command()
def together() -> None:
    """Two stacks at once on one account."""
    _run(TOGETHER)


@app.command()
def quick() -> None:
    """A few limits, once; writes no files."""
    results = Results(machine())
    for case in QUICK:
        _measure(case, results)
    print(markdown(results))


def _run(cases: Sequence[Case], only: str = "") -> None:
    results = load(HERE / "results.json", machine())
    for case in cases:
        if only in str(case):
            _measure(case, results)
            results.save(HERE / "results.json")
    _keep(results)


def _keep(results: Results) -> None:
    results.save(HERE / "results.json")
    (HERE / "results.md").write_text(markdown(results), encoding="utf-8")
    (HERE / "results.svg").write_text(chart(results), encoding="utf-8")
    print(markdown(results))


def _measure(case: Case, results: Results) -> None:
    if case.way.missing:
        print(f"── {case}: not measured, for want of {case.way.missing}.", flush=True)
        return
    print(f"── {case}", flush=True)
    names = [name for name in case.repetitions if available(name, embedded=case.embedded)]
    absent = [f"{name}, which this machine has not" for name in case.repetitions if name not in names]
    rows: list[Measurement] = []
    for row in measured(case, names):
        print(f"   {row.contender}: {row.operation} {row.seconds:.2f} s", flush=True)
        rows.append(row)
    results.replace(str(case), rows, "; ".join(filter(None, [case.left_out, *absent])))


if __name__ == "__main__":
    for name in list(os.environ):
        if name.upper().startswith(FOREIGN):
            del os.environ[name]
    app()
