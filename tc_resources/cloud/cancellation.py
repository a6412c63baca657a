"""A user's stop: what waits ends at once, no further call is sent, and what is half done is finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from tc_resources.cloud.errors import StoppedError

WAITED = "The run was cancelled while this waited."

_finishing: ContextVar[bool] = ContextVar("finishing", default=False)


def finishing() -> bool:
    """Whether what is under way must not stay half done: it goes on whatever happens."""
    return _finishing.get()


@contextmanager
def to_the_end() -> Iterator[None]:
    """What must not stay half done."""
    token = _finishing.set(True)
    try:
        yield
    finally:
        _finishing.reset(token)


class Cancellation:
    """Of all that one session has under way. Safe under threads."""

    def __init__(self) -> None:
        self._stopped: Future[None] = Future()

    def cancel(self) -> None:
        """End what waits, and what would begin."""
        if not self._stopped.done():
            self._stopped.set_result(None)

    def demand(self, what: str) -> None:
        """Raises StoppedError where `what` must not begin any more."""
        if self._stopped.done() and not finishing():
            raise StoppedError(f"{what} was not sent: the run was cancelled.")

    def sleep(self, seconds: float) -> None:
        """As the clock's. Raises StoppedError."""
        if finishing():
            wait([Future()], seconds)
        elif wait([self._stopped], seconds).done:
            raise StoppedError(WAITED)

    def attend(self, answer: Future[Any], seconds: float, let_go: Callable[[], bool]) -> None:
        """Until there is an answer or `seconds` are over. Raises StoppedError where it is let go at a cancel."""
        if finishing():
            return
        wait([self._stopped, answer], seconds, FIRST_COMPLETED)
        if self._stopped.done() and not answer.done() and let_go():
            raise StoppedError(WAITED)
