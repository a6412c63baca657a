"""The engine of a program: what the program reads of the service ends with it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import grpc
import pulumi
import pytest
from pulumi.runtime import MockResourceArgs, set_mocks
from pulumi.runtime.mocks import MockEngine
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc
from pulumi.runtime.settings import SETTINGS, reset_options
from pulumi.runtime.stack import wait_for_rpcs

from tc_resources import get_limit, get_quota, get_usage
from tc_resources.cloud.identities import digest
from tc_resources.dynamic import functions, program, resource
from tc_resources.dynamic.program import address, answers
from tc_resources.limits.run import Run
from tc_resources.testing.emulator import Emulator
from tests.account import account_of
from tests.unit.program.engine import Engine as Mocks
from tests.unit.program.engine import Program, later, limit, quota

Leave = Callable[[int], object]
pytestmark = pytest.mark.filterwarnings("ignore:There is no current event loop:DeprecationWarning")

RUN = Run(1, socket=uuid4().hex)
READINGS = {
    "usage": lambda: get_usage(1, "Image"),
    "quota": lambda: get_quota(1, "Image"),
    "limit": lambda: get_limit("zone-1", "www.example.com", "Overseas"),
}


class Engine(engine_pb2_grpc.EngineServicer):
    """Which answers once it has the time."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.free.set()

    def GetRootResource(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802 - the protocol's
        self.free.wait()
        return engine_pb2.GetRootResourceResponse()


@contextmanager
def serving(engine: engine_pb2_grpc.EngineServicer) -> Iterator[tuple[engine_pb2_grpc.EngineStub, grpc.Server]]:
    """What a program has of it, and its server."""
    server = grpc.server(ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield engine_pb2_grpc.EngineStub(channel), server
    server.stop(None).wait()


def test_an_engine_answers_until_it_has_gone() -> None:
    with serving(Engine()) as (stub, server):
        assert answers(stub)
        server.stop(None).wait()
        assert not answers(stub)


def test_an_engine_that_is_busy_or_does_not_know_the_question_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(engine_pb2_grpc.EngineServicer()) as (stub, _):
        assert answers(stub)
    busy = Engine()
    busy.free.clear()
    monkeypatch.setattr(program, "PATIENCE", 0.05)
    with serving(busy) as (stub, _):
        assert answers(stub)
        busy.free.set()


@pytest.mark.parametrize("engine", [None, MockEngine(None)], ids=["none", "mock"])
def test_without_an_engine_somebody_waits(engine: object) -> None:
    assert answers(engine)


def test_where_an_engine_listens_is_what_the_program_was_told() -> None:
    with grpc.insecure_channel("127.0.0.1:4711") as channel:
        assert address(engine_pb2_grpc.EngineStub(channel)) == "127.0.0.1:4711"


@pytest.mark.parametrize("engine", [None, MockEngine(None), SimpleNamespace(GetRootResource=lambda: None), Mock()])
def test_of_an_engine_without_a_connection_nobody_can_tell_where_it_listens(engine: object) -> None:
    assert address(engine) == ""


class Hanging:
    """A service that answers no call before it is over, and an engine that goes once one has come."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.leave: Leave = lambda _: None

    def watch(self, alive: object, busy: Callable[[], bool], leave: Leave) -> None:  # noqa: ARG002 - as `orphan.watch`
        assert not busy()
        self.leave = leave

    async def sleep(self, _: float) -> None:
        if not self.over.is_set():
            self.leave(1)
        self.over.wait()


@pytest.fixture
def hanging() -> Hanging:
    return Hanging()


@pytest.fixture
def options(hanging: Hanging) -> dict[str, Any]:
    return {"latency": 0.001, "sleep": hanging.sleep}


@pytest.fixture
def _account(emulator: Emulator, hanging: Hanging, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in account_of(emulator).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(functions, "watch", hanging.watch)
    yield
    hanging.over.set()


@pytest.mark.usefixtures("_account")
@pytest.mark.parametrize("read", READINGS.values(), ids=READINGS.keys())
def test_a_reading_that_waits_for_the_service_ends_with_the_engine(
    hanging: Hanging, read: Callable[[], object]
) -> None:
    with pytest.raises(pulumi.RunError, match="cancelled"):
        read()
    assert not hanging.over.is_set()


@pytest.mark.usefixtures("_account")
def test_a_program_whose_engine_has_gone_sends_nothing_and_its_next_run_does(
    hanging: Hanging, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that runs inline programs goes on, with another engine each time."""
    hanging.over.set()
    emulator.put_sub_app(1)
    gone = grpc.insecure_channel("127.0.0.1:1")
    monkeypatch.setattr(SETTINGS, "engine", engine_pb2_grpc.EngineStub(gone))
    with pytest.raises(pulumi.RunError, match="the engine that asked for it has ended"):
        get_usage(1, "Image")
    assert emulator.calls == []
    hanging.leave(1)
    with serving(Engine()) as (stub, _):
        monkeypatch.setattr(SETTINGS, "engine", stub)
        assert get_usage(1, "Image").total == 0


def test_programs_of_one_run_see_each_others_resources(
    run_as_engine: Callable[[Program], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A remote component is a program of its own."""
    monkeypatch.setattr(program, "run_at", lambda _: RUN)
    run_as_engine(lambda: limit("a").id)
    reset_options()
    set_mocks(Mocks())
    with pytest.raises(pulumi.RunError, match='"a" and "b" are one and the same PrefetchOriginLimit'):
        run_as_engine(lambda: limit("b", domain_name="WWW.example.com.").id)


def test_what_tells_a_token_s_quota_from_others_is_noted_without_the_token(
    run_as_engine: Callable[[Program], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = Mock(return_value=[])
    monkeypatch.setattr(resource, "others", noted)
    run_as_engine(lambda: quota("text", api_token="secret-token").id)
    _, kind, parts, urn = noted.call_args.args
    assert (kind, parts) == ("aigc_quota", [1, "Text", digest("secret-token")])
    assert urn.endswith("::text")


class Keeping(Mocks):
    """As under --target of all but "a", which it leaves as it was."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        known, outputs = super().new_resource(args)
        return known, {**outputs, **({"domain_name": "b.example.com"} if args.name == "a" else {})}


def test_what_the_engine_leaves_as_it_was_claims_nothing(
    run_as_engine: Callable[[Program], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RUN._replace(socket=uuid4().hex)
    monkeypatch.setattr(program, "run_at", lambda _: run)
    set_mocks(Keeping())

    async def known_late() -> str:
        for _ in range(100):
            await asyncio.sleep(0)
        return "b.example.com"

    def declare() -> object:
        return [limit("a", domain_name="a.example.com").id, limit("b", domain_name=known_late()).id]

    run_as_engine(declare)


def test_programs_of_two_runs_at_one_address_do_not(
    run_as_engine: Callable[[Program], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = iter([RUN._replace(socket=uuid4().hex) for _ in "ab"])
    monkeypatch.setattr(program, "run_at", lambda _: next(runs))
    run_as_engine(lambda: limit("a").id)
    reset_options()
    set_mocks(Mocks())
    run_as_engine(lambda: limit("b").id)
    assert next(runs, None) is None


@pytest.mark.parametrize("wrong", [True, False])
@pytest.mark.usefixtures("engine")
def test_a_demand_that_is_not_met_ends_what_waits_for_calls_alone(wrong: bool) -> None:
    def test(value: int) -> None:
        if wrong:
            raise pulumi.RunError(f"{value} is wrong")

    async def construct() -> None:
        program.demand(later(7), test)
        await asyncio.sleep(0)  # so that it has begun, as what is declared before has
        await wait_for_rpcs(await_all_outstanding_tasks=False)

    with pytest.raises(pulumi.RunError, match="7 is wrong") if wrong else nullcontext():
        asyncio.get_event_loop().run_until_complete(construct())
