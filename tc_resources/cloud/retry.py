"""Trying again while that can help, and what is known of a call in the end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.errors import CloudError, Outcome

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how far apart, in seconds: try n waits anything up to min(cap, base x 2^n), to spread out clients.

    A throttled try waits up to `throttled_wait`, since the service counts by the second and the pace sees to the rest;
    it may be repeated for as long as there is time.
    """

    attempts: int = 12
    base: float = 0.5
    cap: float = 8.0
    throttled_wait: float = 1.0

    def longest_wait(self, attempt: int, *, throttled: bool) -> float:
        """The most that is waited after try number `attempt`."""
        return self.throttled_wait if throttled else min(self.cap, self.base * 2**attempt)


class Retry:
    """Repeats what failed for a while, within the operation's time. Safe under threads."""

    def __init__(self, policy: RetryPolicy, clock: Clock, deadline: Deadline) -> None:
        self._policy, self._clock, self._deadline = policy, clock, deadline

    def run(
        self,
        attempt: Callable[[], T],
        on: type[CloudError] = CloudError,
        attempts: int | None = None,
        *,
        once: bool = False,
    ) -> T:
        """The result of `attempt`, repeated while its errors are transient ones of kind `on` and there is time.

        `attempts` bounds the tries in place of the policy. What may be carried out `once` alone is not repeated where
        it may have been.

        Raises its last error; that one is unclear where any try was.
        """
        outcomes: set[Outcome] = set()
        end = self._deadline.end

        def note(state: tenacity.RetryCallState) -> None:
            outcomes.add(_error(state).outcome)
            log.info("Try %d failed, waiting %.1f s: %s", state.attempt_number, state.upcoming_sleep, _error(state))

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, on) and _repeatable(error, once=once)),
            wait=self._wait,
            stop=lambda state: (
                self._exhausted(state, attempts or self._policy.attempts)
                or self._clock.monotonic() + state.upcoming_sleep > end
            ),
            sleep=self._clock.sleep,
            before_sleep=note,
            reraise=True,
        )
        try:
            return retrying(attempt)
        except CloudError as error:
            if Outcome.UNCLEAR in outcomes:
                error.outcome = Outcome.UNCLEAR
            raise

    def _wait(self, state: tenacity.RetryCallState) -> float:
        return self._clock.uniform(0, self._policy.longest_wait(state.attempt_number, throttled=_throttled(state)))

    @staticmethod
    def _exhausted(state: tenacity.RetryCallState, attempts: int) -> bool:
        most = min(attempts, _error(state).most_tries or attempts)
        return state.attempt_number >= most and not _throttled(state)


def _repeatable(error: CloudError, *, once: bool) -> bool:
    return error.transient and not (once and error.outcome is Outcome.UNCLEAR)


def _error(state: tenacity.RetryCallState) -> CloudError:
    error = state.outcome and state.outcome.exception()
    assert isinstance(error, CloudError)  # noqa: S101 - nothing else is tried again
    return error


def _throttled(state: tenacity.RetryCallState) -> bool:
    return _error(state).outcome is Outcome.THROTTLED
