"""What a kind of resource is to all faces: its inputs, its state, and the meaning of each operation."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from tc_resources.limits.engine import Engine
from tc_resources.limits.fields import Failure, storable
from tc_resources.limits.preflight import Preflight

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client
    from tc_resources.cloud.services.last_writes import LastWrites


class Identity(Protocol):
    """What tells a resource from others of its kind: a tuple of its parts."""

    @property
    def id(self) -> str: ...
    def __iter__(self) -> Iterator[object]: ...


Args = TypeVar("Args")
State = TypeVar("State")
Service = TypeVar("Service", bound="Noting")


class Noting(Protocol):
    """What a handler needs of any service."""

    writes: LastWrites


class Handler(ABC, Generic[Args, State, Service]):
    """The operations of one kind of resource. `Operations` calls them in this order:

    1. `contradictions` and, once nothing is wrong or unknown, `preflight` at each check, which every preview and every
       up begins with. Preflight may read, through `ask_ahead`, and must not write.
    2. `create` where the engine knows of nothing. It must not overwrite what it did not make, unless the inputs say
       so, and must not raise once a write has succeeded.
    3. `read` at a refresh. It returns None only where the service has definitely nothing; every other doubt raises.
    4. `update` where a field that updates has changed. It must leave the setting in force if it fails.
    5. `delete` at the end. It must succeed where there is nothing left to delete.

    They raise CloudError. One handler serves all resources of its kind in a session, from several threads.
    """

    inputs: ClassVar[type]
    """The inputs class, see `tc_resources.limits.fields`."""
    state: ClassVar[type]
    """The inputs and what else is stored."""
    api: ClassVar[str]
    """The service that is called, as its actions have it."""
    found_by_update: ClassVar[tuple[str, ...]] = ()
    """What is stored that an import may lack: an update adds it."""
    value: ClassVar[str] = ""
    """What of the state a write changes, where a write that is not stored is noted on the machine."""
    noted_as: ClassVar[str] = ""
    """The kind of those notes."""
    known_by_id: ClassVar[bool] = False
    """Whether inputs do not tell one from another, and its id alone does."""

    def __init__(self, connect: Callable[[], Client], engine: Engine, preflight: Preflight | None = None) -> None:
        self.engine = engine
        self.ask_ahead = (preflight or Preflight(connect, engine)).ask
        self._connect = connect
        self._lock = threading.Lock()
        self._opened: Service | None = None

    @property
    def service(self) -> Service:
        """The service's resources of this kind, opened at the first use."""
        with self._lock:
            if self._opened is None:
                self._opened = self.open(self._connect())
            return self._opened

    @abstractmethod
    def open(self, client: Client) -> Service:
        """The service's resources of this kind. Imports the service's module, which a preview need not load."""

    @abstractmethod
    def identity(self, args: Args) -> Identity | None:
        """What these inputs, or this state, address; None where only creating it tells.

        Its id is the resource's, holds no secret and never changes its form.
        """

    @abstractmethod
    def parse(self, resource_id: str) -> Identity:
        """What an id says. Raises InvalidIdError."""

    @abstractmethod
    def declaration(self, inputs: Mapping[str, Any], unknown: Collection[str]) -> tuple[list[object], list[int]] | None:
        """The parts of the identity, and the places of those that have no value yet, by inputs in normal form; None
        where no other resource can be about it.
        """

    @abstractmethod
    def title(self, resource_id: str) -> str:
        """How errors and notices name a resource, behind "the". Raises InvalidIdError."""

    def subject(self, args: Args) -> str:
        """How errors and notices name what these inputs address, behind "the"."""
        identity = self.identity(args)
        assert identity  # noqa: S101 - a kind of which only creating tells has other names
        return self.title(identity.id)

    def recall(self, resource_id: str) -> None:
        """Note that the engine knows of this resource."""

    def remember(self, resource_id: str, stored: Mapping[str, Any]) -> None:
        """Note what the engine has stored of a resource that may be replaced by another one of the same identity."""

    def complete(self, resource_id: str, state: State) -> State:  # noqa: ARG002 - for those that override it
        """The state with what an import may have left out."""
        return state

    def doubt(self, state: State) -> State:
        """The state without the value, which may not be the one in force, as far as an update goes by it."""
        return state

    def contradictions(self, inputs: Mapping[str, Any]) -> list[Failure]:  # noqa: ARG002 - for those that override it
        """What is wrong between inputs that are right by themselves; those without a value yet are not among them."""
        return []

    @abstractmethod
    def preflight(self, args: Args, old: State | None) -> list[Failure]:
        """What the service would refuse of these inputs; `old` is what is stored, None where it would be created."""

    @abstractmethod
    def create(self, args: Args) -> State:
        """Put the setting in force and return what to store."""

    @abstractmethod
    def read(self, resource_id: str, known: Mapping[str, Any]) -> State | None:
        """What to store of the setting that is in force, None where there is none. `known` may be empty."""

    @abstractmethod
    def update(self, args: Args, old: State) -> State:
        """Put the new inputs in force and return what to store."""

    @abstractmethod
    def delete(self, state: State) -> None:
        """End the setting."""

    def written_at(self, setting: str) -> int:
        """The unix second of what was put in force just now, by the service's clock and not a moment too early."""
        return self.service.writes.stored(setting)

    def notice(self, args: Args, text: str) -> None:
        """Tell the user what was done on their behalf."""
        self.engine.notice(f"The {self.subject(args)} {text}")

    def held(self, resource_id: str, number: int) -> int:
        """What to store of a number that is in force: one that no state holds is told."""
        kept = storable(number)
        if kept != number:
            self.engine.notice(
                f"The {self.title(resource_id)} has {number}, which no state holds: it counts as {kept}."
            )
        return kept

    def retain(self, resource_id: str, state: State) -> None:  # noqa: ARG002 - for those that override it
        """Delete a resource whose setting stays, since the program declares it anew or under another name."""
        self.engine.notice(f"The {self.title(resource_id)} stays: this program still declares it.")
