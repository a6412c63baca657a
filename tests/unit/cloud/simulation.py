"""Processes that call a service at a pace, in time that passes in no time."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.retry import RetryPolicy
from tc_resources.cloud.transport.pacing import RATE, Pace
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
