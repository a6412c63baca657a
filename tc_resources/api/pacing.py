"""Keeping below the service's rate, so that a run is never throttled by its own calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import PriorityQueue

RATE = 20
"""Requests that the service takes of one action in any one second (both API documents)."""
WINDOW = 1.01
"""Seconds that a slot rests: the service's second and what two clocks may differ by in it."""


class Pace:
    """Lets `RATE` calls of one action through in any second, as the service counts them.

    A call reaches the service between its start and its end, so a slot rests for a second from the end: whatever
    the latency does, the service never sees more than `RATE` arrivals in one second. Safe under threads.
    """

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock, self._sleep = clock, sleep
        self._free: PriorityQueue[float] = PriorityQueue()
        for _ in range(RATE):
            self._free.put(clock())

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a slot, hold it for the call, and let it rest."""
        free_at = self._free.get()
        wait = free_at - self._clock()
        if wait > 0:
            self._sleep(wait)
        try:
            yield
        finally:
            self._free.put(self._clock() + WINDOW)
