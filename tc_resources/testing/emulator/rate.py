"""How often an action may be called."""

from __future__ import annotations

from collections import defaultdict, deque

from tc_resources.testing.emulator.errors import ApiError


class Rate:
    """Documented: so many requests a second an action. Assumed: in any second, and refused requests do not count."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._arrivals: defaultdict[str, deque[float]] = defaultdict(deque)

    def count(self, action: str, at: float) -> None:
        arrivals = self._arrivals[action]
        while arrivals and arrivals[0] <= at - 1:
            arrivals.popleft()
        if len(arrivals) >= self._limit:
            raise ApiError("RequestLimitExceeded", f"{action} takes {self._limit} requests a second.")
        arrivals.append(at)
