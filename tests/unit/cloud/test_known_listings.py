"""What was read is shared by threads, known for a while, and corrected by our own writes."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.decision import FRESH
from tc_resources.cloud.errors import THROTTLED, CloudError, ServiceError, TransportError
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress, QuotaIdentity
from tc_resources.cloud.services.known_listings import Listings
from tc_resources.cloud.services.listing import (
    Listed,
)
from tc_resources.cloud.services.teo import PrefetchOriginLimits
from tc_resources.cloud.services.vod import AigcQuotas
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit

if TYPE_CHECKING:
    from tests.conftest import FakeClock
OVERSEAS = LimitIdentity("zone-1", "www.example.com", "Overseas")
IMAGE = QuotaIdentity(1, "Image")
SECONDS = 60.0
"""An operation's time limit."""


def test_scopes_are_read_once_each(emulator: Emulator, client: Client) -> None:
    quotas = AigcQuotas(client)
    for _ in range(3):
        quotas.get(QuotaIdentity(1, "Image"))
        quotas.get(QuotaIdentity(2, "Image"))
    assert [call.params["SubAppId"] for call in emulator.calls] == [1, 2]


def test_our_own_writes_are_seen_without_another_reading(emulator: Emulator, client: Client) -> None:
    limits, quotas = PrefetchOriginLimits(client), AigcQuotas(client)
    assert (limits.get(OVERSEAS), quotas.get(IMAGE)) == (None, None)
    limits.turn_on(OVERSEAS, 500, overwrite=False)
    quotas.create(QuotaAddress(1, "Image"), 5)
    assert (limits.get(OVERSEAS), quotas.get(IMAGE)) == (500, (5, None))
    quotas.modify(QuotaAddress(1, "Image"), 0)
    assert quotas.get(IMAGE) == (0, None)
    limits.turn_off(OVERSEAS, 0)
    quotas.delete(QuotaAddress(1, "Image"), 0)
    assert (limits.get(OVERSEAS), quotas.get(IMAGE)) == (None, None)
    assert len(emulator.calls_of("DescribePrefetchOriginLimit", "DescribeAigcQuotas")) == 2


class Read:
    """A reading of a scope that takes until it is let go, and then succeeds, or fails the first time."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.count, self.failure = 0, failure
        self.begun, self.let_go = threading.Event(), threading.Event()

    def __call__(self, scope: str) -> Listed[str, int]:  # noqa: ARG002 - a listing's reading gets it
        self.count += 1
        self.begun.set()
        self.let_go.wait(5)
        if self.failure and self.count == 1:
            raise self.failure
        return Listed({"a": self.count})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Released whenever a thread holds on to a reading, its own or another's, to take its result."""
    asked = threading.Semaphore(0)

    class Watched(Future[Any]):
        def result(self, timeout: float | None = None) -> Any:
            asked.release()
            return super().result(timeout)

    monkeypatch.setattr("tc_resources.cloud.services.known_listings.Future", Watched)
    return asked


def ask_at_once(listings: Listings[str, int], read: Read, asked: threading.Semaphore, threads: int = 4) -> list[Any]:
    """What each of so many threads gets that ask while the first one reads."""

    def ask(_: int) -> Any:
        try:
            return listings.get("zone").rows["a"]
        except ServiceError as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        answers = [pool.submit(ask, n) for n in range(threads)]
        for _ in range(threads - 1):
            assert asked.acquire(timeout=5)
        read.let_go.set()
        return [answer.result(5) for answer in answers]


def test_four_threads_share_one_reading(asked: threading.Semaphore, times: Clock) -> None:
    read = Read()
    assert ask_at_once(Listings(read, times, Deadline(times, SECONDS)), read, asked) == [1, 1, 1, 1]
    assert read.count == 1


def test_four_threads_share_the_error_of_their_reading_and_the_next_one_reads_anew(
    asked: threading.Semaphore, times: Clock
) -> None:
    error = ServiceError("teo:X", "FailedOperation", "No", "r-1")
    read = Read(error)
    listings: Listings[str, int] = Listings(read, times, Deadline(times, SECONDS))
    assert ask_at_once(listings, read, asked) == [error] * 4
    assert listings.get("zone").rows == {"a": 2}
    assert read.count == 2


@pytest.fixture
def deadline(times: Clock) -> Deadline:
    return Deadline(times, SECONDS)


@pytest.mark.parametrize(("seconds", "rows"), [(5.0, {"a": 2}), (SECONDS, None)])
@pytest.mark.parametrize(
    "error",
    [
        TransportError("There was no answer."),
        ServiceError("teo:X", "InternalError", "Once more.", "r-1"),
        ServiceError("teo:X", THROTTLED, "Once more.", "r-1"),
    ],
)
def test_an_error_is_shared_unless_its_reader_had_less_time(
    asked: threading.Semaphore,
    times: Clock,
    deadline: Deadline,
    error: CloudError,
    seconds: float,
    rows: dict[str, int] | None,
) -> None:
    """As the look of a preview has, which an up may wait for."""
    read = Read(error)
    listings: Listings[str, int] = Listings(read, times, deadline)

    def look() -> object:
        with deadline.within(seconds):
            return listings.get("zone")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(look)
        assert read.begun.wait(5)
        second = pool.submit(listings.get, "zone")
        assert asked.acquire(timeout=5)
        read.let_go.set()
        assert first.exception(5) is error
        assert (second.exception(5) or second.result().rows) == (rows or error)


def test_a_reading_that_has_failed_for_long_is_not_made_again_by_its_reader(
    times: Clock, clock: FakeClock, deadline: Deadline
) -> None:
    """Outside of an operation its end moves on."""
    errors = [TransportError("There was no answer.")]

    def read(_: str) -> Listed[str, int]:
        clock.sleep(SECONDS)
        raise errors.pop()

    with pytest.raises(TransportError, match="no answer"):
        Listings(read, times, deadline).get("zone")


def test_who_has_little_time_waits_no_longer_for_another_s_reading(times: Clock, deadline: Deadline) -> None:
    read = Read()
    listings: Listings[str, int] = Listings(read, times, deadline)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(listings.get, "zone")
        assert read.begun.wait(5)
        with deadline.within(0.1), pytest.raises(TransportError, match="within the time limit"):
            listings.get("zone")
        read.let_go.set()


def test_four_threads_make_one_call(emulator: Emulator, client: Client) -> None:
    emulator.put_limit(Limit(*OVERSEAS, 500))
    limits = PrefetchOriginLimits(client)
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(lambda _: limits.get(OVERSEAS), range(16))) == {500}
    assert len(emulator.calls) == 1


def test_a_failed_reading_is_not_kept(emulator: Emulator, client: Client) -> None:
    emulator.put_limit(Limit(*OVERSEAS, 500))
    emulator.script(Fault(ErrorCode("UnauthorizedOperation")))
    limits = PrefetchOriginLimits(client)
    with pytest.raises(ServiceError, match="UnauthorizedOperation"):
        limits.get(OVERSEAS)
    assert limits.get(OVERSEAS) == 500


def test_what_was_read_is_known_for_five_seconds(times: Clock, clock: FakeClock) -> None:
    live = {"a": 1}
    listings: Listings[str, int] = Listings(lambda _: Listed(dict(live)), times, Deadline(times, SECONDS))
    assert listings.get("zone").rows == {"a": 1}
    live.update(a=2)
    clock.sleep(FRESH)
    assert listings.get("zone").rows == {"a": 1}
    clock.sleep(0.1)
    assert listings.get("zone").rows == {"a": 2}
    assert FRESH == 5


def test_a_reading_is_as_old_as_its_beginning(times: Clock, clock: FakeClock) -> None:
    """A row that changed while the pages were read may be missing from them."""
    readings = []

    def read(_: str) -> Listed[str, int]:
        readings.append(clock.at)
        clock.sleep(FRESH + 1)
        return Listed({"a": len(readings)})

    listings: Listings[str, int] = Listings(read, times, Deadline(times, SECONDS))
    assert [listings.get("zone").rows["a"] for _ in range(2)] == [1, 2]


def test_a_write_before_any_reading_is_left_to_the_reading(times: Clock) -> None:
    listings: Listings[str, int] = Listings(lambda _: Listed({"a": 1}), times, Deadline(times, SECONDS))
    listings.put("zone", "a", 5)
    assert listings.get("zone").rows == {"a": 1}


@pytest.mark.parametrize("written", [5, None])
def test_a_write_while_a_listing_is_read_is_known_whatever_that_shows(
    times: Clock, clock: FakeClock, written: int | None
) -> None:
    def read(_: str) -> Listed[str, int]:
        clock.sleep(1)
        listings.put("zone", "a", written)
        return Listed({"a": 1, "b": 1})

    listings: Listings[str, int] = Listings(read, times, Deadline(times, SECONDS))
    assert listings.get("zone").rows == {"b": 1, **({"a": written} if written else {})}
