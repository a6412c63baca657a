"""What a throttling does to the pace of all processes, and how machines share a rate."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from tc_resources.cloud.transport import shared_file
from tc_resources.cloud.transport.pacing import RATE, Pace
from tests.unit.cloud.simulation import Simulation, run_of


@pytest.fixture
def on_another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What is made from here on shares nothing with what was made before."""
    machines = itertools.count()

    def on_another_machine() -> None:
        folder = tmp_path / str(next(machines))
        folder.mkdir()
        monkeypatch.setattr(shared_file, "PLACES", (folder,))

    return on_another_machine


def at_once(simulation: Simulation, pace: Pace) -> int:
    """How many calls go through before one has to wait."""
    start = simulation.now
    for calls in itertools.count():
        with pace.slot():
            if simulation.now > start:
                return calls
    raise AssertionError


def test_a_throttling_lowers_the_rate_once_a_second_for_all_processes_and_each_second_raises_it_by_one() -> None:
    simulation = Simulation()
    one, other = simulation.process(), simulation.process()
    for _ in range(5):
        one.slow_down()
    rates = []
    for _ in range(4):
        simulation.run(lambda: rates.append(at_once(simulation, other)))
        simulation.now += 2.0
    assert rates == [14, 17, 20, 20]


def test_two_calls_a_second_are_allowed_however_often_the_service_throttles() -> None:
    simulation = Simulation()
    pace, rates = simulation.process(), []
    for _ in range(100):
        simulation.now += 1.02
        pace.slow_down()
    simulation.run(lambda: rates.append(at_once(simulation, pace)))
    assert rates == [2]


@pytest.mark.parametrize("machines", [2, 3])
def test_machines_that_know_nothing_of_each_other_settle_at_their_share_of_the_rate(
    machines: int, on_another_machine: Callable[[], None]
) -> None:
    simulation, threads, ended = Simulation(), [], list[float]()
    for _ in range(machines):
        on_another_machine()
        threads += run_of(simulation, 200, ended)
    start = simulation.now
    simulation.run(*threads)
    settled = start + 3
    throttled = [at for at in simulation.throttled if at > settled]
    assert len(throttled) < 0.1 * len([at for at in simulation.arrivals if at > settled])
    assert max(ended) - start < 1.35 * (200 * machines - RATE) / RATE
