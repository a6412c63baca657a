"""Connections that are opened before they are asked for: what is to be sent often waits for an answer until then."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from typing import NamedTuple

import httpcore

Place = tuple[str, int]
"""A host and its port."""
FRESH = 3.0
"""Seconds for which one may wait: the other side may let go of one on which nothing comes."""


class Spare(NamedTuple):
    """One that is open, and since when, by the monotonic clock."""

    stream: httpcore.NetworkStream
    since: float


class Spares:
    """As many to a place, with those that were opened when asked for, as are reserved at once. Safe under threads."""

    def __init__(
        self, open_: Callable[[str, int], httpcore.NetworkStream], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._open, self._monotonic = open_, monotonic
        self._lock = Lock()
        self._opened: Counter[Place] = Counter()
        self._reserved: Counter[Place] = Counter()
        self._waiting: defaultdict[Place, deque[Future[Spare]]] = defaultdict(deque)

    @contextmanager
    def reserving(self, host: str, port: int) -> Iterator[None]:
        """Inside, one will be asked for: it begins to be opened, unless there are as many as are reserved."""
        place = (host, port)
        with self._lock:
            self._reserved[place] += 1
            lacking = self._opened[place] < self._reserved[place]
        try:
            if lacking:
                self._prepare(place)
            yield
        finally:
            with self._lock:
                self._reserved[place] -= 1

    def _prepare(self, place: Place) -> None:
        spare = Future[Spare]()
        with self._lock:
            self._opened[place] += 1
            self._waiting[place].append(spare)
        Thread(target=self._fill, args=(spare, place), daemon=True).start()

    def take(self, host: str, port: int, end: float) -> httpcore.NetworkStream | None:
        """One that is as good as new, waited for until `end`; None where there is none, so that the caller opens it."""
        while spare := self._next((host, port)):
            with suppress(Exception):  # whatever it was, the caller's own try tells it
                stream, since = spare.result(max(0.0, end - time.monotonic()))
                if self._monotonic() - since < FRESH and not stream.get_extra_info("is_readable"):
                    return stream
            spare.add_done_callback(_close)
        return None

    def _next(self, place: Place) -> Future[Spare] | None:
        with self._lock:
            if self._waiting[place]:
                return self._waiting[place].popleft()
            self._opened[place] += 1
            return None

    def _fill(self, spare: Future[Spare], place: Place) -> None:
        try:
            spare.set_result(Spare(self._open(*place), self._monotonic()))
        except Exception as error:  # noqa: BLE001 - handed to the one who takes it
            spare.set_exception(error)


def _close(spare: Future[Spare]) -> None:
    if not spare.exception():
        spare.result().stream.close()
