"""How long an operation may take: its calls, waits and retries share one end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import TransportError

LEAST = 1.0
"""Seconds that a try has at least."""

_end: ContextVar[float | None] = ContextVar("end", default=None)


class Deadline:
    """The end of the operation under way; each thread has its own. Outside of one, each call has `seconds`."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._seconds = clock, seconds

    @contextmanager
    def within(self, seconds: float | None = None) -> Iterator[None]:
        """One operation: what happens inside ends within `seconds`, by default those that an operation has."""
        token = _end.set(self._clock.monotonic() + (seconds or self._seconds))
        try:
            yield
        finally:
            _end.reset(token)

    @property
    def end(self) -> float:
        """When it is over, by the clock's monotonic seconds."""
        return _end.get() or self._clock.monotonic() + self._seconds

    @property
    def left(self) -> float:
        """Seconds until then, and `LEAST` at least."""
        return max(LEAST, self.end - self._clock.monotonic())

    def pause(self, seconds: float) -> None:
        """Sleep between two looks at something that has yet to settle; raises TransportError where time runs out."""
        if self._clock.monotonic() + seconds > self.end:
            raise TransportError("The service's listing did not settle within the time limit (setting timeout).")
        self._clock.sleep(seconds)
