"""A stack of either face on the real CLI, whose program a test writes once, by the names of the dynamic face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tc_resources.limits.names import camel_case, snake_case
from tests.pulumi import native, pulumi_cli
from tests.pulumi.native import NativeStack
from tests.pulumi.pulumi_cli import Stack

KINDS = {"limit": (pulumi_cli.limit, native.limit), "quota": (pulumi_cli.quota, native.quota)}


@dataclass(frozen=True)
class Declared:
    """A resource or an instance; `provider` names the instance through which a resource is managed."""

    kind: str
    name: str
    arguments: Mapping[str, Any]
    provider: str | None = None

    def python(self) -> str:
        """In a program of the dynamic face."""
        if self.kind == "instance":
            given = ", ".join(f"{key}={value!r}" for key, value in self.arguments.items())
            return f"{self.name} = Provider({self.name!r}, {given})"
        opts = f"ResourceOptions(provider={self.provider})" if self.provider else "None"
        return KINDS[self.kind][0](self.name, opts=opts, **self.arguments)

    def yaml(self) -> native.Declaration:
        """In a program of the native face."""
        given = {camel_case(key): value for key, value in self.arguments.items()}
        if self.kind == "instance":
            return native.provider(self.name, **given)
        return KINDS[self.kind][1](self.name, {"provider": f"${{{self.provider}}}"} if self.provider else {}, **given)


def limit(name: str, provider: str | None = None, **arguments: object) -> Declared:
    """An origin limit."""
    return Declared("limit", name, arguments, provider)


def quota(name: str, provider: str | None = None, **arguments: object) -> Declared:
    """A quota."""
    return Declared("quota", name, arguments, provider)


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
