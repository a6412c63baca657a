from __future__ import annotations

import heapq
from contextlib import AbstractContextManager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tc_resources.api.pacing import RATE, WINDOW, Pace

Call = tuple[float, float]
"""How many seconds a call takes, and how much of them has passed when it arrives at the service."""


class Simulation:
    """Threads that call one action as fast as they may; time is each thread's own while it sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pace = Pace(lambda: self.now, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def arrivals(self, threads: list[list[Call]]) -> list[float]:
        """When each call reaches the service, in order."""
        waiting = [iter(calls) for calls in threads]
        events: list[tuple[float, int, AbstractContextManager[None] | None]] = [
            (0.0, n, None) for n in range(len(threads))
        ]
        arrived = []
        while events:
            self.now, thread, slot = heapq.heappop(events)
            if slot:
                slot.__exit__(None, None, None)
            call = next(waiting[thread], None)
            if call:
                slot = self.pace.slot()
                slot.__enter__()
                arrived.append(self.now + call[0] * call[1])
                heapq.heappush(events, (self.now + call[0], thread, slot))
        return sorted(arrived)


def within_the_rate(arrivals: list[float]) -> bool:
    """No more than twenty arrivals in any second, in which the service counts the first moment and not the last."""
    return all(later - earlier >= 1 for earlier, later in zip(arrivals, arrivals[RATE:], strict=False))


@settings(deadline=None, max_examples=30, derandomize=True)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(0, 3) | st.just(0.0), st.floats(0, 1)), min_size=15, max_size=40),
        min_size=4,
        max_size=4,
    )
)
def test_no_second_of_the_service_sees_more_than_its_rate_whatever_the_latency_does(threads: list[list[Call]]) -> None:
    assert within_the_rate(Simulation().arrivals(threads))


def test_calls_that_start_late_and_arrive_early_do_not_meet_in_one_second() -> None:
    """Twenty calls that arrive as they end, then twenty that arrive as they start."""
    slow, quick = (0.9, 1.0), (0.9, 0.0)
    assert within_the_rate(Simulation().arrivals([[slow] * 5 + [quick] * 5] * 4))


def test_the_rate_is_used_in_full() -> None:
    """Calls that take no time go in waves of twenty, one wave a second."""
    arrivals = Simulation().arrivals([[(0.0, 0.0)] * 20] * 4)
    assert arrivals == pytest.approx([wave * WINDOW for wave in range(4) for _ in range(RATE)])


def test_a_failed_call_gives_its_slot_back() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0], lambda seconds: now.__setitem__(0, now[0] + seconds))
    for _ in range(RATE + 1):
        with pytest.raises(ZeroDivisionError), pace.slot():
            raise ZeroDivisionError
    assert now == [WINDOW]
