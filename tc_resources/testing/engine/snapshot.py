"""The state while an operation changes it, step by step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tc_resources.testing.engine.resource import Resource


@dataclass(frozen=True)
class Pending:
    """A step that has begun: "creating", "updating", "deleting" or "reading" a resource."""

    resource: Resource
    type: str


class Snapshot:
    """What earlier operations left, and what this one has settled so far: read at any moment, it is a whole state.

    `interrupted` are the steps of an earlier operation whose end nobody saw. `keep` is called after each change.
    """

    def __init__(
        self,
        base: list[Resource],
        interrupted: Sequence[Pending] = (),
        keep: Callable[[Snapshot], None] = lambda _: None,
    ) -> None:
        self.base = base
        self.interrupted = interrupted
        self._keep = keep
        self._settled: list[Resource] = []
        self._done: set[Resource] = set()
        self._under_way: list[Pending] = []
        self._lock = threading.Lock()

    def add(self, resource: Resource) -> None:
        """From now on the entry is part of the state."""
        self._settled.append(resource)

    def done(self, resource: Resource) -> None:
        """From now on the entry is no part of the state."""
        self._done.add(resource)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """What is done in the block is kept as a whole."""
        with self._lock:
            yield

    @contextmanager
    def step(self, pending: Pending | None) -> Iterator[None]:
        """Keeps that a step has begun, if anything is to be kept of that, and at its end what has come of it."""
        if pending:
            with self._lock:
                self._under_way.append(pending)
                self._keep(self)
        try:
            yield
        finally:
            with self._lock:
                self._under_way = [it for it in self._under_way if it is not pending]
                self._keep(self)

    def refreshed(self, resources: list[Resource]) -> Snapshot:
        """The state as it turns out to be: how interrupted steps ended is known with it."""
        return Snapshot(resources, (), self._keep)

    def settle(self) -> None:
        """Keeps the state as it is, for an operation that had no step to do so."""
        with self._lock:
            self._keep(self)

    @property
    def resources(self) -> list[Resource]:
        """The whole state as it is now: first what this operation has settled, then what it has not touched."""
        return [*(resource for resource in self._settled if resource not in self._done), *self.untouched]

    @property
    def untouched(self) -> list[Resource]:
        """What earlier operations left and this one has not settled."""
        return [resource for resource in self.base if resource not in self._done]

    @property
    def pending(self) -> list[Pending]:
        """The steps under way, and interrupted creations of what is not in the state; a refresh forgets those."""
        known = {resource.urn for resource in self.resources}
        unsettled = [it for it in self.interrupted if it.type == "creating" and it.resource.urn not in known]
        return [*self._under_way, *unsettled]

    def current(self) -> dict[str, Resource]:
        """The base by URN, without what waits for its deletion."""
        return {resource.urn: resource for resource in self.base if not resource.delete}
