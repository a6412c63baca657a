"""The addresses of a host race."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event
from typing import Any

import httpcore
import pytest

from tc_resources.cloud.transport import network
from tc_resources.cloud.transport.network import Network, first

HOLE, GOOD, BAD = "fd00::1", "10.0.0.1", "10.0.0.2"


class Stream(httpcore.NetworkStream):
    closed = False

    def close(self) -> None:
        self.closed = True


class Wire:
    """Hosts that answer at once, refuse, or swallow all packets until the test is over."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.over = Event()
        self.late = Stream()

    def open(self, address: str, port: int, timeout: float, **_: Any) -> httpcore.NetworkStream:
        assert port == 443
        assert timeout > 0
        self.asked.append(address)
        if address == HOLE:
            self.over.wait()
            return self.late
        if address == BAD:
            raise httpcore.ConnectError("refused")
        return Stream()


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    monkeypatch.setattr(network, "HEAD_START", 0.01)
    wire = Wire()
    yield wire
    wire.over.set()


def resolved(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def look_up(_: str, port: int, **__: Any) -> list[Any]:
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [(family, 1, 6, "", (address, port)) for family, address in zip(families, addresses, strict=True)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_black_hole_before_a_good_address_costs_a_moment_and_what_it_brings_later_is_closed(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved(monkeypatch, HOLE, GOOD)
    assert isinstance(Network(wire.open).connect_tcp("host", 443, timeout=60), Stream)
    assert wire.asked == [HOLE, GOOD]
    assert not wire.late.closed
    wire.over.set()
    while not wire.late.closed:
        time.sleep(0.001)


def test_the_families_take_turns(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    resolved(monkeypatch, HOLE, HOLE.replace("1", "2"), BAD, GOOD)
    monkeypatch.setattr(network, "HEAD_START", 60)
    wire.over.set()
    Network(wire.open).connect_tcp("host", 443, timeout=60)
    assert wire.asked == [HOLE]
    monkeypatch.setattr(network, "HEAD_START", 0.0)
    assert network._resolved("host", 443, time.monotonic() + 60) == [HOLE, BAD, HOLE.replace("1", "2"), GOOD]


def test_an_address_that_refuses_gives_way_at_once(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "HEAD_START", 60)
    resolved(monkeypatch, BAD, GOOD)
    Network(wire.open).connect_tcp("host", 443, timeout=60)
    assert wire.asked == [BAD, GOOD]


@pytest.mark.parametrize(
    ("addresses", "error"),
    [((BAD, BAD), httpcore.ConnectError), ((HOLE,), httpcore.ConnectTimeout), ((HOLE, BAD), httpcore.ConnectTimeout)],
)
def test_where_none_answers_the_last_refusal_or_the_end_of_the_time_is_the_error(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...], error: type[Exception]
) -> None:
    resolved(monkeypatch, *addresses)
    with pytest.raises(error):
        Network(wire.open).connect_tcp("host", 443, timeout=0.05)


def test_a_name_server_that_is_silent_takes_no_longer_than_the_connection_may(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: wire.over.wait())
    with pytest.raises(httpcore.ConnectTimeout):
        Network(wire.open).connect_tcp("host", 443, timeout=0.05)
    assert wire.asked == []


def test_the_shortest_way_to_each_host_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    resolved(monkeypatch, GOOD)
    now, took = [0.0], iter([0.3, 0.2, 0.4])

    def open_(*_: Any, **__: Any) -> httpcore.NetworkStream:
        now[0] += next(took)
        return Stream()

    far = Network(open_, lambda: now[0])
    assert far.round_trip("host") == 0.0
    for shortest in (0.3, 0.2, 0.2):
        far.connect_tcp("host", 443, timeout=60)
        assert far.round_trip("host") == pytest.approx(shortest)
    assert far.round_trip("other") == 0.0


def test_what_two_tries_bring_at_once_is_one_result_and_one_discarded() -> None:
    both, discarded = Event(), list[int]()

    def slow() -> int:
        both.wait()
        return 1

    def quick() -> int:
        both.set()
        return 2

    found = first([slow, quick], time.monotonic() + 60, discarded.append)
    while not discarded:
        time.sleep(0.001)
    assert {found, *discarded} == {1, 2}


def test_a_real_connection_is_opened_to_both_families() -> None:
    with ExitStack() as stack:
        for address, family in (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)):
            server = stack.enter_context(socket.create_server((address, 0), family=family))
            port = server.getsockname()[1]
            stream = Network().connect_tcp(address, port, timeout=60)
            assert stream.get_extra_info("server_addr")[:2] == (address, port)
            stream.close()
