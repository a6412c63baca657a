"""Limits that are asked for by themselves: in as few reads as can be, and never on what was known too long ago."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.decision import FRESH
from tc_resources.cloud.errors import CloudError, ServiceError, TransportError
from tc_resources.cloud.identities import LimitIdentity
from tc_resources.cloud.services.listing import Listed
from tc_resources.cloud.services.targeted import FEW, MOST_DOMAINS, SOON, Targeted

if TYPE_CHECKING:
    from tests.conftest import FakeClock


class Service:
    """Shows one limit, and notes how many are asked for at once."""

    def __init__(self) -> None:
        self.asked: list[list[LimitIdentity]] = []
        self.errors: list[CloudError | None] = []

    def read(self, wanted: Collection[LimitIdentity]) -> Listed[LimitIdentity, int]:
        self.asked.append(list(wanted))
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        return Listed({limit(0): 900})


def limit(number: int, area: str = "Overseas", zone: str = "zone-1") -> LimitIdentity:
    return LimitIdentity(zone, f"w{number}.example.com", area)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def targeted(service: Service, times: Clock) -> Targeted:
    return Targeted(service.read, times, Deadline(times, 60.0))


def test_those_that_are_expected_come_along_as_many_as_a_filter_takes(targeted: Targeted, service: Service) -> None:
    for number in range(30):
        for area in ("Overseas", "MainlandChina"):
            targeted.expect(limit(number, area))
    targeted.expect(limit(1, zone="zone-2"))
    for number in range(30):
        assert targeted.get(limit(number)).rows == {limit(0): 900}
        targeted.get(limit(number, "MainlandChina"))
    assert [len(wanted) for wanted in service.asked] == [2 * MOST_DOMAINS, 2 * (30 - MOST_DOMAINS)]


@pytest.mark.parametrize(("each", "naps", "asked"), [(0, 1, 1), (1, 13, 14), (5, 4, MOST_DOMAINS)])
def test_a_read_waits_while_others_come_soon_after_until_it_is_full_or_for_a_quarter_second(
    service: Service, clock: FakeClock, times: Clock, each: int, naps: int, asked: int
) -> None:
    coming = map(limit, range(1, 60))

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        for one in islice(coming, each):
            joined.expect(one)

    waiting = replace(times, sleep=sleep)
    joined = Targeted(service.read, waiting, Deadline(waiting, 60.0))
    joined.expect(limit(0))
    joined.get(limit(0))
    assert ([len(wanted) for wanted in service.asked], clock.slept) == ([asked], [SOON] * naps)


def test_nobody_waits_for_company_who_is_not_expected(targeted: Targeted, service: Service, clock: FakeClock) -> None:
    targeted.get(limit(0))
    assert (service.asked, clock.slept) == ([[limit(0)]], [])


def test_what_was_read_is_known_for_a_while(targeted: Targeted, service: Service, clock: FakeClock) -> None:
    targeted.get(limit(0))
    clock.sleep(FRESH)
    targeted.get(limit(0))
    assert len(service.asked) == 1
    clock.sleep(0.1)
    targeted.get(limit(0))
    assert len(service.asked) == 2


def test_what_was_written_since_is_not_known_and_not_expected(
    targeted: Targeted, service: Service, clock: FakeClock
) -> None:
    targeted.expect(limit(0))
    targeted.get(limit(0))
    clock.sleep(0.1)
    targeted.forget(limit(0))
    targeted.get(limit(1))
    targeted.get(limit(0))
    assert service.asked == [[limit(0)], [limit(1)], [limit(0)]]


def test_ahead_of_the_writes_few_are_asked_for_and_what_is_known_is_used(targeted: Targeted, service: Service) -> None:
    found = [targeted.ahead(limit(number)) for number in range(FEW + 1)]
    assert [one is None for one in found] == [False] * FEW + [True]
    assert targeted.ahead(limit(0)) == found[0]
    assert len(service.asked) == FEW


def test_a_refusal_of_several_is_no_refusal_of_one(targeted: Targeted, service: Service) -> None:
    targeted.expect(limit(1))
    service.errors.append(ServiceError("teo:Describe", "InvalidParameter.DomainNotFound", "No such domain.", "id"))
    assert targeted.get(limit(0)).rows == {limit(0): 900}
    assert service.asked == [[limit(0), limit(1)], [limit(0)]]
    targeted.get(limit(1))
    assert service.asked[2:] == [[limit(1)]]


def test_one_that_the_service_does_not_know_spoils_one_read_of_others(targeted: Targeted, service: Service) -> None:
    for number in range(3):
        targeted.expect(limit(number))
    service.errors.append(ServiceError("teo:Describe", "InvalidParameter.DomainNotFound", "No such domain.", "id"))
    for number in range(2):
        targeted.get(limit(number))
    assert service.asked == [[limit(0), limit(1), limit(2)], [limit(0)], [limit(1)]]


class Line:
    """A service whose first answer waits for `go_on`, and threads that come while it does."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.begun, self.go_on, self._looked = threading.Event(), threading.Event(), threading.Semaphore(0)
        clock = Clock(self._monotonic)
        self.targeted = Targeted(self._read, clock, Deadline(clock, 20.0))

    def come(self, threads: ThreadPoolExecutor, limits: Collection[LimitIdentity]) -> list[Future[Any]]:
        assert self.begun.wait(20)
        for one in limits:
            self.targeted.expect(one)
        while self._looked.acquire(blocking=False):
            pass
        coming = [threads.submit(self.targeted.get, one) for one in limits]
        for _ in limits:  # each has looked at the clock, as it does before it waits
            assert self._looked.acquire(timeout=20)
        return coming

    def _read(self, wanted: Collection[LimitIdentity]) -> Listed[LimitIdentity, int]:
        self.begun.set()
        assert self.go_on.wait(20)
        return self._service.read(wanted)

    def _monotonic(self) -> float:
        self._looked.release()
        return time.monotonic()


OTHERS = [limit(number) for number in (1, 2, 3)]


def test_those_that_wait_for_a_read_come_along_in_the_next(service: Service) -> None:
    line = Line(service)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(line.targeted.get, limit(0))
        waiting = line.come(threads, OTHERS)
        line.go_on.set()
        assert [one.result(20).rows for one in (first, *waiting)] == [{limit(0): 900}] * 4
    assert [sorted(wanted) for wanted in service.asked] == [[limit(0)], OTHERS]


def test_an_error_is_that_of_the_one_who_met_it_alone(service: Service) -> None:
    line, error = Line(service), CloudError("No time was left.")
    service.errors.append(error)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(line.targeted.get, limit(0))
        waiting = line.come(threads, OTHERS)
        line.go_on.set()
        assert first.exception(20) is error
        assert [one.result(20).rows for one in waiting] == [{limit(0): 900}] * 3


def test_nobody_waits_for_another_ones_read_beyond_the_time_limit(service: Service) -> None:
    line = Line(service)
    with ThreadPoolExecutor() as threads:
        threads.submit(line.targeted.get, limit(0))
        assert line.begun.wait(20)
        with Deadline(Clock(), 20.0).within(0.01), pytest.raises(TransportError, match="within the time limit"):
            line.targeted.get(limit(1))
        line.go_on.set()
