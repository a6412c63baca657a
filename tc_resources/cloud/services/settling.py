"""What a listing shows once it cannot lag behind our last write any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from tc_resources.cloud.client import Client
from tc_resources.cloud.decision import renew
from tc_resources.cloud.errors import leaving_unclear
from tc_resources.cloud.service_time import ServiceTime

LAG = 30.0
"""Seconds for which a listing may show what was before a write (assumed; the documents give no figure)."""
LEAST = 0.01
"""Seconds between two readings at least, where the end is near."""
AHEAD = 3.0
"""Seconds that another machine's notion of the service's time may be ahead of ours."""
NOTHING = -1
"""In the place of a value that is expected, where none that shows can be believed yet."""
POLL = 2.0
"""Seconds between two readings of a listing that may lag."""

Row = TypeVar("Row")


class Reading(NamedTuple, Generic[Row]):
    """A row, None where the listing has none, and since which unix second that is known."""

    row: Row | None
    at: float


def read_by_itself(times: ServiceTime, read: Callable[[], Row | None]) -> Reading[Row]:
    """What `read` shows, which is known since it began."""
    begun = times.clock.monotonic()
    row = read()
    return Reading(row, times.of(begun))


class Settling:
    """Waits for listings, which may show what was before a write for `lag` seconds; all that wait at once share each
    reading.
    """

    def __init__(self, client: Client, lag: float | None = None) -> None:
        self._client, self._lag = client, LAG if lag is None else lag
        self._began = client.clock.monotonic()

    def until_lag_is_over(self, written_at: float) -> float:
        """When a listing shows a write of this unix second; one in the future was before our beginning.

        To be asked once the service has answered, whose clock it is by.
        """
        times = self._client.times
        return (written_at if written_at <= times.now() + AHEAD else times.of(self._began)) + self._lag

    def wait(
        self,
        read: Callable[[float], Reading[Row]],
        good: Callable[[Reading[Row]], bool],
        first: Reading[Row],
        until: float,
    ) -> Reading[Row]:
        """The `first` reading that is good, or is of `until` or later; `read` takes how old one may be, in seconds."""
        times, reading = self._client.times, first
        while not good(reading) and reading.at < until:
            self._client.deadline.pause(max(LEAST, min(POLL, until - times.now())))
            # The last one is no earlier than `until`, which another's reading that is shared may be.
            left = until - times.now()
            renew(self._client.clock)
            reading = read(POLL / 2 if left > 0 else min(POLL / 2, -left))
        return reading

    def is_absent(self, read: Callable[[float], Reading[Row]], written_at: float) -> bool:
        """Whether there is none, where the service has said so of what was written at this unix second.

        A listing may still show what has ended just now, and one that lags behind our write lacks what is there.
        """
        since, now = self.until_lag_is_over(written_at), self._client.times.now()
        with leaving_unclear():
            until = max(since, self.until_lag_is_over(now))
            return self.wait(read, lambda found: found.row is None and found.at >= since, read(0.0), until).row is None
