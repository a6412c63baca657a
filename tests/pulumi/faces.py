"""A stack of either face on the real CLI, whose program a test writes once, by the names of the dynamic face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tc_resources.limits.names import camel_case, snake_case
from tests.pulumi import native, pulumi_cli
from tests.pulumi.native import NativeStack
from tests.pulumi.pulumi_cli import Source, Stack

KINDS = {
    "limit": (pulumi_cli.limit, native.limit),
    "quota": (pulumi_cli.quota, native.quota),
    "token": (pulumi_cli.token, native.token),
}


@dataclass(frozen=True)
class Output:
    """An output of a resource, as an argument of another one."""

    resource: str
    name: str

    def python(self) -> Source:
        """In a program of the dynamic face."""
        return Source(f"{self.resource}.{self.name}")

    def yaml(self) -> str:
        """In a program of the native face."""
        return f"${{{self.resource}.{camel_case(self.name)}}}"


@dataclass(frozen=True)
class Declared:
    """A resource or an instance; `provider` names the instance through which a resource is managed."""

    kind: str
    name: str
    arguments: Mapping[str, Any]
    provider: str | None = None

    def python(self) -> str:
        """In a program of the dynamic face."""
        given = _given(self.arguments, "python")
        if self.kind == "instance":
            return f"{self.name} = Provider({self.name!r}, {', '.join(f'{key}={given[key]!r}' for key in given)})"
        opts = f"ResourceOptions(provider={self.provider})" if self.provider else "None"
        line = KINDS[self.kind][0](self.name, opts=opts, **given)
        return f"{self.name} = {line}" if self.kind == "token" else line

    def yaml(self) -> native.Declaration:
        """In a program of the native face."""
        given = {camel_case(key): value for key, value in _given(self.arguments, "yaml").items()}
        if self.kind == "instance":
            return native.provider(self.name, **given)
        return KINDS[self.kind][1](self.name, {"provider": f"${{{self.provider}}}"} if self.provider else {}, **given)


def _given(arguments: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The arguments, each output as a program of this language writes it."""
    return {key: getattr(value, language)() if isinstance(value, Output) else value for key, value in arguments.items()}


def limit(name: str, provider: str | None = None, **arguments: object) -> Declared:
    """An origin limit."""
    return Declared("limit", name, arguments, provider)


def quota(name: str, provider: str | None = None, **arguments: object) -> Declared:
    """A quota."""
    return Declared("quota", name, arguments, provider)


def token(name: str, **arguments: object) -> Declared:
    """An API token."""
    return Declared("token", name, arguments)


def instance(name: str, **settings: object) -> Declared:
    """An explicit instance."""
    return Declared("instance", name, settings)


class DynamicFace(Stack):
    """Of the dynamic face."""

    def program(self, *declared: Declared) -> None:
        """Make these the program."""
        self.declare(*(one.python() for one in declared))

    def stored(self) -> dict[str, dict[str, Any]]:
        """What the state holds of each resource, by name: its outputs."""
        return {name: row["outputs"] for name, row in self.resources().items()}


class NativeFace(NativeStack):
    """Of the native face."""

    def program(self, *declared: Declared) -> None:
        """Make these the program."""
        self.write(*(one.yaml() for one in declared))

    def stored(self) -> dict[str, dict[str, Any]]:
        """What the state holds of each resource, by name: its outputs, by the names of the other face."""
        rows = self.natives().items()
        return {name: {snake_case(key): value for key, value in row["outputs"].items()} for name, row in rows}


FaceStack = DynamicFace | NativeFace
FACES: dict[str, type[FaceStack]] = {"dynamic": DynamicFace, "native": NativeFace}
