"""How many operations a provider process serves at once: as many as the engine asks for, not four."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import grpc
import pytest

from tc_resources.dynamic.threads import MOST, widen

HOST = 4
"""Threads that Pulumi's host has."""
METHOD = "/host/Call"
PATIENCE = 10.0


def served(meet: Barrier) -> Any:
    def call(request: bytes, _: object) -> bytes:
        widen()
        if request:
            meet.wait(PATIENCE)
        return b""

    return grpc.unary_unary_rpc_method_handler(call)


@pytest.fixture
def meet() -> Barrier:
    return Barrier(MOST)


@pytest.fixture
def channel(meet: Barrier) -> Iterator[grpc.Channel]:
    """To a server of gRPC's that was given as many threads as Pulumi's host gives it."""
    server = grpc.server(ThreadPoolExecutor(HOST))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("host", {"Call": served(meet)}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    server.stop(0)


def test_once_it_is_widened_the_pool_of_a_server_serves_as_many_calls_at_once_as_the_service_takes(
    channel: grpc.Channel,
) -> None:
    call: Any = channel.unary_unary(METHOD)
    call(b"")
    together = [call.future(b"all of them meet") for _ in range(MOST)]
    assert [one.result(PATIENCE) for one in together] == [b""] * MOST


def test_what_came_before_it_was_widened_is_served_at_once_too(meet: Barrier) -> None:
    """The first operations of a destroy come together."""
    all_there = Event()

    def operation() -> None:
        all_there.wait(PATIENCE)
        widen()
        meet.wait(PATIENCE)

    with ThreadPoolExecutor(HOST) as pool:
        together = [pool.submit(operation) for _ in range(MOST)]
        all_there.set()
        assert [one.result() for one in together] == [None] * MOST


def test_what_a_pool_that_is_shut_down_still_serves_bears_it() -> None:
    shut = Event()

    def operation() -> str:
        shut.wait(PATIENCE)
        widen()
        return "served"

    pool = ThreadPoolExecutor(HOST)
    served = pool.submit(operation)
    pool.shutdown(wait=False)
    shut.set()
    assert served.result(PATIENCE) == "served"


def test_a_pool_that_has_more_threads_keeps_them() -> None:
    with ThreadPoolExecutor(MOST + 1) as pool:
        pool.submit(widen).result()
        assert pool._max_workers == MOST + 1


def test_outside_of_any_pool_nothing_is_widened() -> None:
    widen()
