"""How long a listing shows what was before a write."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from tc_resources.cli.verification.findings import UnmeasuredError
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import Outcome, ServiceError

Seen = TypeVar("Seen")

PATIENCE = 60.0
"""Seconds for which a change is waited for."""
POLL = 0.5
"""Seconds between two looks."""
AT_ONCE = 1.0
"""Seconds from a write within which a first look that shows it tells of no lag."""


class Lag:
    """What is known of the lag of one listing."""

    def __init__(self, clock: Clock, patience: float | None = None) -> None:
        self.patience = PATIENCE if patience is None else patience
        self._clock = clock
        self._written_at: float | None = None
        self._longest: float | None = None
        self._hopeless = False

    @property
    def seconds(self) -> float | None:
        """The longest that was seen, to a tenth of a second and not below the truth; None before the first."""
        return self._longest

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A write is sent inside; one that is refused changes nothing."""
        before, self._written_at = self._written_at, self._clock.monotonic()
        try:
            yield
        except ServiceError as error:
            if error.outcome is Outcome.REFUSED:
                self._written_at = before
            raise

    def until(self, look: Callable[[], Seen]) -> Seen:
        """What a look sees once it sees something, by which the last write is shown.

        Raises UnmeasuredError where that takes too long.
        """
        self._demand_hope()
        looks = 1
        while not (found := look()):
            if self._since() > self.patience:
                self._hopeless = True
                self._demand_hope()
            self._clock.sleep(POLL)
            looks += 1
        seen = self._since()
        seen = 0.0 if looks == 1 and seen < AT_ONCE else math.ceil(seen * 10) / 10
        self._longest = max(seen, self._longest or 0.0)
        return found

    def settle(self) -> None:
        """Wait until a reading shows the last write. Raises UnmeasuredError where none does in time."""
        self._demand_hope()
        if self._written_at is not None:
            wait = self.patience if self._longest is None else self._longest * 1.5 + POLL
            self._clock.sleep(max(0.0, wait - self._since()))

    def _since(self) -> float:
        return self._clock.monotonic() - (self._written_at or 0.0)

    def _demand_hope(self) -> None:
        if self._hopeless:
            raise UnmeasuredError(f"the listing showed no change within {self.patience:.0f} s")
