"""The one Pulumi dynamic provider: the engine's calls in, a resource's operations out.

A `LimitProvider` lies pickled, by reference, in every resource's state: its module, its name and its one attribute
never change. What a provider process needs besides (credentials, the client, what it has read) is held by the
process's session, never by the object. Pulumi starts a process for each operation and each explicit instance, and
calls it from several threads, see `tc_resources.dynamic.threads`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import Unknown
from pulumi.runtime import rpc

from tc_resources.dynamic.failure import told
from tc_resources.limits.names import of_another_face, snake_case

if TYPE_CHECKING:
    from tc_resources.limits.operations import Operations

PROVIDER_KEY = "__provider"
UNNAMED = "a dynamic resource"
"""In the place of a URN, which the host keeps to itself: two of this face the program tells apart by their names."""


class LimitProvider(ResourceProvider):
    """The provider of one kind of resource, such as "aigc_quota", after the module it is in."""

    serialize_as_secret_always = False

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's or the instance's settings. The host calls this once an object, under its own lock."""
        from tc_resources.dynamic.process import configure  # which programs, that only name this class, do not need

        configure(req)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Bring the inputs into normal form, or say all that is wrong with them."""
        unknown = {name: value for name, value in news.items() if _is_unknown(value)}
        known = {name: value for name, value in _plain(news).items() if name not in unknown}
        inputs, failures = self._operations().check(_plain(_olds), known, unknown, UNNAMED)
        return CheckResult({**self._sealed(inputs), **unknown}, [CheckFailure(*failure) for failure in failures])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare what is described of the resource, and say for certain whether it changed."""
        changed, replaces = self._operations().diff(_olds, _news)
        changed = changed or self._operations().doubts(_id, _olds)
        self._operations().recall(_id, _olds, stays=not replaces)
        renamed = of_another_face(_olds, snake_case)  # the update stores it under our names, and calls nothing
        return DiffResult(changes=bool(changed) or renamed, replaces=replaces)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Put the setting in force."""
        with told():
            id_, state = self._operations().create(props)
        return CreateResult(id_, self._sealed(state))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """What is in force, inputs too, so that drift shows; an empty id where there is nothing."""
        with told():
            found = self._operations().read(id_, _plain(props))
        if not found:
            return ReadResult("", {})
        return ReadResult(id_, *map(self._sealed, found))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Put the new inputs in force."""
        with told():
            return UpdateResult(self._sealed(self._operations().update(_id, _olds, _news)))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """End the setting, unless this run's program declares it under another name."""
        with told():
            self._operations().delete(_id, _plain(_props))

    def _sealed(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Properties of which the engine encrypts what is a secret, whatever a transform has made of its mark."""
        seal, secrets = {rpc._special_sig_key: rpc._special_secret_sig}, self._operations().secrets
        return {name: {**seal, "value": value} if name in secrets else value for name, value in props.items()}

    def _operations(self) -> Operations:
        from tc_resources.dynamic.process import operations

        return operations(self.kind)


def _is_unknown(value: object) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, list) and any(map(_is_unknown, value)))


def _plain(props: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in props.items() if name != PROVIDER_KEY}
