"""One operation under way: it plans what the program declares and carries the steps out."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NoReturn

from tc_resources.testing.engine.dependents import depended_on, waves
from tc_resources.testing.engine.display import Display
from tc_resources.testing.engine.errors import FailedError, InvalidResourceError, OperationError, UnsupportedError
from tc_resources.testing.engine.goal import Goal
from tc_resources.testing.engine.planner import Planner
from tc_resources.testing.engine.plugin import PluginError
from tc_resources.testing.engine.providers import Providers
from tc_resources.testing.engine.resource import STACK_TYPE, Resource
from tc_resources.testing.engine.snapshot import Pending, Snapshot
from tc_resources.testing.engine.steps import ProtectedError, Step
from tc_resources.testing.engine.wire import Properties

PARALLEL = 16


class Deployment:
    """Plans one resource at a time and carries out several steps at once.

    After the first failure nothing new begins, unless `continue_on_error`: then only what depends on what has failed
    does not. What is under way ends, and its outcome is kept.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        planner: Planner,
        providers: Providers,
        display: Display,
        *,
        dry_run: bool,
        continue_on_error: bool = False,
    ) -> None:
        self.halted = display.halted
        self.errored = False
        self.registered: dict[str, Resource] = {}
        self._snapshot = snapshot
        self._planner = planner
        self._providers = providers
        self._display = display
        self._dry_run = dry_run
        self._continue_on_error = continue_on_error
        self._failed: set[str] = set()
        self._planning = threading.Lock()
        self._running = threading.Semaphore(PARALLEL)
        self._default_providers: dict[str, str] = {}
        self._stack_outputs: Properties | None = None
        self._step_failed = False

    def register(self, goal: Goal, default_provider: Goal) -> Resource:
        """Brings a resource about. A custom one that names no provider gets the default one."""
        new = goal.resource
        with self.reporting(new), self._planning:
            self._stop_if_halted()
            if new.custom and not new.is_provider:
                new.provider = new.provider or self._provide(default_provider)
            steps = self._planner.register(goal)
        self.registered[new.urn] = new
        if self._failed & {*new.dependencies, new.parent, new.provider.rpartition("::")[0]}:
            self._fail(new)
        try:
            self._carry_out(steps)
        except OperationError:
            self._fail(new)
        return new

    @property
    def continues(self) -> bool:
        """Whether there is more to do, once the program has ended."""
        return not (self.halted.is_set() or (self.errored and not self._continue_on_error))

    def _fail(self, resource: Resource) -> NoReturn:
        self._failed.add(resource.urn)
        raise FailedError(resource.urn) if self.continues else OperationError

    def read(self, new: Resource, default_provider: Goal) -> Resource:
        """Looks up a resource that the stack does not own."""
        with self.reporting(new), self._planning:
            self._stop_if_halted()
            new.provider = new.provider or self._provide(default_provider)
            steps = self._planner.read(new)
        self._carry_out(steps)
        return new

    def invoke(self, function: str, arguments: Properties, provider: str, default_provider: Goal) -> Properties:
        """What a function of a package answers. Raises PluginError where it fails, which is the program's affair."""
        with self.reporting(None), self._planning:
            self._stop_if_halted()
            provider = provider or self._provide(default_provider)
        return self._providers.invoke(provider, function, arguments)

    def set_outputs(self, urn: str, outputs: Properties) -> None:
        """A component's outputs; the stack's are kept back, since a failed operation only adds to the old ones."""
        if self.registered[urn].type == STACK_TYPE:
            self._stack_outputs = outputs
        else:
            self.registered[urn].outputs = outputs

    def delete_left_over(self) -> None:
        """Deletes what the program no longer declares, dependents first, but for what the rest still needs."""
        with self.reporting(None):
            steps = {step.resource: step for step in self._planner.left_over()}
        untouched = [resource for resource in self._snapshot.untouched if resource not in steps]
        spared = depended_on(untouched, steps)
        for wave in waves(steps):
            failed = self._try([steps[resource] for resource in wave if resource.urn not in spared])
            spared |= depended_on([step.resource for step in failed], steps)
            if self.halted.is_set():
                return

    def settle(self) -> None:
        """Waits for the steps under way."""
        for _ in range(PARALLEL):
            self._running.acquire()
        self._running.release(PARALLEL)

    def finish(self) -> None:
        """Settles the stack's outputs. Raises OperationError if anything has gone wrong."""
        stack = next((resource for resource in self.registered.values() if resource.type == STACK_TYPE), None)
        if stack and self._stack_outputs is not None:
            stack.outputs = {**stack.outputs, **self._stack_outputs} if self.errored else self._stack_outputs
        if self._step_failed:
            self._display.error("preview failed" if self._dry_run else "update failed")
        if self.errored or self.halted.is_set():
            raise OperationError

    @contextmanager
    def reporting(self, resource: Resource | None) -> Iterator[None]:
        """Shows what goes wrong and halts the operation for it; a deletion that is forbidden halts nothing else."""
        try:
            yield
        except (InvalidResourceError, PluginError, UnsupportedError) as error:
            self.errored = True
            for text in error.args:
                self._display.error(text, resource)
            going_on = isinstance(error, PluginError) and resource is not None and self._continue_on_error
            if not (isinstance(error, ProtectedError) or going_on):
                self.halted.set()
            raise OperationError from error

    def _stop_if_halted(self) -> None:
        if self.halted.is_set():
            raise OperationError

    def _provide(self, goal: Goal) -> str:
        package = goal.resource.package
        if package not in self._default_providers:
            self._carry_out(self._planner.register(goal))
            self._default_providers[package] = goal.resource.reference
        return self._default_providers[package]

    def _try(self, steps: Iterable[Step]) -> list[Step]:
        """Carries the steps out, as many at once as may be; returns those that failed."""
        failed = []

        def attempt(step: Step) -> None:
            try:
                self._carry_out([step])
            except OperationError:
                failed.append(step)

        with ThreadPoolExecutor(PARALLEL) as pool:
            list(pool.map(attempt, steps))
        return failed

    def _carry_out(self, steps: Iterable[Step]) -> None:
        for step in steps:
            with self._running, self.reporting(step.resource):
                self._stop_if_halted()
                self._display.step(step.label, step.resource)
                self._apply(step)
                if step.counted:
                    self._display.count(step.label, step.resource)

    def _apply(self, step: Step) -> None:
        with self._snapshot.step(Pending(step.resource, step.pending) if step.pending else None):
            try:
                step.apply(self._providers, dry_run=self._dry_run)
            except PluginError:
                self._step_failed = True
                raise
            with self._snapshot.changing():
                step.record(self._snapshot)
