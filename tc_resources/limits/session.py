"""What a face holds while it serves an engine: the account's settings, one client, and one handler a kind."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tc_resources.cloud import settings, target
from tc_resources.cloud.cancellation import Cancellation
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.config import Config
from tc_resources.cloud.transport.endpoint import Endpoint
from tc_resources.limits.engine import Engine
from tc_resources.limits.handler import Handler
from tc_resources.limits.preflight import Preflight
from tc_resources.limits.reach import Reach

if TYPE_CHECKING:
    import httpx

    from tc_resources.cloud.client import Client

HTTPX_COMMAND = "httpx._main"
"""The command line of httpx, which it imports wherever rich is: longer than all that we need."""
AnyHandler = Handler[Any, Any, Any]


class Session:
    """Of one account, from its configuration to the engine's end; threads share it.

    `config` is the stack's, or a provider instance's; `cancellation` ends what is under way, and the clock's sleep, for
    a face that can be cancelled; `transport` takes the network's place in a test.
    """

    def __init__(
        self,
        config: Mapping[str, object],
        engine: Engine,
        clock: Clock | None = None,
        environ: Mapping[str, str] = os.environ,
        transport: httpx.BaseTransport | None = None,
        cancellation: Cancellation | None = None,
    ) -> None:
        self.engine, self.clock = engine, clock or Clock()
        self._preflight = Preflight(self.connect, engine)
        self._config, self._environ, self._transport = config, environ, transport
        self._cancellation = cancellation or Cancellation()
        self._lock = threading.Lock()
        self._handlers: dict[str, AnyHandler] = {}
        self._client: Client | None = None
        self._operations = 0
        self._reach = Reach(self.clock.monotonic)

    @property
    def busy(self) -> bool:
        """Whether an operation is under way."""
        return self._operations > 0

    @contextmanager
    def operation(self, kind: str, seconds: float | None = None, *, writes: bool = False) -> Iterator[None]:
        """One operation on a resource: its calls share a time limit, `seconds` or else the setting's.

        One that `writes` has its connection opened while it reads. Raises ConfigError, and what `Reach` raises.
        """
        with self._lock:
            self._operations += 1
        try:
            with (
                self._reach.trying(kind, tells=seconds is None),
                self.connect().operation(seconds),
                self.connect().reserving(self.handler(kind).api) if writes else nullcontext(),
            ):
                yield
        finally:
            with self._lock:
                self._operations -= 1

    def handler(self, kind: str) -> AnyHandler:
        """The handler of a kind, which is the name of its module too."""
        with self._lock:
            if kind not in self._handlers:
                module = import_module(f"tc_resources.limits.{kind}")
                self._handlers[kind] = module.HANDLER(self.connect, self.engine, self._preflight)
            return self._handlers[kind]

    def connect(self) -> Client:
        """The client, made at the first call to the service: a preview needs neither it nor credentials."""
        with self._lock:
            if self._client is None:
                with _without(HTTPX_COMMAND):
                    from tc_resources.cloud.connect import connect

                known = settings.load(self._config, self._environ)
                self._client = connect(
                    known,
                    transport=self._transport,
                    clock=self.clock,
                    alive=self.engine.alive,
                    cancellation=self._cancellation,
                )
            return self._client

    @cached_property
    def endpoint(self) -> Endpoint:
        """What is addressed. Raises ConfigError where the config is wrong, credentials apart."""
        return target.endpoint(Config(self._config, self._environ))


@contextmanager
def _without(module: str) -> Iterator[None]:
    """As if the module were not installed, unless it has been imported before."""
    sys.modules.setdefault(module, None)  # type: ignore[arg-type]  # so an import of it fails, as Python documents
    try:
        yield
    finally:
        if sys.modules[module] is None:
            del sys.modules[module]
