"""The engine that runs this program, as the program's own process sees it."""

from __future__ import annotations

import grpc
from pulumi.runtime.proto import engine_pb2

PATIENCE = 5.0
"""Seconds that it has to answer."""


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
