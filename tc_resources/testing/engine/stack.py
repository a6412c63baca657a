"""LocalEngine: a stack for tests and first trials, with the methods of the Automation API's."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from functools import partial
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
from tc_resources.testing.engine.export import export_state
from tc_resources.testing.engine.operation import Operation, operating
from tc_resources.testing.engine.resource import STACK_TYPE, Resource, make_urn
from tc_resources.testing.engine.selection import Selection
from tc_resources.testing.engine.state import LockedError, State, StateFile

OnOutput = Callable[[str], object]


class LocalEngine:
    """Runs the Python program in `work_dir` on dynamic providers, without the `pulumi` CLI.

    It is for tests, first contact and teaching: real stacks are run by `pulumi up`. The SDK and the provider host are
    Pulumi's own, unmodified, each operation in processes of its own. A failed operation raises
    pulumi.automation.errors.CommandError with the diagnostics in its text, and what had been done by then stays in the
    state; a preview ends at its first error too, where the real one may show others. `env` comes before this process's
    own environment, as it was when the engine was made. `plugins` are the packages of resources that a program may use
    beside dynamic providers, with their functions and `import_`: for each the Python module that serves it, as by
    `python -m MODULE ENGINE`.

    The state is in memory, or in `state_file`: written as a whole after each step, in the shape of `pulumi stack
    export`, with secrets sealed under PULUMI_CONFIG_PASSPHRASE as the CLI seals them, so that it can be handed to
    `pulumi stack import`. A process that is killed loses no more than the steps under way; the next up tells which
    they were, until a refresh. The file is locked while an operation runs; another one raises ConcurrentUpdateError.
    The file raises ValueError where it is of another stack or passphrase.

    What follows, it refuses by name (UnsupportedError, or as the reason of a failed operation) where no plugin has it:

    - runtimes other than Python
    - encrypted configuration
    - ESC environments
    - providers other than Python dynamic ones
    - packages
    - functions of providers
    - methods of resources
    - StackReference
    - remote components
    - import_
    - transforms
    - hooks
    - replace_with
    - replacement_trigger
    - env_var_mappings
    - state_migrations
    - paths in ignore_changes
    - paths in replace_on_changes
    """

    def __init__(
        self,
        work_dir: str | Path,
        stack_name: str = "dev",
        env: Mapping[str, str] | None = None,
        *,
        state_file: str | Path | None = None,
        plugins: Mapping[str, str] | None = None,
    ) -> None:
        self.name = stack_name
        self._project = project.load(Path(work_dir).resolve())
        # Behind a company's proxy, which gRPC would ask for the way to the engine.
        direct = {"no_grpc_proxy": "127.0.0.1"}
        self._environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **direct, **(env or {})}
        self._config: dict[str, ConfigValue] = {}
        self._plugins = plugins or {}
        self._version = 0
        self._operation: Operation | None = None
        self._digest_key = secrets.token_bytes(32)
        self._state = self._open(Path(state_file)) if state_file else State()

    def set_config(self, key: str, value: ConfigValue) -> None:
        """Sets a value that comes before that of the stack's file; a key without a namespace is the project's own."""
        self._config[self._project.key(key)] = value

    def preview(
        self,
        *,
        replace: Sequence[str] = (),
        refresh: bool = False,
        target: Sequence[str] = (),
        exclude: Sequence[str] = (),
        log_flow: bool = False,
        log_verbosity: int | None = None,
        on_output: OnOutput | None = None,
    ) -> PreviewResult:
        """What an up would do; `refresh` reads all resources anew first. Raises CommandError.

        `replace`, `target` (these alone) and `exclude` (all but these) are URNs. With `log_flow`, the providers are
        told `log_verbosity`.
        """
        selection = Selection(frozenset(target), frozenset(exclude))

        def run(operation: Operation) -> None:
            if refresh:
                operation.refresh(counted=False)
            operation.update(replace, selection)

        display = self._run(run, on_output, dry_run=True, flags=_flags(log_verbosity if log_flow else None))
        return PreviewResult(display.text, "", _changes(display))

    def up(
        self,
        *,
        replace: Sequence[str] = (),
        refresh: bool = False,
        target: Sequence[str] = (),
        exclude: Sequence[str] = (),
        continue_on_error: bool = False,
        log_flow: bool = False,
        log_verbosity: int | None = None,
        on_output: OnOutput | None = None,
    ) -> UpResult:
        """Makes of the stack what the program declares; the arguments are those of a preview. Raises CommandError.

        With `continue_on_error` a step that fails keeps only those from being done that need it.
        """
        selection = Selection(frozenset(target), frozenset(exclude))

        def run(operation: Operation) -> None:
            if refresh:
                operation.refresh(counted=False)
            operation.update(replace, selection, continue_on_error=continue_on_error)

        display = self._run(run, on_output, flags=_flags(log_verbosity if log_flow else None))
        return UpResult(display.text, "", self._summary("update", display), self.outputs())

    def refresh(self, *, on_output: OnOutput | None = None) -> RefreshResult:
        """Takes into the state what the resources are like now; the program is not run. Raises CommandError."""
        display = self._run(lambda operation: operation.refresh(counted=True), on_output)
        return RefreshResult(display.text, "", self._summary("refresh", display))

    def destroy(self, *, on_output: OnOutput | None = None) -> DestroyResult:
        """Deletes all that the stack owns; the program is not run. Raises CommandError."""
        display = self._run(lambda operation: operation.destroy(), on_output)
        return DestroyResult(display.text, "", self._summary("destroy", display))

    def cancel(self) -> None:
        """Ends the operation under way in another thread, as one Ctrl-C does; without one, nothing."""
        operation = self._operation
        if operation:
            operation.cancel()

    def outputs(self) -> dict[str, OutputValue]:
        """What the program exported, as the last operation left it; empty before the first."""
        stack = next((resource for resource in self._state.resources if resource.type == STACK_TYPE), None)
        outputs = stack.outputs if stack else {}
        return {name: OutputValue(wire.plain(value), wire.is_secret(value)) for name, value in outputs.items()}

    def export_stack(self) -> Deployment:
        """The state in the shape of `pulumi stack export`; secrets are digests, so it cannot be imported."""
        return Deployment(version=3, deployment=export_state(self._state.resources, self._state.pending, self._digest))

    def _run(
        self,
        run: Callable[[Operation], None],
        on_output: OnOutput | None,
        *,
        dry_run: bool = False,
        flags: tuple[str, ...] = (),
    ) -> Display:
        display = Display(self._stack_resource(), on_output)
        operation_on = partial(operating, self._target(), self._state, display)
        try:
            with self._state.opened(), operation_on(dry_run=dry_run, flags=flags) as operation:
                self._operation = operation
                try:
                    run(operation)
                finally:
                    self._operation = None
                    operation.snapshot.settle()
                    self._version += not dry_run
        except LockedError as error:
            raise create_command_error(
                CommandResult("", f"error: the stack is currently locked by another engine ({error})\n", 255)
            ) from None
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
        return project.Target(self._project, self.name, config, self._environment, self._plugins)

    def _stack_resource(self) -> Resource:
        name = f"{self._project.name}-{self.name}"
        return Resource(make_urn(self.name, self._project.name, "", STACK_TYPE, name), STACK_TYPE, custom=False)

    def _open(self, state_file: Path) -> StateFile:
        passphrase = self._environment.get("PULUMI_CONFIG_PASSPHRASE")
        if passphrase is None:
            raise ValueError("PULUMI_CONFIG_PASSPHRASE is not set: the secrets in a state file are sealed under it")
        return StateFile(state_file, passphrase, self._stack_resource().urn)

    def _digest(self, secret: str) -> str:
        return "v1:" + hmac.new(self._digest_key, secret.encode(), hashlib.sha256).hexdigest()

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


def _flags(verbosity: int | None) -> tuple[str, ...]:
    return () if verbosity is None else (f"-v={verbosity}",)
