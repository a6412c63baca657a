from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tc_resources.cloud.transport.pacing import CERTAIN, RATE, WINDOW
from tests.unit.cloud.simulation import QUICK, Call, Simulation, run_of


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
