"""How often an action may be called."""

from __future__ import annotations

from collections import defaultdict, deque

from tc_resources.testing.emulator.errors import ApiError


class Rate:
    """Documented: so many requests a second an action. Assumed, as the strictest reading: in any second.

    With `refused_count` those above it count too, so that who keeps on calling is never let in.
    """

    def __init__(self, limit: int, *, refused_count: bool = False) -> None:
        self._limit = limit
        self._refused_count = refused_count
        self._arrivals: defaultdict[str, deque[float]] = defaultdict(deque)

    def count(self, action: str, at: float) -> None:
        """Take note of a call at the unix seconds `at`. Raises ApiError where it is one too many."""
        arrivals = self._arrivals[action]
        while arrivals and arrivals[0] <= at - 1:
            arrivals.popleft()
        exceeded = len(arrivals) >= self._limit
        if not exceeded or self._refused_count:
            arrivals.append(at)
        if exceeded:
            raise ApiError("RequestLimitExceeded", f"{action} takes {self._limit} requests a second.")
