"""Keeping below the service's rate, so that a run is never throttled by its own calls, nor by another run's.

All processes of this machine that address one account share one pace: the provider instances of a run, two stacks
at once, a run right after another. With what it cannot see (another machine, the console) it shares the rate: each
time the service has throttled a call it allows fewer calls, and then one more with every second.

The service counts arrivals, and nobody here sees one: of a call that has ended it is known that it had arrived by then,
and of its answer's way back and the next call's way there, that they take as long as the shortest way there and back.
"""

from __future__ import annotations

import hashlib
import logging
import math
from array import array
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field

from tc_resources.cloud.action import Action
from tc_resources.cloud.cancellation import to_the_end
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.errors import AgedError, LockedError, TransportError
from tc_resources.cloud.transport.shared_file import Numbers, boot

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

CERTAIN = 0.95
"""What of the shortest way there and back that was seen no other one is shorter than: a connect can be held up too."""
LOCK_AGAIN = 0.005
"""Seconds until another look at a record that another process changes, which takes far less than one."""
LOCK_PATIENCE = 1.0
"""Seconds after which that process is one that hangs."""

BACK, FULL_AT, SLOWED_AT = RATE, 2 * RATE, 2 * RATE + 1
"""Where the record has, behind when each slot has rested: how much less if the next call takes as long on its way;
when the whole rate is allowed again, and when it was last lowered."""

log = logging.getLogger(__name__)


class Pace:
    """Lets `RATE` calls of one action through in any second, as the service counts them, or fewer after a throttling.

    A call reaches the service between its start and its end, so a slot rests for a second from the end, less what is
    certain of the ways: the service never sees more than `RATE` arrivals in one second, however far away it is.
    Safe under threads and, for all that give it the same `scope`, under processes: `clock.monotonic` is the machine's.
    `round_trip` says how many seconds the shortest way there and back has taken, 0 where that is not known.
    """

    def __init__(
        self, scope: str, clock: Clock, deadline: Deadline, round_trip: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._clock, self._deadline, self._round_trip = clock, deadline, round_trip
        self._shortest = math.inf
        name = hashlib.sha256(f"{boot()} {scope}".encode()).hexdigest()[:32]
        self._record = Numbers(name, 2 * RATE + 2)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a slot, hold it for the call, and let it rest.

        Raises TransportError where none is free within the operation's time, LockedError where nobody can tell.
        """
        slot, wait = self._reserved()
        rest, back = WINDOW, 0.0
        try:
            if wait > 0:
                log.debug("Waiting %.2f s to keep below the service's rate.", wait)
                self._clock.sleep(wait)
            began = self._clock.monotonic()
            yield
            # A call without an answer may still be on its way.
            self._shortest = min(self._shortest, self._clock.monotonic() - began)
            back = self._certain()
        except AgedError:  # nothing was sent
            rest = 0.0
            raise
        finally:
            # What the call has done stays so, whoever holds the record: then the slot is one of a dead process.
            with suppress(LockedError), self._locked() as record:
                record[slot], record[BACK + slot] = self._clock.monotonic() + rest, back

    def _certain(self) -> float:
        """Seconds that an answer's way back and a call's way there take together at least."""
        return CERTAIN * min(self._round_trip(), self._shortest)

    def _locked(self) -> AbstractContextManager[array[float]]:
        end = min(self._deadline.end, self._clock.monotonic() + LOCK_PATIENCE)

        def pause() -> None:
            if self._clock.monotonic() >= end:
                raise LockedError(
                    f"Another process holds {self._record.path}, where all runs of this machine keep their common "
                    "pace. Nothing was sent."
                )
            with to_the_end():  # a call that has ended is not spoilt by it
                self._clock.sleep(LOCK_AGAIN)

        return self._record.locked(pause)

    def _reserved(self) -> tuple[int, float]:
        while (reserved := self._reserve()) is None:
            if self._clock.monotonic() + LOOK_AGAIN > self._deadline.end:
                raise TransportError(
                    f"Calls without an end hold all of the {RATE} that the service takes in a second; none ended "
                    "within the time limit (setting timeout).",
                    sent=False,
                )
            self._clock.sleep(LOOK_AGAIN)
        return reserved

    def _reserve(self) -> tuple[int, float] | None:
        """A slot and the seconds until it is free; None where too many are held by calls whose end nobody knows."""
        with self._locked() as record:
            now, there = self._clock.monotonic(), self._certain()
            free_at = [_free_at(at, min(back, there), now) for at, back in zip(record, record[BACK:], strict=False)]
            slots = sorted(range(RATE), key=free_at[:RATE].__getitem__)
            wait = max(0.0, free_at[slots[RATE - int(_allowed(record, now))]] - now)
            if wait > WINDOW:
                return None
            record[slots[0]], record[BACK + slots[0]] = now + wait + LEASE, 0.0
            return slots[0], wait

    def slow_down(self) -> None:
        """The service has throttled a call: allow fewer from now on. One second's throttlings count once."""
        with suppress(LockedError), self._locked() as record:
            now = self._clock.monotonic()
            if not 0 <= now - record[SLOWED_AT] < WINDOW:
                record[FULL_AT] = now + RATE - DECREASE * _allowed(record, now)
                record[SLOWED_AT] = now


def _free_at(at: float, back: float, now: float) -> float:
    """When a slot is free; at once where its time is none that anybody can have written since the clock began."""
    return at - max(0.0, back) if at <= now + WINDOW + LEASE else 0.0


def _allowed(record: array[float], now: float) -> float:
    """Calls a second: the whole rate, less one for each second that is left until then."""
    lost = record[FULL_AT] - now
    return RATE - lost if 0 < lost < RATE else RATE


@dataclass(frozen=True)
class Paces:
    """The pace of each action. `scope` says whose calls the service counts together: all of this machine share it.

    `round_trip` says how many seconds the shortest way to a service and back has taken.
    """

    scope: str
    clock: Clock
    deadline: Deadline
    round_trip: Callable[[str], float]
    _paces: dict[Action, Pace] = field(default_factory=dict)

    def of(self, action: Action) -> Pace:
        """The one of `action`."""
        if action in self._paces:
            return self._paces[action]
        scope, service = f"{self.scope} {action}", action.service
        pace = Pace(scope, self.clock, self.deadline, lambda: self.round_trip(service))
        return self._paces.setdefault(action, pace)
