"""What the processes of a machine write of their calls, and what becomes of it after a kill or while it is held."""

from __future__ import annotations

import fcntl
import math
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.errors import AgedError, LockedError, Outcome, TransportError
from tc_resources.cloud.transport import shared_file
from tc_resources.cloud.transport.pacing import LEASE, LOCK_PATIENCE, RATE, WINDOW
from tc_resources.cloud.transport.shared_file import folder
from tests.unit.cloud.simulation import QUICK, Simulation, run_of


def test_the_scope_which_has_the_key_s_id_is_in_no_name_and_no_file() -> None:
    simulation = Simulation()
    simulation.scope = "intl AKIDSECRET teo:Describe"
    simulation.process().slow_down()
    [file] = shared_file.PLACES[0].glob("tc-resources-*/*")
    assert b"AKID" not in file.read_bytes()
    assert "AKID" not in file.name


def test_a_failed_call_gives_its_slot_back() -> None:
    simulation = Simulation()
    start, pace = simulation.now, simulation.process()

    def work() -> None:
        for _ in range(RATE + 1):
            with pytest.raises(ZeroDivisionError), pace.slot():
                raise ZeroDivisionError

    simulation.run(work)
    assert simulation.now == pytest.approx(start + WINDOW)


def test_a_call_that_came_too_late_to_be_sent_leaves_its_slot_to_the_next() -> None:
    simulation = Simulation()
    start, pace = simulation.now, simulation.process()

    def work() -> None:
        for _ in range(RATE + 1):
            with pytest.raises(AgedError), pace.slot():
                raise AgedError

    simulation.run(work)
    assert simulation.now == start


def test_a_killed_process_keeps_its_slots_for_no_longer_than_a_call_may_take() -> None:
    simulation = Simulation()
    start, killed = simulation.now, simulation.process()
    held = [killed.slot() for _ in range(RATE)]
    for slot in held:
        slot.__enter__()
    simulation.run(simulation.caller(simulation.process(), iter([QUICK])))
    assert LEASE - WINDOW <= simulation.arrivals[0] - start <= LEASE + 0.1


def test_what_was_written_before_the_machine_started_again_makes_nobody_wait() -> None:
    """The clock begins anew then."""
    before, after = Simulation(now=1_000_000.0), Simulation(now=50.0)
    before.run(*run_of(before, RATE, []))
    before.process().slow_down()
    after.scope = before.scope
    after.run(after.caller(after.process(), iter([QUICK] * RATE)))
    assert after.now == 50.0


def test_what_was_written_before_the_last_start_makes_nobody_wait_where_the_clock_shows_as_much(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each start of the machine has a record of its own."""
    waited = []
    for start in ("one", "two"):
        (tmp_path / start).write_text(start)
        monkeypatch.setattr(shared_file, "BOOT_ID", tmp_path / start)
        simulation = Simulation()
        simulation.scope = "one account"
        pace = simulation.process()
        held = [pace.slot() for _ in range(RATE)]
        for slot in held:
            slot.__enter__()
        waited.append(simulation.now - 1000.0)
    assert waited == [0.0, 0.0]


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e300, -1.0])
def test_a_record_of_nonsense_makes_nobody_wait_for_more_than_a_second(number: float) -> None:
    simulation = Simulation()
    pace = simulation.process(0.3)
    pace.slow_down()
    [file] = folder().iterdir()
    file.write_bytes(array("d", [number] * (file.stat().st_size // 8)).tobytes())
    simulation.run(simulation.caller(pace, iter([QUICK] * RATE)))
    assert simulation.now <= 1000.0 + WINDOW


@pytest.fixture
def held() -> Iterator[Callable[[], None]]:
    """Hold all records that there are, as a process does that was stopped while it changed them."""
    with ExitStack() as stack:

        def hold() -> None:
            for path in folder().iterdir():
                fcntl.flock(stack.enter_context(path.open("rb")), fcntl.LOCK_EX)

        yield hold


@pytest.mark.parametrize(("seconds", "waited"), [(90.0, LOCK_PATIENCE), (0.5, 0.5)])
def test_a_record_that_somebody_holds_ends_within_the_time_limit_with_its_name(
    held: Callable[[], None], seconds: float, waited: float
) -> None:
    simulation = Simulation()
    pace = simulation.process(seconds=seconds)
    pace.slow_down()
    [file] = folder().iterdir()
    held()

    def work() -> None:
        with (
            pytest.raises(LockedError, match=f"^Another process holds {file}, .* pace. Nothing was sent.$"),
            pace.slot(),
        ):
            pass

    simulation.run(work)
    assert simulation.now == pytest.approx(1000.0 + waited, abs=0.02)


def test_what_a_call_has_done_stays_so_where_somebody_holds_the_record_at_its_end(held: Callable[[], None]) -> None:
    simulation = Simulation()
    pace, done = simulation.process(), []

    def work() -> None:
        with pace.slot():
            held()
            done.append("written")
        pace.slow_down()

    simulation.run(work)
    assert done == ["written"]


def test_slots_that_calls_without_an_end_hold_are_waited_for_within_the_time_limit() -> None:
    simulation = Simulation()
    pace = simulation.process(seconds=5.0)
    held = [pace.slot() for _ in range(RATE)]
    for slot in held:
        slot.__enter__()

    def work() -> None:
        with pytest.raises(TransportError, match="none ended within the time limit") as raised, pace.slot():
            pass
        assert raised.value.outcome is Outcome.REFUSED

    def operation() -> None:
        clock = Clock(monotonic=lambda: simulation.now)
        with Deadline(clock, 5.0).within():
            work()

    simulation.run(operation)
    assert 1004.9 < simulation.now <= 1005.0


def test_without_a_folder_to_share_a_process_has_a_pace_of_its_own() -> None:
    simulation = Simulation()
    start, shared = simulation.now, folder()
    shared.rmdir()
    shared.touch()
    simulation.run(simulation.caller(simulation.process(), iter([QUICK] * (RATE + 1))))
    assert simulation.now == pytest.approx(start + WINDOW)
