"""The entry point of the plugin: it serves until its engine interrupts it or has gone."""

from __future__ import annotations

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import grpc

from tc_resources.limits.orphan import GRACE, watch
from tc_resources.limits.run import engine_address
from tc_resources.native.engine import NativeEngine
from tc_resources.native.protocol import PROVIDER, handlers
from tc_resources.native.servicer import Servicer

CALLS = 4096
"""Calls at once: as many as an engine asks, each with a thread that begins when it is needed."""
SOON = 0.05
"""Seconds between two looks at what is to be finished."""
OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def serve(servicer: Servicer) -> tuple[grpc.Server, int]:
    """Begin to serve on loopback, on the port that is returned."""
    server = grpc.server(ThreadPoolExecutor(CALLS), options=OPTIONS)
    server.add_generic_rpc_handlers((handlers(PROVIDER, servicer.methods),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main() -> None:
    """Serve the engine whose address is the last argument; it reads our port from standard output."""
    interrupted = SimpleQueue[int]()  # an event's lock may be held by the very thread that a signal interrupts
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: interrupted.put(number))
    engine = NativeEngine(engine_address(sys.argv))
    servicer = Servicer(engine)
    server, port = serve(servicer)
    watch(engine.alive, lambda: servicer.busy)
    print(port, flush=True)
    interrupted.get()
    _finish(servicer, server)
    os._exit(0)  # threads may wait for what nobody hears any more


def _finish(servicer: Servicer, server: grpc.Server) -> None:
    """What is half done is finished, and nothing else begins; an answer has left when its call has ended.

    A call that the engine has given up has ended for the server, and its work may go on.
    """
    end = time.monotonic() + GRACE
    servicer.cancel()
    server.stop(GRACE).wait()
    while servicer.busy and time.monotonic() < end:
        time.sleep(SOON)
