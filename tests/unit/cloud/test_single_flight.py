from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest

from tc_resources.cloud.errors import TransportError
from tc_resources.cloud.single_flight import SingleFlight

Begin = Callable[[Callable[[], int]], "list[Future[int]]"]
SECONDS = 5.0


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Four threads that want the same work at once; it is not done before the other three wait for it."""
    waiting = threading.Semaphore(0)
    first = threading.Lock()

    def watched(flights: list[Future[int]], seconds: float) -> Any:
        waiting.release()
        return wait(flights, seconds)

    monkeypatch.setattr("tc_resources.cloud.single_flight.wait", watched)
    flight = SingleFlight[int]()

    def begin(work: Callable[[], int]) -> list[Future[int]]:
        def once_all_wait() -> int:
            if first.acquire(blocking=False):
                assert all(waiting.acquire(timeout=SECONDS) for _ in range(3))
            return work()

        with ThreadPoolExecutor(4) as threads:
            return [threads.submit(flight.do, once_all_wait, SECONDS) for _ in range(4)]

    return begin


def test_threads_that_come_while_work_is_under_way_share_its_outcome(begin: Begin) -> None:
    done: list[int] = []

    def work() -> int:
        done.append(1)
        return 5

    assert [outcome.result() for outcome in begin(work)] == [5, 5, 5, 5]
    assert done == [1]


def test_threads_that_waited_for_work_that_failed_do_it_once_themselves(begin: Begin) -> None:
    numbers = iter(range(9))

    def work() -> int:
        number = next(numbers)
        if number == 0:
            raise ValueError("no")
        return number

    first, *others = begin(work)
    assert str(first.exception()) == "no"
    assert sorted(outcome.result() for outcome in others) == [1, 2, 3]


def test_a_thread_waits_no_longer_than_its_own_time() -> None:
    flight = SingleFlight[int]()
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        assert go_on.wait(SECONDS)
        return 5

    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(flight.do, slow, SECONDS)
        assert begun.wait(SECONDS)
        with pytest.raises(TransportError, match="did not end within the time limit"):
            flight.do(slow, 0.01)
        go_on.set()
        assert other.result(SECONDS) == 5


def test_work_that_is_over_is_done_anew() -> None:
    flight = SingleFlight[int]()
    numbers = iter(range(3))
    assert [flight.do(lambda: next(numbers), SECONDS) for _ in range(2)] == [0, 1]


def test_work_that_failed_is_done_anew() -> None:
    flight = SingleFlight[int]()
    with pytest.raises(ZeroDivisionError):
        flight.do(lambda: 1 // 0, SECONDS)
    assert flight.do(lambda: 1, SECONDS) == 1
