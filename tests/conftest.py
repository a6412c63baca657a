from __future__ import annotations

import logging
import os
import signal
import ssl
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import settings

from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.connect import connect as client_of
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.settings import Settings
from tc_resources.cloud.transport import shared_file
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.testing.emulator import Emulator
from tests.kills import Blow

# The same examples everywhere, however fast the machine is.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("steady")

# A shell's job in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# To load the trusted authorities takes longer than most tests; the emulator speaks plain HTTP.
UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PERSONAL = ("TENCENTCLOUD_", "TCCLI_", "SSL_CERT_", "TC_RESOURCES_", "PULUMI_")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tests that are skipped for one reason are a line with their number, and not a line each."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        report.longrepr = (str(Path(__file__).parent), None, report.longrepr[2])  # type: ignore[assignment]  # pytest shows it so
    return report


@pytest.fixture(autouse=True)
def _nobody_in_particular(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test depends on the account, the stacks or the proxy of whoever runs it, nor on the pace of other tests."""
    monkeypatch.setattr(shared_file, "PLACES", (tmp_path_factory.mktemp("machine"),))
    for name in list(os.environ):
        if name.startswith(PERSONAL) or name.lower() in PROXIES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", os.devnull)  # where no profile is


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
def log() -> Iterator[logging.Logger]:
    """The package's logger; after the test it is again as it was."""
    log = logging.getLogger("tc_resources")
    before = (log.handlers, log.propagate, log.level)
    yield log
    log.handlers, log.propagate = before[:2]
    log.setLevel(before[2])


@pytest.fixture
def options() -> dict[str, Any]:
    """Arguments of the emulator; a test that wants others is parametrized with them."""
    return {}


@pytest.fixture
def emulator(clock: FakeClock, options: dict[str, Any]) -> Iterator[Emulator]:
    with Emulator(clock=clock.now, **options) as emulator:
        yield emulator


@pytest.fixture
def blow() -> Blow:
    """What falls at a call, where the emulator has its options."""
    return Blow()


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
        return client_of(
            Settings(credentials, Endpoint(emulator.url), timeout), **{"transport": transport, "clock": times, **how}
        )

    return connect


@pytest.fixture
def client(connect: Callable[..., Client]) -> Client:
    return connect()
