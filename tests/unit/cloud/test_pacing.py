from __future__ import annotations

import fcntl
import heapq
import itertools
import math
from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.errors import LockedError, Outcome, TransportError
from tc_resources.cloud.retry import RetryPolicy
from tc_resources.cloud.transport import shared_file
from tc_resources.cloud.transport.pacing import CERTAIN, LEASE, LOCK_PATIENCE, RATE, WINDOW, Pace
from tc_resources.cloud.transport.shared_file import folder
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.rate import Rate

Call = tuple[float, float]
"""How many seconds a call takes, and how much of them has passed when it arrives at the service."""
QUICK = (0.0, 0.0)
NEAR = (0.05, 0.5)


class Simulation:
    """Threads of several processes that call one action, in a time that passes while all of them sleep."""

    _numbers = itertools.count()

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.scope = f"simulation {next(self._numbers)}"
        self.arrivals: list[float] = []
        self.throttled: list[float] = []
        self._rate = Rate(RATE)
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, Event]] = []

    def process(self, round_trip: float = 0.0, seconds: float = 1e9) -> Pace:
        """One that knows a host this far away, and whose operations may take so long."""
        clock = Clock(monotonic=lambda: self.now, sleep=self.sleep)
        return Pace(self.scope, clock, Deadline(clock, seconds), lambda: round_trip)

    def sleep(self, seconds: float) -> None:
        mine = self._until(self.now + seconds)
        self._wake_next()
        mine.wait()

    def run(self, *threads: Callable[[], object]) -> None:
        """Let each thread do its work; one at a time."""

        def run(work: Callable[[], object], turn: Event) -> None:
            turn.wait()
            try:
                work()
            finally:
                self._wake_next()

        with ThreadPoolExecutor(len(threads)) as pool:
            running = [pool.submit(run, work, self._until(self.now)) for work in threads]
            self._wake_next()
        for thread in running:
            thread.result()

    def _until(self, at: float) -> Event:
        turn = Event()
        heapq.heappush(self._sleepers, (at, next(self._order), turn))
        return turn

    def _wake_next(self) -> None:
        if self._sleepers:
            self.now, _, turn = heapq.heappop(self._sleepers)
            turn.set()

    def caller(self, pace: Pace, calls: Iterator[Call]) -> Callable[[], None]:
        """A thread that makes `calls`, each as soon as it may; others may take from the same ones."""

        def work() -> None:
            for call in calls:
                while not self._made(pace, call):
                    pace.slow_down()
                    self.sleep(RetryPolicy().throttled_wait / 2)

        return work

    def _made(self, pace: Pace, call: Call) -> bool:
        seconds, share = call
        with pace.slot():
            self.sleep(seconds * share)
            taken = self._taken()
            self.sleep(seconds * (1 - share))
        return taken

    def _taken(self) -> bool:
        try:
            self._rate.count("", self.now)
        except ApiError:
            self.throttled.append(self.now)
            return False
        self.arrivals.append(self.now)
        return True


def run_of(simulation: Simulation, calls: int, ended: list[float]) -> list[Callable[[], None]]:
    """The four threads of a process that makes so many calls; notes when the last one ended."""
    pace, left = simulation.process(), iter([NEAR] * calls)

    def thread() -> None:
        simulation.caller(pace, left)()
        ended.append(simulation.now)

    return [thread] * 4


@pytest.fixture
def on_another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What is made from here on shares nothing with what was made before."""
    machines = itertools.count()

    def on_another_machine() -> None:
        folder = tmp_path / str(next(machines))
        folder.mkdir()
        monkeypatch.setattr(shared_file, "PLACES", (folder,))

    return on_another_machine


@settings(deadline=None, max_examples=30, derandomize=True)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(0, 3) | st.just(0.0), st.floats(0, 1)), min_size=15, max_size=40),
        min_size=4,
        max_size=4,
    ),
    st.sampled_from([1, 2, 4]),
)
def test_no_second_of_the_service_sees_more_than_its_rate_whatever_the_latency_does(
    threads: list[list[Call]], processes: int
) -> None:
    simulation = Simulation()
    paces = itertools.cycle([simulation.process() for _ in range(processes)])
    simulation.run(*(simulation.caller(pace, iter(calls)) for pace, calls in zip(paces, threads, strict=False)))
    assert len(simulation.arrivals) == sum(map(len, threads))
    assert simulation.throttled == []


def test_calls_that_start_late_and_arrive_early_do_not_meet_in_one_second() -> None:
    """Twenty calls that arrive as they end, then twenty that arrive as they start."""
    simulation = Simulation()
    pace, slow, quick = simulation.process(), (0.9, 1.0), (0.9, 0.0)
    simulation.run(*(simulation.caller(pace, iter([slow] * 5 + [quick] * 5)) for _ in range(4)))
    assert simulation.throttled == []


Delay = st.floats(0, 0.5)
HELD_UP = 1 / CERTAIN - 1


@st.composite
def far_calls(draw: st.DrawFn) -> tuple[float, list[list[Call]]]:
    """A connect's time, and the calls of four threads over a line that delays each way by some time, and often more."""
    there, back = draw(Delay), draw(Delay)
    connect = (there + back) * (1 + draw(st.floats(0, HELD_UP)))
    more = st.tuples(st.just(0.0) | Delay, st.just(0.0) | Delay)
    calls = []
    for late, later in draw(st.lists(more, min_size=8, max_size=16)):
        seconds = there + late + back + later
        calls.append((seconds, (there + late) / seconds if seconds else 0.0))
    return connect, [calls] * draw(st.sampled_from([4, 30]))


@settings(deadline=None, max_examples=50, derandomize=True)
@given(far_calls(), st.sampled_from([1, 2, 4]), st.floats(0, 1))
def test_no_second_of_the_service_sees_more_than_its_rate_at_any_distance(
    far: tuple[float, list[list[Call]]], processes: int, near: float
) -> None:
    """Some processes know all of the way, and some, behind a proxy, a part of it."""
    connect, threads = far
    simulation = Simulation()
    paces = itertools.cycle([simulation.process(connect * (near if number % 2 else 1)) for number in range(processes)])
    simulation.run(*(simulation.caller(pace, iter(calls)) for pace, calls in zip(paces, threads, strict=False)))
    assert len(simulation.arrivals) == sum(map(len, threads))
    assert simulation.throttled == []


@pytest.mark.parametrize(("known", "least", "most"), [(0.3, 19.4, 20), (0.1, 16, 17), (0.0, 15, 15.5)])
def test_at_300_milliseconds_the_pace_gives_the_whole_rate_as_far_as_the_way_is_known(
    known: float, least: float, most: float
) -> None:
    simulation = Simulation()
    pace = simulation.process(known)
    calls = iter([(0.3, 0.5)] * 300)
    simulation.run(*(simulation.caller(pace, calls) for _ in range(30)))
    after_the_first = [at for at in simulation.arrivals if at > simulation.arrivals[0] + 0.5]
    rate = (len(after_the_first) - RATE) / (after_the_first[-1] - after_the_first[0])
    assert simulation.throttled == []
    assert least <= rate <= most


def test_a_slot_that_a_far_process_leaves_rests_in_full_for_one_that_is_near() -> None:
    """Each may have reached another of the service's addresses."""
    simulation = Simulation()
    far, near = simulation.process(0.6), simulation.process(0.0)
    simulation.run(*(simulation.caller(far, iter([(0.6, 0.5)])) for _ in range(RATE)))
    simulation.run(*(simulation.caller(near, iter([QUICK])) for _ in range(RATE)))
    assert simulation.throttled == []
    assert simulation.now == pytest.approx(1000.6 + WINDOW)


def test_a_call_without_an_answer_leaves_its_slot_to_rest_in_full() -> None:
    """It may still be on its way."""
    simulation = Simulation()
    start, pace = simulation.now, simulation.process(0.5)

    def work() -> None:
        for _ in range(RATE):
            with pytest.raises(ZeroDivisionError), pace.slot():
                raise ZeroDivisionError
        with pace.slot():
            pass

    simulation.run(work)
    assert simulation.now == pytest.approx(start + WINDOW)


def test_a_way_that_takes_longer_than_the_window_rests_no_slot() -> None:
    simulation = Simulation()
    pace = simulation.process(3.0)
    simulation.run(*(simulation.caller(pace, iter([(3.0, 0.5)] * 3)) for _ in range(RATE)))
    assert simulation.arrivals == pytest.approx([1000.0 + at for at in (1.5, 4.5, 7.5) for _ in range(RATE)])


def test_the_rate_is_used_in_full() -> None:
    """Calls that take no time go in waves of twenty, one wave a second."""
    simulation = Simulation()
    start, pace = simulation.now, simulation.process()
    simulation.run(*(simulation.caller(pace, iter([QUICK] * 20)) for _ in range(4)))
    assert simulation.arrivals == pytest.approx([start + wave * WINDOW for wave in range(4) for _ in range(RATE)])


@pytest.mark.parametrize("processes", [2, 6])
def test_runs_at_once_share_the_rate_and_end_together(processes: int) -> None:
    """With six there are more threads than slots."""
    simulation = Simulation()
    start, ended = simulation.now, [list[float]() for _ in range(processes)]
    simulation.run(*(thread for times in ended for thread in run_of(simulation, 45, times)))
    ends = [max(times) - start for times in ended]
    assert simulation.throttled == []
    assert max(ends) < 1.15 * (45 * processes - RATE) / RATE + 1
    assert max(ends) - min(ends) < 0.2 * max(ends)


def test_a_run_right_after_another_is_not_throttled() -> None:
    simulation = Simulation()
    for _ in range(2):
        simulation.run(*run_of(simulation, RATE, []))
    assert len(simulation.arrivals) == 2 * RATE
    assert simulation.throttled == []


def test_accounts_and_actions_do_not_wait_for_each_other() -> None:
    simulation = Simulation()
    start = simulation.now
    for scope in ("one", "other"):
        simulation.scope = scope
        pace = simulation.process()
        for _ in range(RATE):
            with pace.slot():
                pass
    assert simulation.now == start


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
