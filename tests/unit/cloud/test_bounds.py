"""Answers without an end, mostly over real sockets: a call ends within its time limit and in little memory."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Iterable, Iterator

import httpx
import pytest

from tc_resources.cloud import deadline
from tc_resources.cloud.cancellation import Cancellation
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.errors import TransportError
from tc_resources.cloud.services.teo import DESCRIBE, MODIFY
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport.bounded import MAX_SIZE, exchange, restrict
from tc_resources.cloud.transport.endpoint import Endpoint
from tests.unit.cloud.wire import Behaviour, drip, flood, say, served, silence

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SECONDS = 0.1
"""The time limit of an operation here, so that all of these tests together wait less than a second."""
MEBIBYTE = 2**20


class Pieces(httpx.SyncByteStream):
    """A body that comes in these pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)


@pytest.fixture(autouse=True)
def _short_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "LEAST", SECONDS)


def failure(url: str, transport: httpx.BaseTransport) -> str:
    """What a call ends with that has to fail."""
    client = client_of(Settings(Credentials("AKID", "key"), Endpoint(url), SECONDS), transport=transport)
    with pytest.raises(TransportError) as raised, client.operation():
        client.call(DESCRIBE, {})
    return str(raised.value)


def answered(pieces: Iterable[bytes]) -> tuple[str, int]:
    """How a call ends that is answered by these pieces, and the memory that it took."""
    answer = httpx.Response(200, stream=Pieces(pieces))
    tracemalloc.start()
    try:
        text = failure("http://127.0.0.1:1", httpx.MockTransport(lambda _: answer))
        return text, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param(silence, id="silence"),
        pytest.param(drip(OK + b"X-Header: ", b"x"), id="header"),
        pytest.param(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="continue"),
        pytest.param(drip(CHUNKED, b"1\r\n \r\n"), id="body"),
    ],
)
def test_an_answer_that_never_ends_ends_with_the_time_limit(behave: Behaviour, transport: httpx.BaseTransport) -> None:
    with served(behave) as server:
        began = time.monotonic()
        text = failure(server.url, transport)
        assert time.monotonic() - began < 3 * SECONDS
    assert text.startswith(f"teo:DescribePrefetchOriginLimit had no answer from {server.url}: ")


@pytest.mark.parametrize(
    "head", [OK + b"Content-Length: 1000000000000\r\n\r\n", OK + b"Connection: close\r\n\r\n"], ids=["length", "none"]
)
def test_an_answer_that_is_too_large_is_read_no_further(head: bytes, transport: httpx.BaseTransport) -> None:
    with served(flood(head, b"x" * 65536)) as server:
        tracemalloc.start()
        text = failure(server.url, transport)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert text.endswith(f"its answer has more than {MAX_SIZE} bytes.")
    assert peak < 8 * MEBIBYTE


def test_an_answer_in_tiny_pieces_takes_no_more_memory_than_another() -> None:
    answer = httpx.Response(200, stream=Pieces(b"xy" for _ in range(MAX_SIZE)))
    hooks = {"response": [restrict]}
    with httpx.Client(transport=httpx.MockTransport(lambda _: answer), event_hooks=hooks) as client:
        tracemalloc.start()
        with pytest.raises(httpx.RemoteProtocolError, match=f"more than {MAX_SIZE} bytes"):
            exchange(client, client.build_request("POST", "http://127.0.0.1:1"), 60, Cancellation())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 * MEBIBYTE


@pytest.mark.parametrize("piece", [b"[", b"[{},", b'{"Response":'])
def test_an_answer_that_nests_too_deep_is_in_another_format(piece: bytes) -> None:
    text, _ = answered([piece * 60_000])
    assert text.endswith("answered HTTP 200 in another format.")


@pytest.mark.parametrize("piece", [b"{},", b'{"":0},', b'"ab",'])
def test_the_json_that_takes_the_most_memory_takes_a_bounded_one(piece: bytes) -> None:
    text, peak = answered([b'{"Response": [', piece * ((MAX_SIZE - 100) // len(piece)), b"0]}"])
    assert text.endswith("in another format.")
    assert peak < 40 * MEBIBYTE


def test_no_compression_is_asked_for_and_none_is_unpacked(transport: httpx.BaseTransport) -> None:
    bomb = gzip.compress(bytes(64 * MEBIBYTE), compresslevel=1)
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    with served(say(head + bomb)) as server:
        tracemalloc.start()
        text = failure(server.url, transport)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert text.endswith("its answer is compressed (gzip), which was not asked for.")
    assert peak < 2 * MEBIBYTE
    assert b"Accept-Encoding: identity\r\n" in server.requests[0]


def test_a_redirect_is_not_followed(transport: httpx.BaseTransport) -> None:
    with served(silence) as other:
        head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {other.url}/\r\nContent-Length: 0\r\n\r\n"
        with served(say(head.encode())) as server:
            assert failure(server.url, transport).endswith("answered HTTP 307 in another format.")
    assert other.requests == []


def test_nothing_is_sent_once_nobody_waits_for_the_answer() -> None:
    """A connection that takes longer to open than the operation may take sends no write when it is open at last."""
    sent: list[str] = []

    class SlowToConnect(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            time.sleep(2 * SECONDS)
            try:
                request.extensions["trace"]("http11.send_request_headers.started", {})
            except httpx.WriteTimeout as error:
                sent.append(str(error))
                raise
            return httpx.Response(200)

    client = client_of(
        Settings(Credentials("AKID", "key"), Endpoint("http://127.0.0.1:1"), SECONDS), transport=SlowToConnect()
    )
    with pytest.raises(TransportError, match="did not end within the time limit"), client.operation():
        client.call(MODIFY, {})
    time.sleep(2 * SECONDS)
    assert sent == ["nobody waits for the answer any more"]
