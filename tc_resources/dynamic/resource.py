"""What all resources are in a program: their construction, `get`, and no two of one identity."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Awaitable, Mapping, Sequence
from functools import cache, partial
from typing import Any, ClassVar, TypeVar
from weakref import WeakKeyDictionary

import pulumi
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_engine, get_monitor, get_root_resource

from tc_resources.cloud.identities import digest
from tc_resources.dynamic.instance import PACKAGE, demand_endpoint
from tc_resources.dynamic.program import announce, demand, others
from tc_resources.limits.errors import TwinError
from tc_resources.limits.fields import described, identity, never_empty
from tc_resources.provider import PROVIDER_KEY, LimitProvider

R = TypeVar("R", bound="LimitResource")

_claims: WeakKeyDictionary[Any, dict[tuple[Any, ...], tuple[str, LimitResource]]] = WeakKeyDictionary()
"""Who declares which identity, for each run: each has a connection to the engine's monitor of its own."""


@cache
def pickled_provider(kind: str) -> str:
    """What the base class would pickle for each resource: after a thousand, the SDK's serializer nests too deep."""
    return str(serialize_provider(LimitProvider(kind)))


class LimitResource(pulumi.dynamic.Resource):
    """A limit of Tencent Cloud: the base of this package's resources."""

    kind: ClassVar[str]
    inputs: ClassVar[type]
    """The inputs class, see `tc_resources.limits.fields`."""
    secret_outputs: ClassVar[tuple[str, ...]] = ()
    """What is a secret and no input."""
    alone: ClassVar[bool] = True
    """Whether no two of a program can have the same inputs that replace it."""
    announced: ClassVar[bool] = False
    """Whether it helps the provider to know of several at once."""

    def __init__(self, name: str, props: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare it; raises pulumi.RunError where the program declares the same one already, or a setting is wrong."""
        # A coroutine can be awaited but once, and not by each who asks.
        props = {name: pulumi.Output.from_input(it) if isinstance(it, Awaitable) else it for name, it in props.items()}
        if opts is None or not (opts.provider or opts.providers or opts.parent):
            demand_endpoint({})
        changed = _may_be_changed(opts)
        if self.alone and not changed:
            self._claim(name, props)
        self._declare(name, props, opts)
        if self.alone and changed:
            self._claim(name, self._registered())
        if self.alone:
            self._claim_in_run(props)

    @classmethod
    def get(cls: type[R], name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> R:  # noqa: A002 - Pulumi's name for it
        """Read one that this program does not manage, by its id."""
        resource = cls.__new__(cls)
        resource._declare(name, {}, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
        return resource

    def _declare(self, name: str, props: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        secret = [name for name, field in described(self.inputs).items() if field.secret]
        props = {**props, **{name: pulumi.Output.secret(props[name]) for name in secret if props.get(name)}}
        checked = {
            name: pulumi.Output.from_input(props[name]).apply(partial(_given, name))
            for name in never_empty(self.inputs)
            if isinstance(props.get(name), pulumi.Output)
        }
        outputs = dict.fromkeys(inspect.get_annotations(type(self)))
        opts = pulumi.ResourceOptions.merge(
            opts, pulumi.ResourceOptions(additional_secret_outputs=[*secret, *self.secret_outputs])
        )
        props = {**outputs, **props, **checked, PROVIDER_KEY: pickled_provider(self.kind)}
        pulumi.CustomResource.__init__(self, f"{PACKAGE}:{self._resource_type_name}", name, props, opts)

    def _claim(self, name: str, props: Mapping[str, Any]) -> None:
        monitor = get_monitor()
        if isinstance(monitor, MockMonitor):  # Pulumi's unit tests, where nothing tells one test from the next
            return
        claims = _claims.setdefault(monitor, {})
        ours = (name, self)
        values = list({name: props[name] for name in self._identity()}.values())

        def claim(resolved: Sequence[Any]) -> None:
            known = identity(self.inputs, dict(zip(self._identity(), resolved, strict=True)))
            if self.announced and known and None not in known:
                announce(self.kind, known)
            other = ours if known is None else claims.setdefault((self.kind, *known), ours)
            if other is ours:
                return
            error = pulumi.RunError(f'"{other[0]}" and "{name}" are one and the same {self.inputs.__name__[:-4]}.')
            if not _serves_transforms():
                raise error
            # Later, when the engine has both.
            later: pulumi.Output[int] = pulumi.Output.from_input(0)
            both: pulumi.Output[Any] = later.apply(lambda _: _registered(other[1], self))
            demand(both, partial(self._compare, error))

        if any(isinstance(value, pulumi.Output) for value in values):
            demand(pulumi.Output.all(*values), claim)
        else:
            claim(values)

    def _claim_in_run(self, props: Mapping[str, Any]) -> None:
        """No other program of the run declares it: each remote component is one, and has a monitor of its own.

        Under --target the engine may have another as it was before: that is not what this program says, and no claim.
        """
        monitor, engine = get_monitor(), get_engine()
        if isinstance(monitor, MockMonitor):
            return

        def claim(urn: str, *said: Mapping[str, Any]) -> None:
            known, given = (identity(self.inputs, props) for props in said)
            if known is None or known != given or _claims[monitor].get((self.kind, *known), ("", self))[1] is not self:
                return  # the check tells, or this program has
            if found := others(engine, self.kind, _without_secrets(self.inputs, known), urn):
                raise pulumi.RunError(str(TwinError(self.inputs.__name__[:-4], sorted([*found[:1], urn]))))

        given = {name: props.get(name) for name in self._identity()}
        demand(pulumi.Output.all(self.urn, self._registered(), given), lambda said: claim(*said))

    def _identity(self) -> list[str]:
        return [name for name, field in described(self.inputs).items() if field.on_change == "replaces"]

    def _registered(self) -> dict[str, pulumi.Output[Any]]:
        """What tells it from others, as the engine has it, once it does."""
        return {name: getattr(self, name) for name in self._identity()}

    def _compare(self, error: pulumi.RunError, registered: Sequence[dict[str, Any]]) -> None:
        """Raises the error where a transform has told apart neither of two."""
        one, other = (identity(self.inputs, props) for props in registered)
        if one == other:
            raise error


def _without_secrets(inputs: type, known: Sequence[Any]) -> list[Any]:
    """An identity as it may be noted."""
    replacing = [field for field in described(inputs).values() if field.on_change == "replaces"]
    return [digest(part) if part and field.secret else part for part, field in zip(known, replacing, strict=True)]


def _registered(one: LimitResource, other: LimitResource) -> pulumi.Output[list[Any]]:
    """What tells each of two from others, as the engine has it."""
    return pulumi.Output.all(one._registered(), other._registered())


def _may_be_changed(opts: pulumi.ResourceOptions | None) -> bool:
    """Whether what is declared may be another once the engine has it: by a transform of the resource or of a parent,
    or as it was before where a change is ignored.
    """
    root = get_root_resource()
    of_stack = bool(root and root._transformations)
    return of_stack or bool(opts and (opts.parent or opts.transforms or opts.transformations or opts.ignore_changes))


def _serves_transforms() -> bool:
    """Whether the engine may call this program's transforms. The SDK lists none of a stack's; they have a server."""
    return any(isinstance(found, _CallbackServicer) for found in gc.get_objects())


def _given(name: str, value: Any) -> Any:
    """What is empty would address something else, as the whole application's quota, or be open to all."""
    if value is None or value == "":
        raise pulumi.RunError(f"{name} is an output that turned out to be empty.")
    return value
