"""Reaching a host: its addresses race, so that one that swallows all packets costs a moment and not the whole time.

Each begins a little after the one before, or once that has failed; the families take turns (RFC 8305).
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import zip_longest
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Generic, TypeVar, cast

import httpcore

from tc_resources.cloud.transport.spares import Spares

HEAD_START = 0.25
"""Seconds that an address has before the next one is tried too."""
UNBOUNDED = 3600.0
LONGEST = 5.0
"""Seconds that a connection may take which nobody has asked for yet."""

T = TypeVar("T")


class Network(httpcore.NetworkBackend):
    """Opens connections, and remembers how far away each host is. Safe under threads."""

    def __init__(
        self,
        open_: Callable[..., httpcore.NetworkStream] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = open_ or httpcore.SyncBackend().connect_tcp
        self._monotonic = monotonic
        self._round_trips: dict[str, float] = {}
        self._spares = Spares(lambda host, port: self._reach(host, port, time.monotonic() + LONGEST, {}))

    def round_trip(self, host: str) -> float:
        """Seconds of the shortest way to `host` and back so far, 0 where none is known: a TCP connect takes one."""
        return self._round_trips.get(host, 0.0)

    def reserving(self, host: str, port: int) -> AbstractContextManager[None]:
        """Inside, a connection will be asked for, and is opened before."""
        return self._spares.reserving(host, port)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection within `timeout` seconds, names looked up included. Raises what httpcore raises."""
        end = time.monotonic() + (timeout or UNBOUNDED)
        how = {"local_address": local_address, "socket_options": socket_options}
        return self._spares.take(host, port, end) or self._reach(host, port, end, how)

    def _reach(self, host: str, port: int, end: float, how: dict[str, Any]) -> httpcore.NetworkStream:
        addresses = _resolved(host, port, end)
        tries = [partial(self._connect, host, address, port, end, how) for address in addresses]
        return first(tries, end, lambda stream: stream.close())

    def _connect(self, host: str, address: str, port: int, end: float, how: dict[str, Any]) -> httpcore.NetworkStream:
        left, began = max(0.001, end - time.monotonic()), self._monotonic()
        stream = self._open(address, port, timeout=left, **how)
        took = self._monotonic() - began
        self._round_trips[host] = min(took, self._round_trips.get(host, took))
        return stream


def _resolved(host: str, port: int, end: float) -> list[str]:
    """The addresses of a host, those of the first one's family and of the other in turns."""
    look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = first([look_up], end)
    except socket.gaierror as error:
        raise httpcore.ConnectError(f"the name {host} cannot be resolved ({error.strerror})") from error
    preferred = [str(one[4][0]) for one in found if one[0] == found[0][0]]
    others = [str(one[4][0]) for one in found if one[0] != found[0][0]]
    return list(dict.fromkeys(one for pair in zip_longest(preferred, others) for one in pair if one is not None))


def first(tries: Sequence[Callable[[], T]], end: float, discard: Callable[[T], object] = lambda _: None) -> T:
    """What the first try that succeeds brings; what others bring later is discarded.

    Raises the last one's error where all fail, and httpcore.ConnectTimeout at `end`, by time.monotonic.
    """
    race = _Race(discard)
    waiting, error = list(tries), None
    try:
        while waiting or race.running:
            if waiting:
                race.start(waiting.pop(0))
            left = max(0.0, end - time.monotonic())
            try:
                return race.result(min(HEAD_START, left) if waiting else left)
            except Empty:
                if left <= HEAD_START or not waiting:
                    break
            except Exception as failure:  # noqa: BLE001 - of one try: the next may fare better
                error = failure
    finally:
        race.close()
    raise error if error and not race.running else httpcore.ConnectTimeout("it could not be reached in time")


class _Race(Generic[T]):
    """Tries that run at once, each in a thread that is left alone once the race is over."""

    def __init__(self, discard: Callable[[T], object]) -> None:
        self.running = 0
        self._discard, self._lock, self._over = discard, Lock(), False
        self._ended: SimpleQueue[tuple[T | None, Exception | None]] = SimpleQueue()

    def start(self, attempt: Callable[[], T]) -> None:
        self.running += 1
        Thread(target=self._run, args=(attempt,), daemon=True).start()

    def result(self, seconds: float) -> T:
        """The outcome of the try that ends next. Raises its error, or Empty."""
        brought, error = self._ended.get(timeout=seconds)
        self.running -= 1
        if error:
            raise error
        return cast("T", brought)

    def close(self) -> None:
        with self._lock:
            self._over = True
            while not self._ended.empty():
                self._end(*self._ended.get())

    def _run(self, attempt: Callable[[], T]) -> None:
        ended: tuple[T | None, Exception | None]
        try:
            ended = attempt(), None
        except Exception as error:  # noqa: BLE001 - handed to the one who waits
            ended = None, error
        with self._lock:
            self._end(*ended) if self._over else self._ended.put(ended)

    def _end(self, brought: T | None, error: Exception | None) -> None:
        if error is None:
            self._discard(cast("T", brought))
