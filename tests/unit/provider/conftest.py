from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import httpx
import pytest
from pulumi.runtime.proto import provider_pb2

from tc_resources.cloud.cancellation import Cancellation
from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.dynamic import process
from tc_resources.dynamic.words import WORDS as DYNAMIC
from tc_resources.limits.advice import Words
from tc_resources.limits.aigc_quota import AigcQuotaHandler
from tc_resources.limits.run import engine_address
from tc_resources.limits.session import Session
from tc_resources.native.engine import NativeEngine
from tc_resources.native.servicer import Servicer
from tc_resources.native.words import WORDS as NATIVE
from tc_resources.testing.emulator import Emulator
from tests.hearing import HearingEngine
from tests.unit.provider.host import AnyHost, Host, Run, host_module, served, struct
from tests.unit.provider.plugin import NativeHost, plugged


class ShownEngine(NativeEngine):
    """Prints its notices, as those of the other face reach the user."""

    def notice(self, text: str) -> None:
        print(text)

    def alive(self) -> bool:
        return True


@pytest.fixture
def emulator(emulator: Emulator) -> Emulator:
    """An account that has a zone and sub-applications, and nothing in them."""
    emulator.put_zone("zone-1")
    for sub_app_id in (1, 2):
        emulator.put_sub_app(sub_app_id)
    return emulator


@pytest.fixture
def config(emulator: Emulator) -> dict[str, str]:
    """The stack's config."""
    return {
        "tc-resources:endpoint": emulator.url,
        "tc-resources:secretId": emulator.secret_id,
        "tc-resources:secretKey": emulator.secret_key,
    }


@pytest.fixture(params=["dynamic", "native"])
def face(request: pytest.FixtureRequest) -> str:
    """What each rule here holds in."""
    return str(request.param)


@pytest.fixture
def words(face: str) -> Words:
    """How the face says what to do."""
    return DYNAMIC if face == "dynamic" else NATIVE


@pytest.fixture
def new_run(
    face: str, config: dict[str, str], times: Clock, transport: httpx.BaseTransport, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Run]]:
    """Begin a run, with the stack's config unless another is given; the runs before it are over."""
    new_session = partial(Session, clock=times, transport=transport)
    monkeypatch.setattr(sys, "argv", ["host"])
    monkeypatch.setattr(process, "watch", lambda *_: None)  # it would end the tests
    monkeypatch.setattr(process, "Session", new_session)

    def session(config: dict[str, str], engine: NativeEngine, _: Clock, cancellation: Cancellation) -> Session:
        return new_session(config, engine, cancellation=cancellation)

    with ExitStack() as opened:

        def dynamic(config: dict[str, str] = config) -> Run:
            monkeypatch.setattr(process, "_sessions", [])
            stub = opened.enter_context(served(host_module()))
            stub.Configure(provider_pb2.ConfigureRequest(args=struct(config)))
            return Run(partial(Host, stub))

        def native(config: dict[str, str] = config) -> Run:
            plugin = opened.enter_context(plugged(Servicer(ShownEngine(engine_address(sys.argv)), session)))
            plugin.configure(config)
            return Run(partial(NativeHost, plugin))

        yield dynamic if face == "dynamic" else native


@pytest.fixture
def run(new_run: Callable[..., Run]) -> Run:
    return new_run()


@pytest.fixture
def limits(run: Run) -> AnyHost:
    return run.limits


@pytest.fixture
def tokens(run: Run) -> AnyHost:
    return run.tokens


@pytest.fixture
def quotas(run: Run) -> AnyHost:
    return run.quotas


@pytest.fixture
def engine() -> HearingEngine:
    return HearingEngine()


@pytest.fixture
def notices(engine: HearingEngine) -> list[str]:
    return engine.notices


@pytest.fixture
def handler(client: Client, engine: HearingEngine) -> AigcQuotaHandler:
    return AigcQuotaHandler(lambda: client, engine)
