"""What a kind of resource is to the one provider: its inputs and the meaning of each operation, in plain Python."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from tc_resources.cloud.errors import CloudError
from tc_resources.limits.fields import Failure
from tc_resources.limits.preflight import Lookout

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client

Args = TypeVar("Args")
Service = TypeVar("Service")
State = dict[str, Any]
"""A resource as the engine stores it: its inputs and what else the service or we have added."""


class ConflictError(CloudError):
    """Something with another value is there already, and nobody has said that it may be overwritten."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(
            f"It is there already with {found}, while this program says {wanted}. Nothing was changed. "
            "To take it over, set adopt=True. If this program renamed it (or `--replace`d it) and gave it a new value "
            "at once, name the old one in aliases, or change the value in a step of its own. To bring it in as it is, "
            "use `pulumi import --file` (README, Importing)."
        )


class UnknownIdError(CloudError):
    """An id that no resource of this kind can have."""

    def __init__(self, resource_id: str, form: str) -> None:
        super().__init__(f'"{resource_id}" is not an id of this kind of resource; it has the form {form}.')


class NothingThereError(CloudError):
    """What a program wants to read, and does not manage, is not there."""

    def __init__(self) -> None:
        super().__init__("There is none.")


class Handler(ABC, Generic[Args, Service]):
    """The operations of one kind of resource. An engine's face calls them in this order:

    1. `contradictions` and, once nothing is wrong or unknown, `preflight` at each check, which every preview and every
       up begins with. Preflight may read, through the `lookout`, and must not write; what they return is shown with
       the property's name.
    2. `create` where the engine knows of nothing. It must not overwrite what it did not make, unless the inputs say
       so, and must not raise once a write has succeeded.
    3. `read` at a refresh. It returns None only where the service has definitely nothing; every other doubt raises.
    4. `update` where a field that updates has changed. It must leave the setting in force if it fails.
    5. `delete` at the end. It must succeed where there is nothing left to delete.

    One handler serves all resources of its kind in a provider process, from several threads.
    """

    inputs: ClassVar[type]
    """The inputs class, see `tc_resources.limits.fields`."""

    def __init__(
        self,
        connect: Callable[[], Client],
        notice: Callable[[str], None],
        now: Callable[[], float] = time.time,
        lookout: Lookout | None = None,
    ) -> None:
        self._connect, self._notice, self._now = connect, notice, now
        self.lookout = lookout or Lookout(connect, notice)
        self._lock = threading.Lock()
        self._opened: Service | None = None

    @property
    def service(self) -> Service:
        """The service's resources of this kind, opened at the first use."""
        with self._lock:
            if self._opened is None:
                self._opened = self.open(self._connect())
            return self._opened

    def operation(self) -> AbstractContextManager[None]:
        """One operation on one resource: its calls share one time limit. Raises ConfigError."""
        return self._connect().operation()

    @abstractmethod
    def open(self, client: Client) -> Service:
        """The service's resources of this kind. Imports the service's module, which a preview need not load."""

    @abstractmethod
    def id(self, args: Args) -> str:
        """The id under which the engine stores a resource; holds no secret and never changes its form."""

    @abstractmethod
    def title(self, resource_id: str) -> str:
        """How errors and notices name a resource, behind "the". Raises UnknownIdError."""

    def contradictions(self, inputs: Mapping[str, Any]) -> list[Failure]:  # noqa: ARG002 - for those that override it
        """What is wrong between inputs that are right by themselves; those without a value yet are not among them."""
        return []

    @abstractmethod
    def preflight(self, args: Args, old: Mapping[str, Any]) -> list[Failure]:
        """What the service would refuse of these inputs; `old` are the stored ones, empty where it would be created."""

    @abstractmethod
    def create(self, args: Args) -> State:
        """Put the setting in force and return what to store."""

    @abstractmethod
    def read(self, resource_id: str, state: Mapping[str, Any]) -> State | None:
        """What to store of the setting that is in force, None where there is none. `state` may be empty."""

    @abstractmethod
    def update(self, args: Args, old: Mapping[str, Any]) -> State:
        """Put the new inputs in force and return what to store."""

    @abstractmethod
    def delete(self, state: Mapping[str, Any]) -> None:
        """End the setting."""

    def notice(self, args: Args, text: str) -> None:
        """Tell the user what was done on their behalf."""
        self._notice(f"The {self.title(self.id(args))} {text}")

    def leave(self, resource_id: str, state: Mapping[str, Any]) -> None:  # noqa: ARG002 - for those that override it
        """Delete a resource whose setting stays, since the program declares it anew or under another name."""
        self._notice(f"The {self.title(resource_id)} stays: this program still declares it.")
