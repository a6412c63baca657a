"""Whether a service is out of reach: what one operation has waited for in vain, the next ones do not wait for too.

An engine may have asked for many operations at once that a few threads work off; on Ctrl-C it waits for all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from tc_resources.cloud.errors import TransportError

AGAIN = 1.0
"""Seconds after which one operation tries again."""


class Reach:
    """Of each service, by the kind of resource. Safe under threads; `monotonic` counts seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._lost: dict[Hashable, tuple[float, TransportError]] = {}

    @contextmanager
    def trying(self, kind: Hashable, *, tells: bool = True) -> Iterator[None]:
        """One operation. Raises TransportError at once where another one has just found the service out of reach.

        One that has a time of its own, and perhaps too little, `tells` nothing of the service.
        """
        self._demand(kind)
        try:
            yield
        except TransportError as error:
            if tells and error.silent:
                with self._lock:
                    self._lost[kind] = self._monotonic(), error
            raise
        with self._lock:
            self._lost.pop(kind, None)

    def _demand(self, kind: Hashable) -> None:
        with self._lock:
            now = self._monotonic()
            at, error = self._lost.get(kind, (0.0, None))
            if error is None:
                return
            if now - at >= AGAIN:
                self._lost[kind] = now, error  # the others wait for what this one finds
                return
        raise TransportError(f"{error} So this was not tried.", sent=False)
