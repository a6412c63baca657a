"""Measuring a case: the life of each contender's settings, operation by operation."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.cases import Case
from bench.contenders.contender import DESTROY, UP, UPDATE, Contender
from bench.contenders.opening import FLOOR, opened
from bench.contenders.together import Together
from bench.measurement import Measurement
from bench.memory import Memory
from bench.service import Service, Tally, serving

FIRST, SECOND = 500, 700
"""The value that everything has until the update, and from then on."""
REST = 1.1
"""Seconds after which the service has forgotten the calls of the operation before."""


def measured(case: Case, names: list[str]) -> Iterator[Measurement]:
    """Each of `names` in turn, and that as often as the case says."""
    with _switched(case.switches), serving(case.way) as service:
        for repetition in range(max(case.repetitions.values())):
            for name in names:
                if repetition < case.repetitions[name]:
                    yield from _life(case, name, repetition, service)


def _life(case: Case, name: str, repetition: int, service: Service) -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        contender = _opened(case, name, Path(folder), service)
        contender.declare(case.workload.inputs(FIRST))
        expected, state = [FIRST] * len(case.workload), None
        for operation in case.operations:
            if operation not in contender.operations:
                continue
            if operation == UPDATE:
                contender.declare(case.workload.inputs(SECOND))
                expected = [SECOND] * len(case.workload)
            elif operation == DESTROY:
                expected = []
            seconds, tally, memory = _timed(contender, operation, service)
            if name != FLOOR and tally.values != expected:
                raise RuntimeError(f"After {operation}, {name} should have left {expected}, not {tally.values}.")
            state = contender.state_bytes() if operation == UP else state
            yield Measurement(
                str(case), name, repetition, operation, seconds, tally.calls, tally.throttled, memory, state
            )


@contextmanager
def _switched(switches: Sequence[str]) -> Iterator[None]:
    """Have every CLI that is started inside these variables."""
    variables = dict(switch.split("=", 1) for switch in switches)
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]


def _opened(case: Case, name: str, folder: Path, service: Service) -> Contender:
    contenders = [
        opened(name, folder / str(number), service.account, embedded=case.embedded) for number in range(case.stacks)
    ]
    return Together(contenders) if case.stacks > 1 else contenders[0]


def _timed(contender: Contender, operation: str, service: Service) -> tuple[float, Tally, int | None]:
    with Memory(contender.process) as memory:
        start = time.perf_counter()
        contender.run(operation)
        seconds = time.perf_counter() - start
    tally = service.tally()
    if tally.calls:
        time.sleep(REST)
    return seconds, tally, memory.peak
