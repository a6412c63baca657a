"""The engine's operations on one resource, as each face hands them on: by property names, ids and stored values.

New inputs have the names of this package; what is stored may have those of either face.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import asdict, replace
from typing import Any, NamedTuple

from tc_resources.cloud.decision import decided
from tc_resources.cloud.errors import CloudError, ConfigError
from tc_resources.cloud.identities import InvalidIdError
from tc_resources.cloud.services.last_writes import written_since
from tc_resources.limits import fields
from tc_resources.limits.advice import explain
from tc_resources.limits.errors import (
    FailedRunError,
    IncompleteError,
    MalformedError,
    MismatchError,
    NothingThereError,
    OperationError,
    PartialRunError,
    StillReadError,
    TwinError,
    UnmadeError,
)
from tc_resources.limits.fields import Failure
from tc_resources.limits.names import of_either_face
from tc_resources.limits.registry import RegistryError
from tc_resources.limits.session import Session

Props = Mapping[str, Any]


class Reading(NamedTuple):
    """What is in force: what to store, and those of it that are inputs."""

    state: dict[str, Any]
    inputs: dict[str, Any]


class Operations:
    """The operations of one kind of resource in a session; one takes `seconds`, or else what the setting says."""

    def __init__(self, session: Session, kind: str, seconds: float | None = None) -> None:
        self._session, self._seconds = session, seconds
        self._kind, self._handler = kind, session.handler(kind)

    def check(
        self, old: Props, new: Props, unknown: Mapping[str, object], urn: str = ""
    ) -> tuple[dict[str, Any], list[Failure]]:
        """The inputs in normal form, or all that is wrong with them; `unknown` are those that have no value yet.

        By its `urn`, or what a face has in its place, a resource is told from another one of the same identity.
        """
        words = self._session.engine.words
        inputs, failures = fields.check(self._handler.inputs, new, unknown, words.argument, words.number)
        failures += self._handler.contradictions(inputs)
        if not failures:
            failures = self._declare(inputs, unknown, urn)
        if not unknown and not failures:
            failures = self._look_ahead(inputs, old)
        if unknown or failures:  # in an up, what has no value is of something that has failed
            self._session.engine.registry.note_failure()
        return inputs, failures

    def diff(self, old: Props, new: Props, resource_id: str = "") -> tuple[list[str], list[str]]:
        """The names of the inputs that have changed, and those among them whose change replaces the resource.

        With an id that the new inputs, all known, still have, nothing replaces it: what is stored may lack an input.
        """
        stored = of_either_face(old)
        changed, replaces = fields.changes(self._handler.inputs, stored, new)
        changed += [name for name in self._handler.found_by_update if stored.get(name) is None]
        if replaces and resource_id and self.id(new) == resource_id:
            return [name for name in changed if name not in replaces], []
        return changed, replaces

    def doubts(self, resource_id: str, old: Props) -> list[str]:
        """What of the stored counts as changed: this machine wrote it later, and nobody stored what came of it."""
        handler, at = self._handler, of_either_face(old).get("written_at") or 0
        with suppress(ConfigError):  # check tells it
            target = self._session.endpoint.target
            if handler.noted_as and written_since(self._session.clock, target, handler.noted_as, resource_id, at):
                return [handler.value]
        return []

    @property
    def secrets(self) -> frozenset[str]:
        """What of the inputs, and of what is stored, is a secret."""
        return frozenset(name for name, field in fields.described(self._handler.state).items() if field.secret)

    def recall(self, resource_id: str, old: Props, *, stays: bool) -> None:
        """Note that the engine knows of this resource, and what is stored where its identity stays: it never fails."""
        with suppress(CloudError):
            self._handler.recall(resource_id)
            if stays:
                self._handler.remember(resource_id, of_either_face(old))

    def keep(self, resource_id: str, urn: str) -> None:
        """Note that the program goes on with a resource that its id tells from others. Raises OperationError where
        another one of this program does. What a refresh compares the program may have no more: it does not count.
        """
        registry = self._session.engine.registry
        if not self._handler.known_by_id:
            return
        with self._told(f"Keeping {self._named(resource_id)}"):
            if not registry.names(urn):
                return
            others = registry.keep(self._kind, tuple(self._handler.parse(resource_id)), urn)
            if others:
                raise self._twins(others[0], urn)

    def id(self, inputs: Props) -> str:
        """The id that a resource with these inputs has or gets, "" where that is not known before."""
        try:
            args: Any = fields.load(self._handler.inputs, inputs)
        except IncompleteError:
            return ""
        identity = self._handler.identity(args)
        return identity.id if identity else ""

    def create(self, inputs: Props) -> tuple[str, dict[str, Any]]:
        """Put the setting in force: its id, and what to store. Raises OperationError, as all below."""
        args: Any = fields.load(self._handler.inputs, inputs)
        with self._told(f"Creating the {self._handler.subject(args)}"), self._making(args), self._writing():
            state = decided(self._session.clock, lambda: self._handler.create(args))
            identity = self._handler.identity(state)
            assert identity  # noqa: S101 - of what is there it is known
            return identity.id, fields.stored(state)

    def read(self, resource_id: str, known: Props) -> Reading | None:
        """What is in force, None where there is nothing. Without `known`, nothing is an error."""
        registry = self._session.engine.registry
        trying = nullcontext() if known else registry.trying()
        reading = self._session.operation(self._kind, self._seconds)
        with self._told(f"Reading {self._named(resource_id)}"), trying, reading:
            if not known:
                registry.read(self._kind, tuple(self._handler.parse(resource_id)))
            stored = fields.normal(self._handler.state, of_either_face(known))
            with suppress(IncompleteError):  # who reads by the id gives a part of it, or nothing
                self._demand_match(resource_id, fields.load(self._handler.state, stored))
            state = self._handler.read(resource_id, stored)
            if state is None and not known:
                raise NothingThereError
        if state is None:
            return None
        props = fields.stored(state)
        names = fields.described(self._handler.inputs)
        return Reading(props, {name: props[name] for name in names if name in props})

    def update(self, resource_id: str, old: Props, new: Props) -> dict[str, Any]:
        """Put new inputs in force: what to store. Where none has changed, as when a face goes on with what the other
        one has stored, nothing is called.
        """
        with self._told(f"Updating {self._named(resource_id)}"):
            args: Any = fields.load(self._handler.inputs, new)
            state: Any = fields.load(self._handler.state, of_either_face(old))
            wanted = replace(state, **asdict(args))
            self._demand_match(resource_id, wanted)
            doubts = self.doubts(resource_id, old)
            if not doubts and not self.diff(old, new)[0]:
                return fields.stored(wanted)
            state = self._handler.doubt(state) if doubts else state
            with self._session.engine.registry.trying(), self._writing():
                known = self._handler.complete(resource_id, state)
                return fields.stored(decided(self._session.clock, lambda: self._handler.update(args, known)))

    def delete(self, resource_id: str, stored: Props, urn: str = "") -> None:
        """End the setting, unless this run's program declares it under another name than that of this `urn`."""
        with self._told(f"Deleting {self._named(resource_id)}"):
            state: Any = fields.load(self._handler.state, of_either_face(stored))
            parts = tuple(self._handler.parse(resource_id))
            if self._is_declared(parts, urn):
                self._handler.retain(resource_id, state)
                self._warn_of_a_failure(parts)
                return
            self._demand_match(resource_id, state)
            if not self._session.engine.shows_all():
                raise PartialRunError
            with self._writing():
                self._handler.delete(self._handler.complete(resource_id, state))

    def _warn_of_a_failure(self, parts: tuple[object, ...]) -> None:
        """With delete_before_replace a setting is to be deleted before what replaces it is made."""
        registry, words = self._session.engine.registry, self._session.engine.words
        if registry.declares(self._kind, parts) and not registry.made(self._kind, parts):
            self._session.engine.notice(
                f"If this run was to create it anew and fails to, {words.up} is to run before a destroy: the engine "
                "takes it for deleted, and would leave it in force."
            )

    def _is_declared(self, parts: tuple[object, ...], urn: str) -> bool:
        """Whether this run has it under another name. Raises UnmadeError, FailedRunError where it may get it there, and
        StillReadError where it reads what it does not manage any more.
        """
        registry = self._session.engine.registry
        declared = registry.declares(self._kind, parts)
        if declared and not registry.makes(self._kind, parts):
            raise UnmadeError
        if declared or registry.keeps(self._kind, parts, urn):
            return True
        if registry.has_failed():
            raise FailedRunError
        if registry.reads(self._kind, parts):
            raise StillReadError
        return False

    def _making(self, args: Any) -> AbstractContextManager[None]:
        """Note what is being created; what has no identity before no other resource can be about."""
        registry, identity = self._session.engine.registry, self._handler.identity(args)
        return registry.making(self._kind, tuple(identity)) if identity else registry.trying()

    def _writing(self) -> AbstractContextManager[None]:
        return self._session.operation(self._kind, self._seconds, writes=True)

    def _declare(self, inputs: Props, unknown: Collection[str], urn: str) -> list[Failure]:
        """Note what this program declares, or may: a part without a value yet may turn out to be anything."""
        try:
            _ = self._session.endpoint
            declared = self._handler.declaration(inputs, unknown)
            if self._handler.known_by_id and urn:
                self._session.engine.registry.name(urn)
            if declared:
                self._session.engine.registry.add(self._kind, *declared)
                self._demand_alone(*declared, urn)
        except (ConfigError, RegistryError, TwinError) as error:
            return [Failure("", explain(error, self._session.engine.words))]
        return []

    def _demand_alone(self, parts: Sequence[object], open_places: Collection[int], urn: str) -> None:
        """Raises TwinError where another resource of this program declares just this, too."""
        if urn and not open_places:
            others = self._session.engine.registry.others(self._kind, parts, urn)
            if others:
                raise self._twins(others[0], urn)

    def _twins(self, one: str, other: str) -> TwinError:
        return TwinError(self._handler.inputs.__name__.removesuffix("Args"), sorted([one, other]))

    def _look_ahead(self, inputs: Props, old: Props) -> list[Failure]:
        """Ask the service what it would refuse."""
        args: Any = fields.load(self._handler.inputs, inputs)
        if old and self.diff(old, inputs)[1]:
            return []  # the engine replaces it, and checks it once more as one to create
        try:
            state = fields.load(self._handler.state, of_either_face(old)) if old else None
        except (IncompleteError, MalformedError):  # the update tells
            return []
        return self._handler.preflight(args, state)

    def _demand_match(self, resource_id: str, args: Any) -> None:
        addressed = self._handler.identity(args)
        if addressed and self._handler.parse(resource_id) != addressed:
            raise MismatchError(resource_id, addressed.id)

    @contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        try:
            yield
        except CloudError as error:
            before = "" if error.says_all else f"{doing} failed. "
            raise OperationError(f"{before}{explain(error, self._session.engine.words)}", error.outcome) from None

    def _named(self, resource_id: str) -> str:
        """The resource as an error names it; an id of another form is left to the error, which knows what to show."""
        try:
            return f"the {self._handler.title(resource_id)}"
        except InvalidIdError:
            return "the resource"
