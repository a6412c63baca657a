from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tc_resources.cloud.transport.signature import signature, utc_day
from tc_resources.testing.emulator import Emulator

VERSIONS = {"teo": "2022-09-01", "vod": "2018-07-17", "sts": "2018-08-13"}
SERVICES = {"OriginLimit": "teo", "Zones": "teo", "CallerIdentity": "sts", "Role": "sts", "WebIdentity": "sts"}


def has_ipv6() -> bool:
    """Whether this machine has the address ::1, which some containers have not."""
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="there is no ::1")


class Clock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wait(clock: Clock) -> Callable[[float], None]:
    """Let so many seconds pass at once."""
    return clock.wait


@pytest.fixture
def slept(clock: Clock) -> list[float]:
    """The seconds that the emulator held answers back, which took no time here."""
    return clock.slept


@pytest.fixture
def options() -> dict[str, Any]:
    """Arguments of the emulator; a test that wants others is parametrized with them."""
    return {}


@pytest.fixture
def emulator(clock: Clock, options: dict[str, Any]) -> Iterator[Emulator]:
    with Emulator(**{"clock": clock, "sleep": clock.sleep, **options}) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture
def signed(emulator: Emulator, clock: Clock) -> Callable[..., dict[str, str]]:
    """The headers of a request, signed at the clock's time with the emulator's key unless told otherwise."""
    ours = (emulator.secret_id, emulator.secret_key)

    def signed(
        action: str,
        body: bytes,
        service: str | None = None,
        timestamp: int | None = None,
        also: tuple[str, ...] = (),
        key: tuple[str, str] = ours,
        content_type: str = "application/json",
    ) -> dict[str, str]:
        service = service or next((SERVICES[end] for end in SERVICES if action.endswith(end)), "vod")
        timestamp = int(clock()) if timestamp is None else timestamp
        headers = {
            "content-type": content_type,
            "host": emulator.url.removeprefix("http://"),
            "x-tc-action": action,
            "x-tc-timestamp": str(timestamp),
            "x-tc-version": VERSIONS.get(service, "none"),
            "x-tc-region": "ap-guangzhou",
        }
        names = sorted({"content-type", "host", *also})
        value = signature(key[1], service, timestamp, {name: headers[name] for name in names}, body)
        headers["authorization"] = (
            f"TC3-HMAC-SHA256 Credential={key[0]}/{utc_day(timestamp)}/{service}/tc3_request, "
            f"SignedHeaders={';'.join(names)}, Signature={value}"
        )
        return headers

    return signed


@pytest.fixture
def send(
    emulator: Emulator, http: httpx.Client, signed: Callable[..., dict[str, str]]
) -> Callable[..., httpx.Response]:
    """Send a signed request; `changed` replaces headers after they were signed, None removes one."""

    def send(
        action: str, body: bytes = b"{}", changed: dict[str, str | None] | None = None, **how: Any
    ) -> httpx.Response:
        headers = {**signed(action, body, **how), **(changed or {})}
        return http.post(
            emulator.url, content=body, headers={name: value for name, value in headers.items() if value is not None}
        )

    return send


@pytest.fixture
def call(send: Callable[..., httpx.Response]) -> Callable[..., dict[str, Any]]:
    """Call an action with its parameters; the fields of the answer."""

    def call(action: str, **params: object) -> dict[str, Any]:
        answer: dict[str, Any] = send(action, json.dumps(params).encode()).json()["Response"]
        return answer

    return call


@pytest.fixture
def refusal(call: Callable[..., dict[str, Any]]) -> Callable[..., str | None]:
    """Call an action; the code that refuses it, None where it is applied."""

    def refusal(action: str, **params: object) -> str | None:
        code: str | None = call(action, **params).get("Error", {}).get("Code")
        return code

    return refusal
