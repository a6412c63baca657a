"""The engine that runs this program, as the program's own process sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import grpc
import pulumi
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.settings import _get_rpc_manager, get_engine

from tc_resources.limits.registry import CLAIMED, Registry, RegistryError
from tc_resources.limits.run import Run, run_at

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that it has to answer."""
RUNS = 8
"""Of this process that are kept in mind; a program that runs others has several."""
_runs: WeakKeyDictionary[Any, Run | None] = WeakKeyDictionary()
"""By the connection to its engine, of which each program has one, and so has each remote component."""

_demanded: set[asyncio.Future[Any]] = set()
"""What has not ended yet, of which a loop holds no more than a weak reference."""


def answers(engine: object) -> bool:
    """Whether somebody is there; an engine that is too busy to answer is, as is one of Pulumi's unit tests."""
    ask = getattr(engine, "GetRootResource", None)
    if ask is None:
        return True
    try:
        ask(engine_pb2.GetRootResourceRequest(), timeout=PATIENCE)
    except grpc.RpcError as error:
        return bool(error.code() is not grpc.StatusCode.UNAVAILABLE)
    return True


def announce(kind: str, parts: Sequence[object]) -> None:
    """Tell the run's provider processes of an identity before the engine does, which tells them one by one.

    What cannot be told costs some calls more.
    """
    with suppress(RegistryError):
        _registry(get_engine()).announce(kind, parts)


def others(engine: object, kind: str, parts: Sequence[object], urn: str) -> list[str]:
    """The URNs of others that declare this identity in whichever program of the engine's run.

    What cannot be shared none are known of: the check refuses it then.
    """
    with suppress(RegistryError):
        return _registry(engine).others(kind, parts, urn, CLAIMED)
    return []


def demand(output: pulumi.Output[T], test: Callable[[T], None]) -> None:
    """Have what is found by a `test` that raises pulumi.RunError, once the output is known, end the program.

    As by a call that fails: the construction of a remote component waits for calls alone, and for no output.
    """
    found: list[pulumi.RunError] = []

    def run(value: T) -> None:
        try:
            test(value)
        except pulumi.RunError as error:
            found.append(error)

    tested = output.apply(run)

    async def ended() -> None:
        with suppress(Exception):  # of the output itself, which whoever it comes from tells
            await tested.future()
        for error in found:
            raise error

    demanded = asyncio.ensure_future(_get_rpc_manager().do_rpc("demand", ended)())
    _demanded.add(demanded)
    demanded.add_done_callback(_demanded.discard)


def address(engine: object) -> str:
    """Where the engine listens, "" where its connection does not say."""
    channel = getattr(getattr(engine, "GetRootResource", None), "_channel", None)
    target = getattr(channel, "target", bytes)()
    return target.decode().rpartition("/")[2] if isinstance(target, bytes) else ""


def _registry(engine: object) -> Registry:
    """That of the engine's run. A process that runs many programs may meet an address again, of another run."""
    if engine is None:
        return _registry_of(None)
    if engine not in _runs:
        _runs[engine] = run_at(address(engine))
    return _registry_of(_runs[engine])


@lru_cache(RUNS)
def _registry_of(run: Run | None) -> Registry:
    return Registry(run)
