"""The engine that runs this program, as the program's own process sees it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

import grpc
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.settings import get_engine

from tc_resources.limits.registry import Registry, RegistryError
from tc_resources.limits.run import run_at

PATIENCE = 5.0
"""Seconds that it has to answer."""
RUNS = 8
"""Of this process that are kept in mind; a program that runs others has several."""


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
        _registry(address(get_engine())).announce(kind, parts)


def address(engine: object) -> str:
    """Where the engine listens, "" where its connection does not say."""
    channel = getattr(getattr(engine, "GetRootResource", None), "_channel", None)
    target = getattr(channel, "target", bytes)()
    return target.decode().rpartition("/")[2] if isinstance(target, bytes) else ""


@lru_cache(RUNS)
def _registry(address: str) -> Registry:
    return Registry(run_at(address))
