"""The emulated service in a process of its own, so that it shares no interpreter with what is measured."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bench.proxy import forwarding
from tc_resources.testing.emulator import Emulator

RATE = 20
"""Requests that it takes of one action in a second."""


@dataclass(frozen=True)
class Account:
    """How the service is reached: directly, or through a proxy under whatever name."""

    url: str
    proxy: str
    secret_id: str
    secret_key: str


@dataclass(frozen=True)
class Tally:
    """What has arrived since the last one, and what the service has now."""

    calls: int
    throttled: int
    values: list[int]
    """The bandwidth or quota of each setting."""


@dataclass(frozen=True)
class Service:
    """The other end of the process."""

    account: Account
    _connection: Connection

    def tally(self) -> Tally:
        """Count the calls, and start to count anew."""
        self._connection.send(True)
        tally: Tally = self._connection.recv()
        return tally


@contextmanager
def serving(latency: float) -> Iterator[Service]:
    """A service that answers after `latency` seconds."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(latency, theirs))
    process.start()
    theirs.close()  # so that the end of the process is heard
    try:
        yield Service(ours.recv(), ours)
    finally:
        ours.send(False)
        process.join()


def _serve(latency: float, connection: Connection) -> None:
    with Emulator(latency=latency, rate=RATE) as emulator, forwarding(emulator.url) as proxy:
        connection.send(Account(emulator.url, proxy, emulator.secret_id, emulator.secret_key))
        while connection.recv():
            connection.send(_tally(emulator))
            emulator.clear_calls()


def _tally(emulator: Emulator) -> Tally:
    codes = [call.code for call in emulator.calls]
    limits = [limit.bandwidth for limit in emulator.limits()]
    return Tally(
        len(codes), codes.count("RequestLimitExceeded"), limits + [quota.quota_limit for quota in emulator.quotas()]
    )
