"""The engine's side of the wire: its gRPC servers, and the service that programs log to."""

from __future__ import annotations

from collections import deque
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
_ports: deque[int] = deque(maxlen=10_000)
_PREFIXES = {engine_pb2.ERROR: "error: ", engine_pb2.WARNING: "warning: "}


@contextmanager
def serving(add_services: Callable[[grpc.Server], None]) -> Iterator[str]:
    """Serves on loopback; the address is what the processes of an operation are given."""
    with ThreadPoolExecutor(_THREADS) as pool:
        server = grpc.server(pool, options=CHANNEL_OPTIONS)
        add_services(server)
        port = _new_port(server)
        server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            server.stop(None).wait()


def _new_port(server: grpc.Server) -> int:
    """One that no earlier run of this process had: providers tell runs apart by the engine's process and address."""
    while (port := server.add_insecure_port("127.0.0.1:0")) in _ports:
        pass
    _ports.append(port)
    return int(port)


class Engine(engine_pb2_grpc.EngineServicer):
    """What programs and providers log to. All else that this service has is answered with UNIMPLEMENTED."""

    def __init__(self, display: Display) -> None:
        self._display = display

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> Empty:
        """The message becomes a diagnostic, unless it is for debugging or ephemeral; the caller gets nothing back."""
        if request.severity != engine_pb2.DEBUG and not request.ephemeral:
            self._display.program_says(_PREFIXES.get(request.severity, "") + request.message)
        return Empty()
