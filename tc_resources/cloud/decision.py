"""How long a decision may wait for its write: what it was made on is known for a few seconds only.

A write that has not been sent by then (it is throttled, or waits for its turn) is not sent any more, and the decision
is made again on what is there by then. One that may have been carried out by an earlier try is repeated as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import AgedError

FRESH = 5.0
"""Seconds for which what was read is known: a decision that is made on it later reads anew."""

T = TypeVar("T")

_since: ContextVar[float] = ContextVar("since", default=math.inf)


def decided(clock: Clock, decide: Callable[[], T]) -> T:
    """What comes of `decide`, which reads and writes: once more where its writes would come too late."""
    while True:
        token = _since.set(clock.monotonic())
        try:
            return decide()
        except AgedError:
            pass
        finally:
            _since.reset(token)


def renew(clock: Clock) -> None:
    """What the decision under way will be made on was read just now."""
    if _since.get() < math.inf:
        _since.set(clock.monotonic())


def demand_fresh(clock: Clock, what: str) -> None:
    """Raises AgedError where the decision under way was begun too long ago."""
    if clock.monotonic() - _since.get() > FRESH:
        raise AgedError(f"{what} was not sent: what it was decided on may not hold any more.")
