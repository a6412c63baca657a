"""One clock for all machines: the service's."""

from __future__ import annotations

import threading
from email.utils import parsedate_to_datetime

from tc_resources.cloud.clock import Clock

SECOND = 1.0
"""How long a date of an answer holds, which has no fractions."""
MOST_OFF = 300.0
"""Seconds by which a machine's clock may be off without the service's refusing what it signs."""


class ServiceTime:
    """The service's unix seconds by the dates of its answers; before there is one, the machine's. Thread-safe.

    An answer was dated at some time between its request and its arrival, and all together leave the service's clock
    little room. Where the machine's own is within that, it is right; else the latest is taken that there is room for:
    a time that is stored is never too early.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._room: tuple[float, float] | None = None
        """What the service's seconds are ahead of the monotonic ones, at the least and at the most."""
        self._stamped = 0.0

    def now(self) -> float:
        """The unix second that it is."""
        return self.of(self.clock.monotonic())

    def stamp(self) -> float:
        """The unix second of what was answered just now, to be kept: none is earlier than one before.

        The room grows smaller with each answer, and what is taken for the time with it.
        """
        now = self.now()
        with self._lock:
            self._stamped = max(now, self._stamped)
            return self._stamped

    def latest(self) -> float:
        """The unix second that it is at the most: as long as no answer has told, the machine's clock may be behind."""
        with self._lock:
            known = self._room is not None
        return self.now() if known else self.now() + MOST_OFF

    def of(self, monotonic: float) -> float:
        """The unix second that it was at these seconds of the machine's monotonic clock."""
        ahead = self.clock.now() - self.clock.monotonic()
        with self._lock:
            least, most = self._room or (ahead, ahead)
        return monotonic + (ahead if least <= ahead <= most else most)

    def learn(self, date: str, asked: float) -> None:
        """Heed the date of an answer that came just now to a request of these monotonic seconds.

        A date that is earlier than there is room for is nobody's clock. A later one is: the machine has slept.
        """
        try:
            dated = parsedate_to_datetime(date).timestamp()
        except (ValueError, OverflowError, OSError):  # the last two of dates that no clock has
            return
        new = dated - self.clock.monotonic(), dated + SECOND - asked
        with self._lock:
            least, most = self._room or new
            if new[0] > most:
                self._room = new
            elif new[1] >= least:
                self._room = max(least, new[0]), min(most, new[1])
