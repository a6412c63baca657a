"""What a provider process holds: the account's settings, one client, one handler a kind, and what the run declares."""

from __future__ import annotations

import os
import select
import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tc_resources.cloud import settings
from tc_resources.limits.handler import Handler
from tc_resources.limits.preflight import Lookout
from tc_resources.limits.registry import Declared, file_of_run

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client

STDIN = 0
HTTPX_COMMAND = "httpx._main"
"""The command line of httpx, which it imports wherever rich is: longer than all that we need."""
AnyHandler = Handler[Any, Any]


class Process:
    """Made at the first `configure`; the threads of the process share it."""

    def __init__(self, config: Callable[[str], object], environ: Mapping[str, str] = os.environ) -> None:
        self._config, self._environ = config, environ
        self._lock = threading.Lock()
        self._handlers: dict[str, AnyHandler] = {}
        self._client: Client | None = None
        self._lookout = Lookout(self.connect, notice)
        self.declared = Declared(file_of_run())

    def handler(self, kind: str) -> AnyHandler:
        """The handler of a kind, which is the name of its module too."""
        with self._lock:
            if kind not in self._handlers:
                module = import_module(f"tc_resources.limits.{kind}")
                self._handlers[kind] = module.HANDLER(self.connect, notice, lookout=self._lookout)
            return self._handlers[kind]

    def connect(self) -> Client:
        """The client, made at the first call to the service: a preview needs neither it nor credentials."""
        with self._lock:
            if self._client is None:
                with _without(HTTPX_COMMAND):
                    from tc_resources.cloud.client import Client

                self._client = Client(settings.load(self._config, self._environ), alive=engine_is_alive)
            return self._client

    def target(self) -> str:
        """Which endpoint or site this process addresses. Raises ConfigError."""
        return settings.target(self._config, self._environ)


@contextmanager
def _without(module: str) -> Iterator[None]:
    """As if the module were not installed, unless it has been imported before."""
    sys.modules.setdefault(module, None)  # type: ignore[arg-type]  # so an import of it fails, as Python documents
    try:
        yield
    finally:
        if sys.modules[module] is None:
            del sys.modules[module]


def notice(text: str) -> None:
    """Show the user a line; the engine prints it under the stack."""
    print(text, flush=True)


def engine_is_alive() -> bool:
    """Whether the engine that started this process still runs.

    It holds the other end of the standard input, and listens on the address that is the first argument. A process
    whose engine was killed goes on by itself; what it wrote then, nobody would know of.
    """
    if not stat.S_ISFIFO(os.fstat(STDIN).st_mode) or len(sys.argv) < 2:
        return True
    poll = select.poll()
    poll.register(STDIN, select.POLLIN)
    closed = any(event & select.POLLHUP for _, event in poll.poll(0))
    return not closed or _listens(sys.argv[1])


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except (OSError, ValueError):
        return False
    return True
