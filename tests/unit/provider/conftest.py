from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import httpx
import pytest
from pulumi.runtime.proto import provider_pb2

from tc_resources.cloud.clock import Clock
from tc_resources.dynamic import process
from tc_resources.limits.session import Session
from tc_resources.testing.emulator import Emulator
from tests.unit.provider.host import Host, Run, host_module, served, struct


@pytest.fixture
def config(emulator: Emulator) -> dict[str, str]:
    """The stack's config."""
    return {
        "tc-resources:endpoint": emulator.url,
        "tc-resources:secretId": emulator.secret_id,
        "tc-resources:secretKey": emulator.secret_key,
    }


@pytest.fixture
def new_run(
    config: dict[str, str], times: Clock, transport: httpx.BaseTransport, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Run]]:
    """Begin a run, with the stack's config unless another is given; the runs before it are over."""
    monkeypatch.setattr(sys, "argv", ["host"])
    monkeypatch.setattr(process, "watch", lambda *_: None)  # it would end the tests
    monkeypatch.setattr(process, "Session", partial(Session, clock=times, transport=transport))
    with ExitStack() as opened:

        def new_run(config: dict[str, str] = config) -> Run:
            monkeypatch.setattr(process, "_sessions", [])
            stub = opened.enter_context(served(host_module()))
            stub.Configure(provider_pb2.ConfigureRequest(args=struct(config)))
            return Run(stub)

        yield new_run


@pytest.fixture
def run(new_run: Callable[..., Run]) -> Run:
    return new_run()


@pytest.fixture
def limits(run: Run) -> Host:
    return run.limits


@pytest.fixture
def quotas(run: Run) -> Host:
    return run.quotas
