"""A server that speaks HTTP as badly as a test wants it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket], None]


def drip(start: bytes, piece: bytes) -> Behaviour:
    """Begin an answer, and then go on and on, faster than any time-out between two pieces."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)
            time.sleep(0.01)

    return behave


def flood(start: bytes, piece: bytes) -> Behaviour:
    """The same as fast as the line takes it."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)

    return behave


def say(answer: bytes) -> Behaviour:
    """Answer and close the connection."""
    return lambda connection: connection.sendall(answer)


def silence(connection: socket.socket) -> None:
    """Wait until the other side gives up."""
    connection.recv(1)


class Server:
    """Answers each request by `behave`; `requests` are the heads that it has got."""

    def __init__(self, behave: Behaviour) -> None:
        self.requests: list[bytes] = []
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def start(self) -> None:
        self._threads[0].start()

    def close(self) -> None:
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for one in (self._listener, *self._open):
            one.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                self._threads.append(threading.Thread(target=self._answer, args=(connection,), daemon=True))
                self._threads[-1].start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError):
            self.requests.append(connection.recv(65536))
            self._behave(connection)
            connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def served(behave: Behaviour) -> Iterator[Server]:
    server = Server(behave)
    server.start()
    try:
        yield server
    finally:
        server.close()
