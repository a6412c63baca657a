"""Work that several threads want done at once, and that is done once for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

from tc_resources.cloud.errors import TransportError

TOO_LONG = "Another operation's request did not end within the time limit (setting timeout)."

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Threads that come while the work is under way wait for it and share its success.

    An error is not shared, since it may come of what one thread alone has, such as little time: each that waited then
    does the work once itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flight: Future[T] | None = None

    def do(self, work: Callable[[], T], seconds: float) -> T:
        """The outcome of `work`, or of another thread's that is under way.

        Raises TransportError where the other's takes longer than `seconds`.
        """
        with self._lock:
            flight, ours = self._flight, self._flight is None
            if flight is None:
                flight = self._flight = Future()
        if ours:
            self._fly(flight, work)
        elif not wait([flight], seconds).done:
            raise TransportError(TOO_LONG)
        elif flight.exception():
            return work()
        return flight.result()

    def _fly(self, flight: Future[T], work: Callable[[], T]) -> None:
        try:
            outcome = work()
        except BaseException as error:  # noqa: BLE001 - for those that wait too, who then do it themselves
            self._end()
            flight.set_exception(error)
        else:
            self._end()
            flight.set_result(outcome)

    def _end(self) -> None:
        with self._lock:
            self._flight = None
