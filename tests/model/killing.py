"""The end of an engine in the middle of its operation, as by `kill -9`: its processes go on by themselves.

The embedded engine lives in this process. What its end is to others is played: its addresses listen no more, the
standard input of its provider processes is closed, nobody waits for what they were asked, and nobody interrupts them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NoReturn

import grpc

from tc_resources.testing.engine import operation
from tc_resources.testing.engine.deployment import Deployment
from tc_resources.testing.engine.host import serving
from tc_resources.testing.engine.plugin import Plugin, PluginError
from tc_resources.testing.engine.providers import Providers
from tc_resources.testing.engine.wire import Properties
from tests.model.things import Loss

LONGEST = 20.0
"""Seconds that an orphan may go on; see child/sitecustomize.py for what is a minute elsewhere."""
GONE = "the engine was killed"


class Abandoned:
    """In the place of a provider process: what the engine does at its end, a killed one does not."""

    def read_line(self) -> str:
        refuse()

    def pump(self, _: object) -> None:
        refuse()

    def interrupt(self) -> None:
        pass

    def close(self) -> None:
        pass


class Wreck:
    """The operation under way, and the processes of those that were killed."""

    def __init__(self) -> None:
        self._servers: list[grpc.Server] = []
        self._providers: list[WatchedProviders] = []
        self._deployments: list[Deployment] = []
        self._orphans: list[Any] = []
        self._streams: list[Any] = []

    def begin(self) -> None:
        """A new operation begins."""
        self._servers, self._providers, self._deployments = [], [], []

    def serve(self, server: grpc.Server) -> None:
        self._servers.append(server)

    def provide(self, providers: WatchedProviders) -> None:
        self._providers.append(providers)

    def deploy(self, deployment: Deployment) -> None:
        self._deployments.append(deployment)

    def kill_engine(self) -> None:
        """From now on the processes of the operation are orphans."""
        for deployment in self._deployments:
            deployment.errored = True
            deployment.halted.set()
        for server in self._servers:
            server.stop(None)
        for providers in self._providers:
            providers.gone = True
            for plugin in (*providers._plugins.values(), *providers._asked.values()):
                self._abandon(plugin)

    def _abandon(self, plugin: Plugin) -> None:
        process = plugin._process
        process._stdin.close()
        self._orphans.append(process._process)
        self._streams.append(process)
        vars(plugin).update(_process=Abandoned(), _call=refuse, _ask=refuse)
        if plugin._channel:
            plugin._channel.close()

    def kill_orphans(self) -> None:
        for orphan in self._orphans:
            orphan.kill()

    def outlive_orphans(self, sessions: Path) -> None:
        """Wait until those have ended that have begun a session, each with a file; the others have not met our code.

        Raises Loss for one that does not end.
        """
        end = time.monotonic() + LONGEST
        while any(orphan.poll() is None and (sessions / str(orphan.pid)).exists() for orphan in self._orphans):
            if time.monotonic() > end:
                raise Loss("A provider process outlives its engine.")
            time.sleep(0.005)
        self.kill_orphans()
        for process in self._streams:
            process.close()
        self._orphans, self._streams = [], []


WRECK = Wreck()


class WatchedProviders(Providers):
    """Those of the operation under way."""

    gone = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        WRECK.provide(self)

    def _start(self, reference: str, config: Properties) -> None:
        if self.gone:
            raise PluginError(GONE)
        super()._start(reference, config)


class WatchedDeployment(Deployment):
    """That of the operation under way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        WRECK.deploy(self)


def refuse(*_: object) -> NoReturn:
    raise PluginError(GONE)


def watched(add_services: Callable[[grpc.Server], None]) -> AbstractContextManager[str]:
    def add(server: grpc.Server) -> None:
        WRECK.serve(server)
        add_services(server)

    return serving(add)


vars(operation).update(serving=watched, Providers=WatchedProviders, Deployment=WatchedDeployment)
