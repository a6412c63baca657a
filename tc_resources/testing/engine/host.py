"""The engine's side of the wire: its gRPC servers, and the service that programs log to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from tc_resources.testing.engine.display import Display
from tc_resources.testing.engine.plugin import CHANNEL_OPTIONS

# A registration holds its thread until the resource is there: there are more than the SDK makes calls at once.
_THREADS = 128
_PREFIXES = {engine_pb2.ERROR: "error: ", engine_pb2.WARNING: "warning: "}


@contextmanager
def serving(add_services: Callable[[grpc.Server], None]) -> Iterator[str]:
    """Serves on loopback; the address is what the processes of an operation are given."""
    with ThreadPoolExecutor(_THREADS) as pool:
        server = grpc.server(pool, options=CHANNEL_OPTIONS)
        add_services(server)
        address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            yield address
        finally:
            server.stop(None).wait()


class Engine(engine_pb2_grpc.EngineServicer):
    def __init__(self, display: Display) -> None:
        self._display = display

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> Empty:  # noqa: ARG002, N802
        if request.severity != engine_pb2.DEBUG and not request.ephemeral:
            self._display.program_says(_PREFIXES.get(request.severity, "") + request.message)
        return Empty()
