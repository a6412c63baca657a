"""How long a decision may wait for its write: what it was made on is known for a few seconds only.

A write that has not been sent by then (it is throttled, waits for its turn, or another reading takes long) is not sent
any more, and the decision is made again on what is there by then. From then on readings may take their time, which a
service that answers slowly needs each time: only what the write itself waits for counts, and the age of what is shared.
One that may have been carried out by an earlier try is repeated as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import AgedError

FRESH = 5.0
"""Seconds for which what was read is known: a decision that is made on it later reads anew."""

T = TypeVar("T")


@dataclass
class _Decision:
    since: float
    """When its readings began."""
    again: bool
    """Whether one before it was not written."""
    age: float = 0.0
    """Seconds that the oldest of its readings was old when it was asked for."""


_under_way: ContextVar[_Decision | None] = ContextVar("under_way", default=None)


def decided(clock: Clock, decide: Callable[[], T]) -> T:
    """What comes of `decide`, which reads and writes: once more where its writes would come too late."""
    again = False
    while True:
        token = _under_way.set(_Decision(clock.monotonic(), again))
        try:
            return decide()
        except AgedError:
            again = True
        finally:
            _under_way.reset(token)


def renew(clock: Clock) -> None:
    """What the decision under way will be made on is read from now on."""
    if decision := _under_way.get():
        decision.since, decision.age = clock.monotonic(), 0.0


def rest_on(age: float) -> None:
    """The decision under way is made on a reading that was begun so many seconds ago, also by another thread."""
    if decision := _under_way.get():
        decision.age = max(decision.age, age)


def demand_fresh(clock: Clock, what: str, begun: float) -> None:
    """Raises AgedError where the decision under way is too old for a call that was `begun` then."""
    decision = _under_way.get()
    if decision and clock.monotonic() - (begun if decision.again else decision.since) + decision.age > FRESH:
        raise AgedError(f"{what} was not sent: what it was decided on may not hold any more.")
