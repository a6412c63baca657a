"""One preview, update, refresh or destroy, with the processes that belong to it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager

from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.aliases import Aliases
from tc_resources.testing.engine.deployment import PARALLEL, Deployment
from tc_resources.testing.engine.display import Display
from tc_resources.testing.engine.errors import OperationError
from tc_resources.testing.engine.host import Engine, serving
from tc_resources.testing.engine.monitor import Monitor
from tc_resources.testing.engine.planner import Planner
from tc_resources.testing.engine.plugin import Launch, Package
from tc_resources.testing.engine.program import REASON_SHOWN, Program
from tc_resources.testing.engine.project import Target
from tc_resources.testing.engine.providers import Providers
from tc_resources.testing.engine.refresh import refresh
from tc_resources.testing.engine.selection import ALL, Selection
from tc_resources.testing.engine.snapshot import Pending, Snapshot
from tc_resources.testing.engine.state import State
from tc_resources.testing.engine.wire import Properties

_POLL_SECONDS = 0.002


class Operation:
    """What it does may raise OperationError; `snapshot` is the state that it has brought about by then."""

    def __init__(
        self, target: Target, providers: Providers, snapshot: Snapshot, display: Display, address: str, *, dry_run: bool
    ) -> None:
        self.snapshot = snapshot
        self._target = target
        self._providers = providers
        self._display = display
        self._address = address
        self._dry_run = dry_run

    def refresh(self, *, counted: bool) -> None:
        """Reads all that is in the state; `counted` where that is the whole operation."""
        resources, complete = refresh(self.snapshot.resources, self._providers, self._display, counted=counted)
        self.snapshot = self.snapshot.refreshed(resources)
        if not complete:
            raise OperationError

    def update(self, replace: Collection[str], selection: Selection = ALL, *, continue_on_error: bool = False) -> None:
        """Runs the program, then deletes what it no longer declares."""
        deployment = self._deployment(replace, selection, continue_on_error=continue_on_error)
        target = self._target
        monitor = Monitor(deployment, target.stack, target.project.name, _inputs(target), packages(target))
        with serving(
            lambda server: resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
        ) as address:
            succeeded = self._run_program(deployment, address)
        if succeeded:
            deployment.delete_left_over()
        deployment.finish()

    def destroy(self) -> None:
        """Deletes everything; neither the program nor any check is run."""
        deployment = self._deployment()
        deployment.delete_left_over()
        deployment.finish()

    def cancel(self) -> None:
        """Ends it as soon as may be: nothing new begins, and what waits in a plugin of a package does no more."""
        self._display.error("update canceled")
        self._display.halted.set()
        self._providers.cancel()

    def _deployment(
        self, replace: Collection[str] = (), selection: Selection = ALL, *, continue_on_error: bool = False
    ) -> Deployment:
        self._warn_of(self.snapshot.interrupted)
        aliases = Aliases(self._target.stack, self._target.project.name)
        planner = Planner(self.snapshot, self._providers, aliases, replace, selection)
        return Deployment(
            self.snapshot,
            planner,
            self._providers,
            self._display,
            dry_run=self._dry_run,
            continue_on_error=continue_on_error,
        )

    def _warn_of(self, interrupted: Sequence[Pending]) -> None:
        if interrupted:
            steps = "".join(f"\n  * {it.resource.urn}, interrupted while {it.type}" for it in interrupted)
            self._display.message(
                f"warning: Attempting to deploy or update resources with {len(interrupted)} pending operations from "
                f"previous deployment.{steps}\nA refresh finds out what has become of them."
            )

    def _run_program(self, deployment: Deployment, monitor: str) -> bool:
        """Whether it ran to its end; it is interrupted where the deployment is halted meanwhile."""
        with closing(self._start_program(monitor)) as program:
            while program.exit_code is None and not deployment.halted.wait(_POLL_SECONDS):
                pass
            if deployment.halted.is_set():
                deployment.settle()
            elif program.exit_code:
                self._report(program.exit_code)
                deployment.errored = True
                return False
        return deployment.continues

    def _report(self, exit_code: int) -> None:
        if exit_code != REASON_SHOWN:
            text = f"an unhandled error occurred: program exited with non-zero exit code: {exit_code}"
            self._display.error(text)

    def _start_program(self, monitor: str) -> Program:
        target = self._target
        settings = {
            "monitor": monitor,
            "engine": self._address,
            "project": target.project.name,
            "stack": target.stack,
            "organization": "organization",
            "root_directory": str(target.project.root),
            "parallel": PARALLEL,
            "dry_run": self._dry_run,
        }
        config = {
            "PULUMI_CONFIG": json.dumps({key: value.value for key, value in target.config.items()}),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps([key for key, value in target.config.items() if value.secret]),
        }
        return Program(target.project, settings, {**target.environment, **config}, self._display.program_says)


def _inputs(target: Target) -> Properties:
    """The stack's configuration, as a provider is given it."""
    return {key: wire.secret(value.value) if value.secret else value.value for key, value in target.config.items()}


def packages(target: Target) -> dict[str, Package]:
    """The packages whose plugins can be started, by their names."""
    return {
        name: Package(module, {key.removeprefix(own): it for key, it in _inputs(target).items() if key.startswith(own)})
        for name, module in target.plugins.items()
        for own in [f"{name}:"]
    }


@contextmanager
def operating(
    target: Target, state: State, display: Display, *, dry_run: bool, flags: tuple[str, ...] = ()
) -> Iterator[Operation]:
    """An operation, whose processes end with the block; a preview works on a copy of the state."""
    with serving(lambda server: engine_pb2_grpc.add_EngineServicer_to_server(Engine(display), server)) as address:
        launch = Launch(
            engine_address=address,
            directory=target.project.directory,
            environment={**target.environment, "PULUMI_PROJECT": target.project.name, "PULUMI_CONFIG": "{}"},
            dry_run=dry_run,
            on_line=display.message,
            flags=flags,
            packages=packages(target),
        )
        snapshot = Snapshot([resource.copy() for resource in state.resources])
        if not dry_run:
            snapshot = Snapshot(state.resources, state.pending, state.keep)
        with closing(Providers(launch, state.resources)) as providers:
            yield Operation(target, providers, snapshot, display, address, dry_run=dry_run)
