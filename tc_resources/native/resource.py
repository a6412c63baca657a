"""A call of the engine about one resource: messages in, operations of the core, messages out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from tc_resources.limits.fields import Failure, described, never_empty
from tc_resources.limits.handler import Handler
from tc_resources.limits.names import camel_case, of_another_face, of_either_face
from tc_resources.limits.operations import Operations
from tc_resources.limits.session import Session
from tc_resources.native.protocol import Message, message
from tc_resources.native.tokens import KINDS
from tc_resources.native.values import UNKNOWN, Received, empty, received, sent

ADD, DELETE, UPDATE = 0, 2, 4
"""Kinds of a property's change; one more, and the change replaces the resource."""
NONE, SOME = 1, 2
TURNED_OUT_EMPTY = "is an output that turned out to be empty."


def kind(request: Message) -> str:
    """What kind of resource it is about; older engines say so in the URN alone."""
    return KINDS[request.type or request.urn.split("::")[2].rpartition("$")[2]]


class Resource:
    """What one request is about."""

    def __init__(self, session: Session, request: Message) -> None:
        self._request = request
        self._handler: Handler[Any, Any, Any] = session.handler(kind(request))
        self._operations = Operations(session, kind(request), getattr(request, "timeout", 0) or None)
        self._sealed = {name for name, field in described(self._handler.state).items() if field.secret}

    def check(self) -> Message:
        """Bring the inputs into normal form, or say all that is wrong with them."""
        new, old, lacking = self._new(self._request.news), self._received("olds"), self._lacking()
        unknown = dict.fromkeys({*new.unknown, *lacking})
        inputs, failures = self._operations.check(old.known, new.known, unknown, self._request.urn)
        failures += [Failure("", f"{camel_case(name)}: {TURNED_OUT_EMPTY}") for name in lacking]
        told = [message("CheckFailure")(property=camel_case(name), reason=reason) for name, reason in failures]
        return message("CheckResponse")(inputs=self._sent(inputs, new), failures=told)

    def _lacking(self) -> list[str]:
        """What must not come empty, and did."""
        came_empty = empty(self._request.news)
        return [name for name in never_empty(self._handler.inputs) if camel_case(name) in came_empty]

    def diff(self) -> Message:
        """Compare what is described of the resource, and say for certain whether it changed, and how."""
        new, old = self._new(self._request.news), self._stored("old_inputs", "olds")
        wanted = {**new.known, **dict.fromkeys(new.unknown, UNKNOWN)}
        resource_id = "" if new.unknown else self._request.id
        changed, replaces = self._operations.diff(old, wanted, resource_id)
        changed = changed or self._operations.doubts(self._request.id, old)
        self._operations.recall(self._request.id, old, stays=not replaces)
        if not replaces:
            self._operations.keep(self._request.id, self._request.urn)
        # The update stores what the dynamic face has stored under our names, and calls nothing.
        renamed = of_another_face(self._received("olds").known, camel_case)
        return message("DiffResponse")(
            changes=SOME if changed or renamed else NONE,
            replaces=map(camel_case, replaces),
            diffs=map(camel_case, changed),
            detailedDiff={camel_case(name): _change(name, old, wanted, replaces) for name in changed},
            hasDetailedDiff=True,
        )

    def create(self) -> Message:
        """Put the setting in force; at a preview, say what is known of it."""
        new = self._new(self._request.properties)
        if self._request.preview:
            resource_id = "" if new.unknown else self._operations.id(new.known)
            return message("CreateResponse")(id=resource_id, properties=self._planned(new))
        resource_id, state = self._operations.create(new.known)
        return message("CreateResponse")(id=resource_id, properties=self._sent(state, new))

    def read(self) -> Message:
        """What is in force, inputs too; an empty id where there is nothing."""
        known = self._stored("inputs", "properties")
        found = self._operations.read(self._request.id, known)
        if found is None:
            return message("ReadResponse")()
        marks = self._received("properties")
        state, inputs = (self._sent(props, marks) for props in found)
        return message("ReadResponse")(id=self._request.id, properties=state, inputs=inputs)

    def update(self) -> Message:
        """Put the new inputs in force; at a preview, say what is known of what is stored then."""
        new = self._new(self._request.news)
        old = self._stored("old_inputs", "olds")
        if self._request.preview:
            return message("UpdateResponse")(properties=self._planned(new, old))
        state = self._operations.update(self._request.id, old, new.known)
        return message("UpdateResponse")(properties=self._sent(state, new))

    def delete(self) -> None:
        """End the setting, unless this run's program declares it under another name."""
        self._operations.delete(self._request.id, self._stored("old_inputs", "properties"), self._request.urn)

    @cached_property
    def _names(self) -> dict[str, str]:
        """The inputs by the names that programs give them."""
        return {camel_case(name): name for name in described(self._handler.inputs)}

    def _new(self, struct: Message) -> Received:
        """Inputs by the names that they have in the core; one that is none keeps its own."""
        known, unknown, secret = received(struct)
        inputs = {self._names.get(name, name): value for name, value in known.items()}
        return Received(inputs, self._renamed(unknown), self._renamed(secret))

    def _renamed(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(self._names.get(name, name) for name in names)

    def _received(self, field: str) -> Received:
        return received(getattr(self._request, field))

    def _stored(self, inputs: str, outputs: str) -> dict[str, Any]:
        """What is stored: of what an import could not read the inputs know more, where the engine sends them."""
        return {**of_either_face(self._received(inputs).known), **of_either_face(self._received(outputs).known)}

    def _sent(self, props: Mapping[str, Any], marks: Received, unknown: Iterable[str] = ()) -> Message:
        """Properties under the names of this face: secret is what is so described, and what came so."""
        secret = {camel_case(name) for name in {*self._sealed, *marks.secret}}
        open_names = {camel_case(name) for name in {*marks.unknown, *unknown} - {*props}}
        return sent({camel_case(name): value for name, value in props.items()}, secret, open_names)

    def _planned(self, new: Received, old: Mapping[str, Any] | None = None) -> Message:
        """What will be stored, as far as it is known before."""
        fields = described(self._handler.state)
        kept = {name: value for name, value in (old or {}).items() if name in fields and fields[name].kept}
        outputs = fields.keys() - described(self._handler.inputs).keys()
        return self._sent({**new.known, **kept}, new, outputs)


def _change(name: str, old: Mapping[str, Any], new: Mapping[str, Any], replaces: Iterable[str]) -> Message:
    change = ADD if old.get(name) is None else DELETE if new.get(name) is None else UPDATE
    return message("PropertyDiff")(kind=change + (name in replaces), inputDiff=True)
