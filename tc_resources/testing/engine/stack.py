"""LocalEngine: a stack for tests and first trials, with the methods of the Automation API's."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import cast

from pulumi.automation import (
    CommandResult,
    ConfigValue,
    Deployment,
    DestroyResult,
    OpType,
    OutputValue,
    PreviewResult,
    RefreshResult,
    UpdateSummary,
    UpResult,
)
from pulumi.automation.errors import create_command_error

from tc_resources.testing.engine import project, wire
from tc_resources.testing.engine.display import Display
from tc_resources.testing.engine.errors import OperationError
from tc_resources.testing.engine.operation import Operation, operating
from tc_resources.testing.engine.resource import STACK_TYPE, Resource, make_urn
from tc_resources.testing.engine.snapshot import export

OnOutput = Callable[[str], object]


class LocalEngine:
    """Runs the Python program in `work_dir` on dynamic providers, without the `pulumi` CLI; its state is in memory.

    It is for tests, first contact and teaching: real stacks are run by `pulumi up`. The SDK and the provider host are
    Pulumi's own, unmodified, each operation in processes of its own; what the engine does not support it refuses by
    name. A failed operation raises pulumi.automation.errors.CommandError with the diagnostics in its text, and what
    had been done by then stays in the state.
    """

    def __init__(self, work_dir: str | Path, stack_name: str = "dev", env: Mapping[str, str] | None = None) -> None:
        self.name = stack_name
        self._project = project.load(Path(work_dir).resolve())
        self._environment = {**os.environ, **(env or {})}
        self._config: dict[str, ConfigValue] = {}
        self._resources: list[Resource] = []
        self._version = 0
        self._sealing_key = secrets.token_bytes(32)

    def set_config(self, key: str, value: ConfigValue) -> None:
        """Sets a value that comes before that of the stack's file; a key without a namespace is the project's own."""
        self._config[self._project.key(key)] = value

    def preview(
        self, *, replace: Sequence[str] = (), refresh: bool = False, on_output: OnOutput | None = None
    ) -> PreviewResult:
        def run(operation: Operation) -> None:
            if refresh:
                operation.refresh(counted=False)
            operation.update(replace)

        display = self._run(run, on_output, dry_run=True)
        return PreviewResult(display.text, "", _changes(display))

    def up(self, *, replace: Sequence[str] = (), refresh: bool = False, on_output: OnOutput | None = None) -> UpResult:
        def run(operation: Operation) -> None:
            if refresh:
                operation.refresh(counted=False)
            operation.update(replace)

        display = self._run(run, on_output)
        return UpResult(display.text, "", self._summary("update", display), self.outputs())

    def refresh(self, *, on_output: OnOutput | None = None) -> RefreshResult:
        display = self._run(lambda operation: operation.refresh(counted=True), on_output)
        return RefreshResult(display.text, "", self._summary("refresh", display))

    def destroy(self, *, on_output: OnOutput | None = None) -> DestroyResult:
        display = self._run(lambda operation: operation.destroy(), on_output)
        return DestroyResult(display.text, "", self._summary("destroy", display))

    def outputs(self) -> dict[str, OutputValue]:
        stack = next((resource for resource in self._resources if resource.type == STACK_TYPE), None)
        outputs = stack.outputs if stack else {}
        return {name: OutputValue(wire.plain(value), wire.is_secret(value)) for name, value in outputs.items()}

    def export_stack(self) -> Deployment:
        """The state in the shape of `pulumi stack export`; secrets are sealed for good, so it cannot be imported."""
        return Deployment(version=3, deployment=export(self._resources, self._sealing_key))

    def _run(self, run: Callable[[Operation], None], on_output: OnOutput | None, *, dry_run: bool = False) -> Display:
        display = Display(self._stack_resource(), on_output)
        try:
            with operating(self._target(), self._resources, display, dry_run=dry_run) as operation:
                try:
                    run(operation)
                finally:
                    if not dry_run:
                        self._resources = operation.snapshot.resources
                        self._version += 1
        except OperationError:
            display.close()
            raise create_command_error(CommandResult(display.text, "", 255)) from None
        display.close()
        return display

    def _target(self) -> project.Target:
        try:
            config = self._project.config(self.name, self._config)
        except ValueError as error:
            raise create_command_error(CommandResult("", f"error: {error}\n", 255)) from None
        return project.Target(self._project, self.name, config, self._environment)

    def _stack_resource(self) -> Resource:
        name = f"{self._project.name}-{self.name}"
        return Resource(make_urn(self.name, self._project.name, "", STACK_TYPE, name), STACK_TYPE, custom=False)

    def _summary(self, kind: str, display: Display) -> UpdateSummary:
        return UpdateSummary(
            kind=kind,
            start_time=display.started,
            message="",
            environment={},
            config={},
            result="succeeded",
            end_time=datetime.now(timezone.utc),
            version=self._version,
            resource_changes=_changes(display),
        )


def _changes(display: Display) -> dict[OpType, int]:
    return cast("dict[OpType, int]", dict(display.changes))
