"""Limits of a zone, asked for by themselves: along come those that others will ask for next."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import CloudError, ServiceError
from tc_resources.cloud.identities import LimitIdentity
from tc_resources.cloud.services.listing import FRESH, Listed

MOST_DOMAINS = 20
"""Domain names in a filter, the most that the service takes."""
FEW = 3
"""Reads of a zone ahead of the writes: the engine checks one resource at a time, and each would be asked for alone."""

Read = Callable[[Collection[LimitIdentity]], Listed[LimitIdentity, int]]


class Targeted:
    """What `read` shows of the limits that it is asked for, all of one zone; known for a while. Safe under threads."""

    def __init__(self, read: Read, clock: Clock) -> None:
        self._clock = clock
        self._zones: defaultdict[str, _Zone] = defaultdict(lambda: _Zone(read, clock))
        self._lock = threading.Lock()

    def expect(self, identity: LimitIdentity) -> None:
        """Somebody will ask for this one."""
        self._zone(identity).expected[identity] = None

    def get(self, identity: LimitIdentity) -> Listed[LimitIdentity, int]:
        """What shows of a limit, as it was `FRESH` seconds ago at most. Raises the errors of a call.

        One read of a zone is made at a time, so whoever waits for one comes along in the next.
        """
        return self._zone(identity).get(identity)

    def ahead(self, identity: LimitIdentity) -> Listed[LimitIdentity, int] | None:
        """The same; None where nobody knows it and the reads ahead are used up."""
        return self._zone(identity).ahead(identity)

    def forget(self, identity: LimitIdentity) -> None:
        """It was written, and nobody will ask for it."""
        self._zone(identity).forget(identity)

    def _zone(self, identity: LimitIdentity) -> _Zone:
        with self._lock:
            return self._zones[identity.zone_id]


class _Zone:
    def __init__(self, read: Read, clock: Clock) -> None:
        self._read, self._clock = read, clock
        self.expected: dict[LimitIdentity, None] = {}
        self._left = FEW
        self._known: dict[LimitIdentity, tuple[float, Listed[LimitIdentity, int]]] = {}
        self._written: dict[LimitIdentity, float] = {}
        self._failed: tuple[float, CloudError] | None = None
        self._turn = threading.Lock()

    def get(self, identity: LimitIdentity) -> Listed[LimitIdentity, int]:
        since = self._clock.monotonic()
        with self._turn:
            known = self._fresh(identity)
            if known:
                return known
            if self._failed and since < self._failed[0]:
                raise self._failed[1]
            return self._look(identity)

    def ahead(self, identity: LimitIdentity) -> Listed[LimitIdentity, int] | None:
        with self._turn:
            known = self._fresh(identity)
            if known or not self._left:
                return known
            self._left -= 1
            return self._look(identity)

    def forget(self, identity: LimitIdentity) -> None:
        self.expected.pop(identity, None)
        self._written[identity] = self._clock.monotonic()

    def _fresh(self, identity: LimitIdentity) -> Listed[LimitIdentity, int] | None:
        begun, found = self._known.get(identity, (0.0, None))
        current = 0 <= self._clock.monotonic() - begun <= FRESH and begun > self._written.get(identity, 0.0)
        return found if current else None

    def _look(self, identity: LimitIdentity) -> Listed[LimitIdentity, int]:
        batch = self._batch(identity)
        begun = self._clock.monotonic()
        try:
            found = self._together(batch, identity)
        except CloudError as error:
            self._failed = self._clock.monotonic(), error
            raise
        self._known.update(dict.fromkeys(batch, (begun, found)))
        return found

    def _together(self, batch: list[LimitIdentity], identity: LimitIdentity) -> Listed[LimitIdentity, int]:
        try:
            return self._read(batch)
        except ServiceError:
            if len(batch) == 1:
                raise
            batch[:] = [identity]  # which of the others it was refused for is theirs to learn
            return self._read(batch)

    def _batch(self, identity: LimitIdentity) -> list[LimitIdentity]:
        """This one, and as many of the expected as one read takes."""
        batch, domains = [identity], {identity.domain_name}
        for other in list(self.expected):
            if other == identity or self._fresh(other):
                continue
            if len(domains | {other.domain_name}) <= MOST_DOMAINS:
                domains.add(other.domain_name)
                batch.append(other)
        return batch
