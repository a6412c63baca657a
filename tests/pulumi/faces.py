"""A stack of either face on the real CLI, whose program a test writes once, by the names of the dynamic face.

In the native face the program is in YAML, or in Python where a test gives it lines of its own beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tc_resources.dynamic.words import WORDS as DYNAMIC
from tc_resources.limits.names import camel_case, snake_case
from tc_resources.native.words import WORDS as NATIVE
from tests.pulumi import native
from tests.pulumi.native import Declaration, NativeStack
from tests.pulumi.pulumi_cli import PROJECT, Source, Stack

KINDS = {"limit": "PrefetchOriginLimit", "quota": "AigcQuota", "token": "AigcApiToken"}


class Value(NamedTuple):
    """An argument that each language writes in its own way."""

    python: Source
    yaml: Any


def secret(text: str) -> Value:
    """A text that the program calls a secret."""
    return Value(Source(f"pulumi.Output.secret({text!r})"), {"fn::secret": text})


def output(name: str, property_: str, python: str = "") -> Value:
    """What another resource of the program puts out; `python` comes behind it there."""
    return Value(Source(f"{name}.{property_}{python}"), f"${{{name}.{camel_case(property_)}}}")


@dataclass(frozen=True)
class Declared:
    """A resource or an instance; `options` has Pulumi's by their names in Python, instances and resources by theirs."""

    kind: str
    name: str
    arguments: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)

    def with_options(self, **options: Any) -> Declared:
        """The same with these options."""
        return replace(self, options={**self.options, **options})

    def line(self, source: str) -> str:
        """The source of it as a line of a program in Python, which keeps it in a variable of its name."""
        return f"{variable(self.name)} = {source}"

    def dynamic_source(self) -> str:
        """An expression in a program of the dynamic face."""
        kind = KINDS.get(self.kind, "Provider")
        given = {key: value.python if isinstance(value, Value) else value for key, value in self.arguments.items()}
        if self.kind != "instance":
            given["opts"] = Source(self._options())
        return f"{kind}({self.name!r}, {', '.join(f'{key}={value!r}' for key, value in given.items())})"

    def native_source(self) -> str:
        """An expression in a program of the native face in Python."""
        given = {
            camel_case(key): value.python if isinstance(value, Value) else value
            for key, value in self.arguments.items()
        }
        if self.kind == "instance":
            return f"pulumi.ProviderResource('tc-resources', {self.name!r}, {given!r})"
        type_ = f"tc-resources:index:{KINDS[self.kind]}"
        return f"pulumi.CustomResource({type_!r}, {self.name!r}, {given!r}, {self._options()})"

    def yaml(self) -> Declaration:
        """In a program of the native face."""
        given = {
            camel_case(key): value.yaml if isinstance(value, Value) else value for key, value in self.arguments.items()
        }
        if self.kind == "instance":
            return native.provider(self.name, **given)
        options = {camel_case(key): value for key, value in self.options.items()}
        if "provider" in options:
            options["provider"] = f"${{{options['provider']}}}"
        if "aliases" in options:
            options["aliases"] = [{"name": name} for name in options["aliases"]]
        return self.name, {"type": f"tc-resources:{KINDS[self.kind]}", "properties": given, "options": options}

    def _options(self) -> str:
        aliases = [Source(f"pulumi.Alias(name={name!r})") for name in self.options.get("aliases", ())]
        given: dict[str, Any] = {**self.options, **({"aliases": aliases} if aliases else {})}
        if "provider" in given:
            given["provider"] = Source(variable(given["provider"]))
        return f"ResourceOptions({', '.join(f'{key}={value!r}' for key, value in given.items())})"


def variable(name: str) -> str:
    """What a program in Python keeps a resource in."""
    return name.replace("-", "_")


def limit(name: str = "www", provider: str | None = None, **given: object) -> Declared:
    """An origin limit."""
    args = {"zone_id": "zone-1", "domain_name": f"{name}.example.com", "area": "Overseas", "bandwidth": 500, **given}
    return Declared("limit", name, args, _through(provider))


def quota(name: str = "images", provider: str | None = None, **given: object) -> Declared:
    """A quota."""
    args = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 2000, **given}
    return Declared("quota", name, args, _through(provider))


def token(name: str = "chat", provider: str | None = None, **given: object) -> Declared:
    """An API token."""
    return Declared("token", name, {"sub_app_id": 1, **given}, _through(provider))


def instance(name: str, **settings: object) -> Declared:
    """An explicit instance."""
    return Declared("instance", name, settings)


def _through(provider: str | None) -> dict[str, Any]:
    return {"provider": provider} if provider else {}


class FaceStack(Stack):
    """Of the dynamic face, as far as the other one does not say otherwise."""

    type_prefix = "pulumi-python:dynamic/tc_resources:"
    host = "pulumi.dynamic"
    """The module that its provider process runs."""
    words = DYNAMIC

    def spelt(self, name: str) -> str:
        """A property as the user reads it."""
        return self.words.argument(name)

    def source(self, declared: Declared) -> str:
        """The resource as an expression in Python."""
        return declared.dynamic_source()

    def lines(self, *lines: str | Declared) -> None:
        """Make these a program in Python, each resource in a variable of its name."""
        self.declare(*(line if isinstance(line, str) else line.line(self.source(line)) for line in lines))

    def program(self, *declared: Declared) -> None:
        """Make these the program."""
        self.lines(*declared)

    def urn(self, declared: Declared) -> str:
        """What the engine calls it."""
        return f"urn:pulumi:dev::{PROJECT}::{self.type_prefix}{KINDS[declared.kind]}::{declared.name}"

    def managed(self) -> list[str]:
        """The URNs in the state, one twice while an old copy waits for its deletion."""
        return [row["urn"] for row in self.export()["deployment"]["resources"] if self.type_prefix in row["type"]]

    def stored(self) -> dict[str, dict[str, Any]]:
        """What the state holds of each resource, by name: its outputs."""
        return {name: row["outputs"] for name, row in self.resources().items()}


class NativeFace(NativeStack, FaceStack):
    """Of the native face."""

    type_prefix = "tc-resources:index:"
    host = "tc_resources.native"
    words = NATIVE

    def source(self, declared: Declared) -> str:
        """The resource as an expression in Python."""
        return declared.native_source()

    def program(self, *declared: Declared) -> None:
        """Make these the program."""
        self.write(*(one.yaml() for one in declared))

    def resources(self) -> dict[str, dict[str, Any]]:
        """What the state holds of each resource, by name, its properties by the names of the other face."""
        bags = ("inputs", "outputs")
        return {
            name: {**row, **{bag: {snake_case(key): value for key, value in row[bag].items()} for bag in bags}}
            for name, row in self.natives().items()
        }


FACES: dict[str, type[FaceStack]] = {"dynamic": FaceStack, "native": NativeFace}
