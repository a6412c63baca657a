"""A resource as the state keeps it, and its name in the world: the URN."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tc_resources.testing.engine.wire import Properties

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"
PACKAGE = "pulumi-python"


@dataclass(eq=False)
class Resource:
    """One entry of the state. Two entries may share a URN: the one marked `delete` waits for its deletion."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    provider: str = ""
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    protect: bool = False
    external: bool = False
    delete: bool = False
    pending_replacement: bool = False
    retain_on_delete: bool = False
    deleted_with: str = ""
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    additional_secret_outputs: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the program calls it."""
        return name_of(self.urn)

    @property
    def reference(self) -> str:
        """What other resources name this one by, where it is the provider of theirs."""
        return f"{self.urn}::{self.id}"

    @property
    def is_provider(self) -> bool:
        """Whether it is an instance of a provider, which manages other resources."""
        return self.type.startswith(PROVIDER_PREFIX)

    @property
    def package(self) -> str:
        """The package that its type is of, or a provider's own."""
        return package_of(self.type)

    @property
    def is_default_provider(self) -> bool:
        """The user did not declare it, so it is neither shown nor counted."""
        return self.is_provider and self.name == "default"

    def needs(self) -> set[str]:
        """The URNs that this resource depends on, its parent aside."""
        urns = {*self.dependencies, *(urn for urns in self.property_dependencies.values() for urn in urns)}
        return (urns | {self.deleted_with, self.provider.rpartition("::")[0]}) - {""}

    def copy(self) -> Resource:
        """Another entry with the same values; lists and dictionaries are shared with it."""
        return replace(self)


def is_default_provider(urn: str) -> bool:
    """Whether the engine has made this provider, for all resources of a package that name none."""
    return qualified_type(urn).startswith(PROVIDER_PREFIX) and name_of(urn) == "default"


def make_urn(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """The URN of a resource, which holds the types of all its parents but the stack; `parent` is a URN or empty."""
    parent_type = qualified_type(parent) if parent else STACK_TYPE
    prefix = "" if parent_type == STACK_TYPE else f"{parent_type}$"
    return f"urn:pulumi:{stack}::{project}::{prefix}{type_}::{name}"


def qualified_type(urn: str) -> str:
    """The type in a URN, after those of the parents, each with a `$`."""
    return urn.split("::", 3)[2]


def type_of(urn: str) -> str:
    """The type in a URN, without those of the parents."""
    return qualified_type(urn).rpartition("$")[2]


def package_of(type_: str) -> str:
    """The package of a type, or that of which a provider is."""
    return type_.removeprefix(PROVIDER_PREFIX).partition(":")[0]


def name_of(urn: str) -> str:
    """The name in a URN; it may have colons itself."""
    return urn.split("::", 3)[3]
