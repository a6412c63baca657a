from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import grpc
import httpx
import pytest

from tc_resources.cloud.cancellation import Cancellation
from tc_resources.cloud.clock import Clock
from tc_resources.limits.session import Session
from tc_resources.native.engine import NativeEngine
from tc_resources.native.protocol import ENGINE, Message, handlers, message
from tc_resources.native.servicer import Servicer
from tc_resources.testing.emulator import Emulator
from tests.unit.provider.plugin import Plugin, plugged


class HeardEngine:
    """An engine behind gRPC that keeps what it is told, unless it is deaf."""

    def __init__(self) -> None:
        self.deaf = False
        self.heard: list[Message] = []
        self._server = grpc.server(ThreadPoolExecutor(4))
        self._server.add_generic_rpc_handlers((handlers(ENGINE, {"Log": self._log}),))
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def _log(self, request: Message, context: grpc.ServicerContext) -> Message:
        if self.deaf:
            context.abort(grpc.StatusCode.UNAVAILABLE, "not now")
        self.heard.append(request)
        return message("google.protobuf.Empty")()

    def end(self) -> None:
        self._server.stop(None).wait()


@pytest.fixture
def engine() -> Iterator[HeardEngine]:
    engine = HeardEngine()
    yield engine
    engine.end()


@pytest.fixture
def config(emulator: Emulator) -> dict[str, str]:
    """The stack's config, as the engine sends it."""
    return {"endpoint": emulator.url, "secretId": emulator.secret_id, "secretKey": emulator.secret_key}


@pytest.fixture
def new_plugin(times: Clock, transport: httpx.BaseTransport) -> Iterator[Callable[[], Plugin]]:
    """A plugin in this process, in which time passes only while somebody sleeps."""

    def session(config: dict[str, str], engine: NativeEngine, _: Clock, cancellation: Cancellation) -> Session:
        return Session(config, engine, times, {}, transport, cancellation)

    with ExitStack() as opened:
        yield lambda: opened.enter_context(plugged(Servicer(NativeEngine(), session)))


@pytest.fixture
def plugin(new_plugin: Callable[[], Plugin], engine: HeardEngine, config: dict[str, str]) -> Plugin:
    """A plugin that an engine has begun to use."""
    plugin = new_plugin()
    plugin.call("Handshake", "ProviderHandshakeRequest", engine_address=engine.address)
    plugin.configure(config)
    return plugin
