"""Processes that are forked from a server, see `forkserver`, instead of being started anew."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

_SCRIPT = Path(__file__).with_name("forkserver.py")
# A fork has its server's values of what counts while modules are imported, so each set of them has its own server.
_COUNT_AT_IMPORT = (
    "COVERAGE_", "GRPC_", "LANG", "LC_", "LD_", "OTEL_", "PROTOCOL_BUFFERS_", "PULUMI_ENABLE_", "PULUMI_OTEL_",
    "PYTHON", "TEMP", "TMP", "TRACEPARENT", "TZ",
)  # fmt: skip

servers: dict[frozenset[tuple[str, str]], ForkServer] = {}
_opening = threading.Lock()


class ForkServer:
    """Lives until the end of this process, however that comes about; it takes half a second to be ready, if ever."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-u", str(_SCRIPT), str(theirs.fileno())]
            self.process = subprocess.Popen(  # noqa: S603 - our own script
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self.close)
        self.ready = bool(self.control.recv(1))

    def close(self) -> None:
        """Hangs up, upon which the server interrupts its forks and ends; returns once it has."""
        self.control.close()
        self.process.wait()


class Fork:
    """A process, with those methods of subprocess.Popen that are used here."""

    def __init__(
        self,
        server: ForkServer,
        arguments: Sequence[str],
        directory: Path,
        environment: Mapping[str, str],
        streams: Sequence[int],
    ) -> None:
        self._exit_code: int | None = None
        self._request, theirs = socket.socketpair()
        wanted = {"arguments": list(arguments), "directory": str(directory), "environment": dict(environment)}
        body = json.dumps(wanted).encode()
        with theirs:
            socket.send_fds(server.control, [b"\0"], [theirs.fileno()])
        socket.send_fds(self._request, [len(body).to_bytes(4, "big")], streams)
        self._request.sendall(body)

    @cached_property
    def pid(self) -> int:
        """Waits for it. 0: the server has ended before."""
        self._request.settimeout(None)
        return self._receive(0)

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        try:
            return self.wait(0)
        except (BlockingIOError, subprocess.TimeoutExpired):
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, as that of a killed process where the server that would tell has gone itself."""
        if self._exit_code is None and self.pid:
            self._request.settimeout(timeout)
            try:
                self._exit_code = self._receive(-signal.SIGKILL)
            except (BlockingIOError, TimeoutError):
                raise subprocess.TimeoutExpired("", timeout or 0) from None
            self._request.close()
        return -signal.SIGKILL if self._exit_code is None else self._exit_code

    def send_signal(self, number: int) -> None:
        """Does nothing where it has ended: its process id may be another's by then."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has ended, and the server is about to tell
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends it with SIGKILL, so that nothing of it runs any more."""
        self.send_signal(signal.SIGKILL)

    def _receive(self, otherwise: int) -> int:
        number = self._request.recv(4)
        return int.from_bytes(number, "big", signed=True) if number else otherwise


def server_for(environment: Mapping[str, str]) -> ForkServer | None:
    """The server for this environment; None where there can be none."""
    key = frozenset(item for item in environment.items() if item[0].startswith(_COUNT_AT_IMPORT))
    with _opening:
        server = servers.get(key)
        if server is None or (server.ready and server.process.poll() is not None):
            server = servers[key] = ForkServer(environment)
    return server if server.ready else None


def _abandon_servers() -> None:
    """In a fork of this process, which would keep its servers from seeing its end, and share their sockets with it."""
    for server in servers.values():
        server.control.close()
    servers.clear()
    _opening.release()


os.register_at_fork(before=_opening.acquire, after_in_parent=_opening.release, after_in_child=_abandon_servers)
