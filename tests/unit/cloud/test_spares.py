"""Connections are opened before they are asked for, and none is used that may be gone."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from threading import Event

import httpcore
import pytest

from tc_resources.cloud.transport.network import Network
from tc_resources.cloud.transport.proxies import Proxies, Proxy
from tc_resources.cloud.transport.routes import Routes
from tc_resources.cloud.transport.spares import FRESH, Spares
from tests.unit.cloud.test_network import Stream


class Opened:
    """What was opened, by place; each as it comes, or once `answers`."""

    def __init__(self) -> None:
        self.places: list[tuple[str, int]] = []
        self.streams: list[Stream] = []
        self.answers = Event()
        self.answers.set()
        self.refuses = False

    def __call__(self, host: str, port: int) -> httpcore.NetworkStream:
        self.places.append((host, port))
        self.answers.wait()
        if self.refuses:
            raise httpcore.ConnectError("refused")
        self.streams.append(Stream())
        return self.streams[-1]


@pytest.fixture
def opened() -> Opened:
    return Opened()


def soon() -> float:
    return time.monotonic() + 60


def until(holds: Callable[[], object]) -> None:
    while not holds():
        time.sleep(0.001)


def test_as_many_are_opened_as_are_reserved_at_once_and_each_is_taken_once(opened: Opened) -> None:
    spares = Spares(opened)
    with spares.reserving("host", 443), spares.reserving("host", 443):
        until(lambda: len(opened.streams) == 2)
        assert {spares.take("host", 443, soon()), spares.take("host", 443, soon())} == {*opened.streams}
        assert spares.take("host", 443, soon()) is None
    with spares.reserving("host", 443), spares.reserving("host", 443):
        assert opened.places == [("host", 443)] * 2
    with pytest.raises(ValueError, match="inside"), spares.reserving("host", 443):
        raise ValueError("inside")
    with spares.reserving("host", 443), spares.reserving("host", 443), spares.reserving("host", 443):
        assert opened.places == [("host", 443)] * 2  # one was opened when asked for


def test_what_was_opened_when_asked_for_counts_too_and_no_other_place_s(opened: Opened) -> None:
    spares = Spares(opened)
    assert spares.take("host", 443, soon()) is None
    with spares.reserving("host", 443), spares.reserving("other", 443):
        until(lambda: opened.streams)
    assert opened.places == [("other", 443)]


def test_one_that_is_still_being_opened_is_waited_for(opened: Opened) -> None:
    spares = Spares(opened)
    opened.answers.clear()
    with spares.reserving("host", 443):
        assert spares.take("host", 443, time.monotonic()) is None
        with spares.reserving("host", 443), spares.reserving("host", 443):
            opened.answers.set()
            assert spares.take("host", 443, soon()) in opened.streams
    until(lambda: [stream.closed for stream in opened.streams].count(True) == 1)  # for which nobody waited any more


def test_one_that_has_waited_for_long_is_closed(opened: Opened) -> None:
    now = [0.0]
    spares = Spares(opened, lambda: now[0])
    with spares.reserving("host", 443):
        until(lambda: opened.streams)
        now[0] = FRESH
        assert spares.take("host", 443, soon()) is None
    assert opened.streams[0].closed


def test_one_that_failed_leaves_it_to_who_asks(opened: Opened) -> None:
    spares = Spares(opened)
    opened.refuses = True
    with spares.reserving("host", 443):
        until(lambda: opened.places)
        assert spares.take("host", 443, soon()) is None


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


def test_what_is_asked_for_is_the_connection_that_was_prepared(server: socket.socket) -> None:
    network, (host, port) = Network(), server.getsockname()
    with network.reserving(host, port):
        accepted, client = server.accept()
    with accepted:
        stream = network.connect_tcp(host, port, timeout=60)
        assert stream.get_extra_info("client_addr") == client
        assert network.round_trip(host) > 0
        stream.close()


def test_one_that_the_other_side_has_let_go_of_is_not_used(server: socket.socket) -> None:
    network, (host, port) = Network(), server.getsockname()
    with network.reserving(host, port):
        accepted, gone = server.accept()
    accepted.close()
    time.sleep(0.05)  # until this machine knows of it
    stream = network.connect_tcp(host, port, timeout=60)
    with server.accept()[0] as other:
        assert stream.get_extra_info("client_addr") != gone
        stream.write(b"x")
        assert other.recv(1) == b"x"
    stream.close()


@pytest.mark.parametrize(
    ("proxy", "place"),
    [
        (None, ("teo.example.com", 443)),
        ("http://proxy.example.com:3128", ("proxy.example.com", 3128)),
        ("https://proxy.example.com", ("proxy.example.com", 443)),
    ],
)
def test_it_is_opened_to_the_proxy_where_there_is_one(
    opened: Opened, proxy: str | None, place: tuple[str, int]
) -> None:
    class Recorder(Network):
        def reserving(self, host: str, port: int) -> AbstractContextManager[None]:
            opened(host, port)
            return nullcontext()

    url = "https://teo.example.com"
    proxies = Proxies(https=Proxy("HTTPS_PROXY", proxy)) if proxy else Proxies()
    with Routes(proxies, ssl.create_default_context(), [url], Recorder()).reserving(url):
        assert opened.places == [place]
