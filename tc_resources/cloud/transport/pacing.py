"""Keeping below the service's rate, so that a run is never throttled by its own calls, nor by another run's.

All processes of this machine that address one account share one pace: the provider instances of a run, two stacks
at once, a run right after another. With what it cannot see (another machine, the console) it shares the rate: each
time the service has throttled a call it allows fewer calls, and then one more with every second.
"""

from __future__ import annotations

import hashlib
import logging
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tc_resources.cloud.action import Action
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.transport.shared_file import Numbers

RATE = 20
"""Requests that the service takes of one action in any one second (both API documents)."""
WINDOW = 1.01
"""Seconds that a slot rests: the service's second and what two clocks may differ by in it."""
LEASE = 30.0
"""Seconds that a call may take at the most: a process that is killed meanwhile keeps its slots no longer."""
LOOK_AGAIN = 0.05
"""Seconds until another look where nobody can say yet when a slot will be free."""
DECREASE = 0.7
"""What is left of the rate that a throttled call has shown to be too much."""

FULL_AT, SLOWED_AT = RATE, RATE + 1
"""Where the record has, behind the slots: when the whole rate is allowed again, and when it was last lowered."""

log = logging.getLogger(__name__)


class Pace:
    """Lets `RATE` calls of one action through in any second, as the service counts them, or fewer after a throttling.

    A call reaches the service between its start and its end, so a slot rests for a second from the end: whatever
    the latency does, the service never sees more than `RATE` arrivals in one second. Safe under threads and, for all
    that give it the same `scope`, under processes: `clock` is the machine's monotonic one.
    """

    def __init__(self, scope: str, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock, self._sleep = clock, sleep
        self._record = Numbers(hashlib.sha256(scope.encode()).hexdigest()[:32], RATE + 2)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a slot, hold it for the call, and let it rest."""
        while (reserved := self._reserve()) is None:
            self._sleep(LOOK_AGAIN)
        slot, wait = reserved
        try:
            if wait > 0:
                log.debug("Waiting %.2f s to keep below the service's rate.", wait)
                self._sleep(wait)
            yield
        finally:
            with self._record.locked() as record:
                record[slot] = self._clock() + WINDOW

    def _reserve(self) -> tuple[int, float] | None:
        """A slot and the seconds until it is free; None where too many are held by calls whose end nobody knows."""
        with self._record.locked() as record:
            now = self._clock()
            free_at = [at if at <= now + WINDOW + LEASE else 0.0 for at in record[:RATE]]
            slots = sorted(range(RATE), key=free_at.__getitem__)
            wait = max(0.0, free_at[slots[RATE - int(_allowed(record, now))]] - now)
            if wait > WINDOW:
                return None
            record[slots[0]] = now + wait + LEASE
            return slots[0], wait

    def slow_down(self) -> None:
        """The service has throttled a call: allow fewer from now on. One second's throttlings count once."""
        with self._record.locked() as record:
            now = self._clock()
            if not 0 <= now - record[SLOWED_AT] < WINDOW:
                record[FULL_AT] = now + RATE - DECREASE * _allowed(record, now)
                record[SLOWED_AT] = now


def _allowed(record: array[float], now: float) -> float:
    """Calls a second: the whole rate, less one for each second that is left until then."""
    lost = record[FULL_AT] - now
    return RATE - lost if 0 < lost < RATE else RATE


class Paces:
    """The pace of each action. `scope` says whose calls the service counts together: all of this machine share it."""

    def __init__(self, scope: str, clock: Clock) -> None:
        self._scope, self._clock = scope, clock
        self._paces: dict[Action, Pace] = {}

    def of(self, action: Action) -> Pace:
        """The one of `action`."""
        if action in self._paces:
            return self._paces[action]
        pace = Pace(f"{self._scope} {action}", self._clock.monotonic, self._clock.sleep)
        return self._paces.setdefault(action, pace)
