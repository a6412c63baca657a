from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tc_resources.api.client import Client, Clock
from tc_resources.api.credentials import Credentials
from tc_resources.api.settings import Settings
from tc_resources.testing.emulator import Emulator

# To load the trusted authorities takes longer than most tests; the emulator speaks plain HTTP.
UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _nobody_in_particular(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the account, the stacks or the proxy of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(("TENCENTCLOUD_", "PULUMI_")) or name.lower() in PROXIES:
            monkeypatch.delenv(name)


class FakeClock:
    """Time that passes only while somebody sleeps, each time for as long as chance may ask at the most."""

    def __init__(self) -> None:
        self.at = time.time()
        self.slept: list[float] = []
        self.asked: list[tuple[float, float]] = []
        """The bounds between which chance was to choose a wait."""

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def uniform(self, least: float, most: float) -> float:
        self.asked.append((least, most))
        return most


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def options() -> dict[str, Any]:
    """Arguments of the emulator; a test that wants others is parametrized with them."""
    return {}


@pytest.fixture
def emulator(clock: FakeClock, options: dict[str, Any]) -> Iterator[Emulator]:
    with Emulator(clock=clock.now, **options) as emulator:
        yield emulator


@pytest.fixture
def times(clock: FakeClock) -> Clock:
    """The clock, as a client takes it."""
    return Clock(monotonic=clock.now, now=clock.now, sleep=clock.sleep, uniform=clock.uniform)


@pytest.fixture
def transport() -> Iterator[httpx.BaseTransport]:
    with httpx.HTTPTransport(verify=UNUSED) as transport:
        yield transport


@pytest.fixture
def connect(emulator: Emulator, times: Clock, transport: httpx.BaseTransport) -> Callable[..., Client]:
    """A client of the emulator; arguments replace its key, its time limit, its transport and `alive`."""
    key = Credentials(emulator.secret_id, emulator.secret_key)

    def connect(credentials: Credentials = key, timeout: float = 90.0, **how: Any) -> Client:
        return Client(Settings(credentials, emulator.url, timeout), **{"transport": transport, "clock": times, **how})

    return connect


@pytest.fixture
def client(connect: Callable[..., Client]) -> Client:
    return connect()
