"""One clock for all machines: what is stored and compared is the service's time, as far as its answers tell it."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from typing import TYPE_CHECKING

import httpx
import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.service_time import ServiceTime
from tc_resources.cloud.services.teo import DESCRIBE

if TYPE_CHECKING:
    from tests.conftest import FakeClock

ZONE = {"ZoneId": "zone-1"}


class Machine:
    """Its clock, which is off, and what it is answered."""

    def __init__(self, off: float) -> None:
        self.true, self.off, self.slept = 1_795_000_000.25, off, 0.0
        self.clock = Clock(lambda: self.true - self.slept - 1_000_000_000, lambda: self.true + self.off)
        self.times = ServiceTime(self.clock)

    def call(self, seconds: float = 0.1, dated: float = 0.05, date: str | None = None) -> None:
        asked = self.clock.monotonic()
        self.true += dated
        sent = formatdate(self.true, usegmt=True)
        self.true += seconds - dated
        self.times.learn(date or sent, asked)

    @property
    def error(self) -> float:
        return self.times.now() - self.true


@pytest.mark.parametrize("off", [-300.0, -60.0, -1.5, 0.0, 1.5, 60.0, 300.0])
def test_a_machine_whose_clock_is_off_has_the_services_time_and_is_never_early(off: float) -> None:
    machine = Machine(off)
    assert machine.error == off
    machine.call()
    assert 0 <= machine.error <= 1.1
    for _ in range(20):
        machine.call()
        assert 0 <= machine.error <= 1.1
    assert machine.error < 0.2


@pytest.mark.parametrize("off", [-60.0, -1.5, 1.5, 60.0])
def test_no_second_to_be_kept_is_earlier_than_one_before_when_the_time_comes_to_be_better_known(off: float) -> None:
    machine = Machine(off)
    begun, date = machine.clock.monotonic(), formatdate(machine.true, usegmt=True)
    machine.true += 0.2
    machine.times.learn(date, begun)  # of two calls at a time, the second was begun later
    now, kept = machine.times.now(), machine.times.stamp()
    machine.times.learn(date, begun + 0.1)
    assert machine.times.now() < now
    assert machine.times.stamp() == kept


def test_a_machine_whose_clock_is_right_keeps_it() -> None:
    machine = Machine(0.0)
    for _ in range(5):
        machine.call()
        assert machine.error == 0


def test_the_time_of_a_moment_that_has_passed_is_known_too() -> None:
    machine = Machine(-60.0)
    then, began = machine.true, machine.clock.monotonic()
    machine.call()
    assert 0 <= machine.times.of(began) - then <= 1.1


@pytest.mark.parametrize("date", ["", "some day", "Fri, 01 Jan 9999999 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:00 GMT"])
def test_a_date_that_no_clock_has_moves_nothing(date: str) -> None:
    machine = Machine(-60.0)
    machine.call()
    machine.call()
    error = machine.error
    machine.call(date=date or "nothing")
    assert machine.error == pytest.approx(error)


def test_a_machine_that_has_slept_is_right_again_after_the_next_answer() -> None:
    """Its monotonic clock stands still meanwhile."""
    machine = Machine(-60.0)
    machine.call()
    machine.true += 3600
    machine.slept += 3600
    machine.call()
    assert 0 <= machine.error <= 1.1


def test_a_client_learns_the_time_from_any_answer_of_the_service(client: Client, clock: FakeClock) -> None:
    late = Clock(monotonic=clock.now, now=lambda: clock.at - 100, sleep=clock.sleep)
    times = client.times
    times.clock = late
    assert times.now() == clock.at - 100
    client.call(DESCRIBE, ZONE)
    assert 0 <= times.now() - clock.at <= 1


def test_a_page_of_a_proxy_tells_no_time(connect: Callable[..., Client], clock: FakeClock) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(407, text="no", headers={"Date": formatdate(clock.at + 5000, usegmt=True)})

    client = connect(transport=httpx.MockTransport(answer))
    with pytest.raises(Exception, match="407"):
        client.call(DESCRIBE, ZONE)
    assert client.times.now() == clock.at
