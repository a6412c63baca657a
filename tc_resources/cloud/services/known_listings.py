"""What is known of each scope (a zone, a sub-application), for a while: read once for all threads that ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedError
from typing import Any, Generic, NamedTuple

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.decision import FRESH, rest_on
from tc_resources.cloud.errors import CloudError, TransportError
from tc_resources.cloud.services.listing import Identity, Listed, Row
from tc_resources.cloud.single_flight import TOO_LONG


class _Reading(NamedTuple):
    """One that is under way, or done: when it began, and until when its reader has time."""

    begun: float
    end: float
    future: Future[Any]


class Listings(Generic[Identity, Row]):
    """What is known of each scope (a zone, a sub-application): read once, however many threads ask at once."""

    def __init__(self, read: Callable[[Any], Listed[Identity, Row]], clock: Clock, deadline: Deadline) -> None:
        self._read, self._clock, self._deadline = read, clock, deadline
        self._lock = threading.Lock()
        self._known: dict[Hashable, _Reading] = {}
        self._written: dict[tuple[Hashable, Identity], tuple[float, Row | None]] = {}

    def get(self, scope: Hashable, max_age: float = FRESH) -> Listed[Identity, Row]:
        """The listing of a scope, as it was begun to be read `max_age` seconds ago at most.

        Threads that waited for a reading that failed share its error, and the next one reads anew; so does at once
        who has more time than the reader had, as the up behind a look of its preview.
        """
        while True:
            ours, reading = self._reading(scope, max_age)
            try:
                found: Listed[Identity, Row] = reading.future.result(self._deadline.left)
            except WaitedError:
                raise TransportError(TOO_LONG) from None
            except CloudError as error:
                if ours or not error.transient or self._deadline.end <= reading.end + FRESH:
                    raise
            else:
                return found

    def _reading(self, scope: Hashable, max_age: float) -> tuple[bool, _Reading]:
        """One that is done or under way, and whether it was made for this."""
        with self._lock:
            now = self._clock.monotonic()
            known = self._known.get(scope)
            if known and 0 <= now - known.begun <= max_age:
                rest_on(now - known.begun)
                return False, known
            reading = self._known[scope] = _Reading(now, self._deadline.end, Future())
        self._fill(scope, reading)
        return True, reading

    def known(self) -> set[Identity]:
        """What was there when each scope was last read."""
        with self._lock:
            done = [reading.future.result().rows for reading in self._known.values() if reading.future.done()]
            return set().union(*done)

    def put(self, scope: Hashable, identity: Identity, row: Row | None) -> None:
        """Note our own write: the row is now `row`, or gone. A reading that is under way may not show it yet."""
        with self._lock:
            self._written[scope, identity] = self._clock.monotonic(), row
            known = self._known.get(scope)
            if known and known.future.done():
                _put(known.future.result().rows, identity, row)

    def _fill(self, scope: Hashable, reading: _Reading) -> None:
        try:
            found = self._read(scope)
            with self._lock:
                for (other, identity), (at, row) in self._written.items():
                    if other == scope and at > reading.begun:
                        _put(found.rows, identity, row)
                reading.future.set_result(found)
        except BaseException as error:  # noqa: BLE001 - handed to all that wait for it
            with self._lock:
                if self._known.get(scope) is reading:
                    del self._known[scope]
            reading.future.set_exception(error)


def _put(rows: dict[Identity, Row], identity: Identity, row: Row | None) -> None:
    if row is None:
        rows.pop(identity, None)
    else:
        rows[identity] = row
