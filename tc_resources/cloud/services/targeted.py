"""Limits of a zone, asked for by themselves: along come those that others will ask for next."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import NamedTuple

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.decision import FRESH, rest_on
from tc_resources.cloud.errors import ServiceError
from tc_resources.cloud.identities import LimitIdentity
from tc_resources.cloud.services.listing import Listed
from tc_resources.cloud.single_flight import SingleFlight

MOST_DOMAINS = 20
"""Domain names in a filter, the most that the service takes."""
FEW = 1
"""Reads of a zone ahead of the writes: the engine checks one resource at a time, and each would be asked for alone."""

SOON, LONGEST = 0.02, 0.25
"""Seconds within which one that is expected follows another, and for which a read waits for them at the most."""

Found = Listed[LimitIdentity, int]
Read = Callable[[Collection[LimitIdentity]], Found]


class Look(NamedTuple):
    """A read that began at a monotonic second, and whom it asked for."""

    begun: float
    asked: Collection[LimitIdentity]
    found: Found


class Targeted:
    """What `read` shows of the limits that it is asked for, all of one zone; known for a while. Safe under threads."""

    def __init__(self, read: Read, clock: Clock, deadline: Deadline) -> None:
        self._zones: defaultdict[str, _Zone] = defaultdict(lambda: _Zone(read, clock, deadline))
        self._lock = threading.Lock()

    def expect(self, identity: LimitIdentity) -> None:
        """Somebody will ask for this one."""
        self._zone(identity).expected[identity] = None

    def get(self, identity: LimitIdentity) -> Found:
        """What shows of a limit, as it was `FRESH` seconds ago at most. Raises the errors of a call.

        One read of a zone is made at a time, so whoever waits for one comes along in the next.
        """
        return self._zone(identity).get(identity)

    def ahead(self, identity: LimitIdentity) -> Found | None:
        """The same; None where nobody knows it and the reads ahead are used up."""
        return self._zone(identity).ahead(identity)

    def forget(self, identity: LimitIdentity) -> None:
        """It was written, and nobody will ask for it."""
        self._zone(identity).forget(identity)

    def _zone(self, identity: LimitIdentity) -> _Zone:
        with self._lock:
            return self._zones[identity.zone_id]


class _Zone:
    def __init__(self, read: Read, clock: Clock, deadline: Deadline) -> None:
        self._read, self._clock, self._deadline = read, clock, deadline
        self.expected: dict[LimitIdentity, None] = {}
        self._left = FEW
        self._known: dict[LimitIdentity, Look] = {}
        self._written: dict[LimitIdentity, float] = {}
        self._flight: SingleFlight[Look] = SingleFlight()

    def get(self, identity: LimitIdentity) -> Found:
        since = self._clock.monotonic()
        while not (found := self._fresh(identity)):
            look = self._flight.do(lambda: self._look(identity), self._deadline.left)
            if identity in look.asked and look.begun >= since:  # however long it took
                return look.found
        return found

    def ahead(self, identity: LimitIdentity) -> Found | None:
        known = self._fresh(identity)
        if known or not self._left:
            return known
        self._left -= 1
        return self.get(identity)

    def forget(self, identity: LimitIdentity) -> None:
        self.expected.pop(identity, None)
        self._written[identity] = self._clock.monotonic()

    def _fresh(self, identity: LimitIdentity) -> Found | None:
        look, written = self._known.get(identity), self._written.get(identity, -math.inf)
        age = self._clock.monotonic() - look.begun if look else math.inf
        if look and look.begun > written and age <= FRESH:
            rest_on(age)
            return look.found
        return None

    def _look(self, identity: LimitIdentity) -> Look:
        batch = self._gathered(identity)
        begun = self._clock.monotonic()
        try:
            look = Look(begun, batch, self._read(batch))
        except ServiceError:
            if len(batch) == 1:
                raise
            # Which of the others it was refused for is theirs to learn, each alone: one would have all batches refused.
            for other in batch:
                self.expected.pop(other, None)
            look = Look(begun, [identity], self._read([identity]))
        self._known.update(dict.fromkeys(look.asked, look))
        return look

    def _gathered(self, identity: LimitIdentity) -> list[LimitIdentity]:
        """The batch, once no more are coming: an engine checks the resources of a program one soon after another."""
        batch, end = self._batch(identity), self._clock.monotonic() + LONGEST
        while identity in self.expected and not _is_full(batch) and self._clock.monotonic() < end:
            self._clock.sleep(SOON)
            before, batch = batch, self._batch(identity)
            if batch == before:
                break
        return batch

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


def _is_full(batch: Collection[LimitIdentity]) -> bool:
    return len({one.domain_name for one in batch}) == MOST_DOMAINS
